import { UserError } from "../../model/errors";
import { stageOfRegistryAccount } from "../../model/release/names";
import { accessTokensLiveUntil } from "../../model/token-lives";
import type { Account, Azure } from "../azure/azure";
import { cloudError, CloudError } from "../errors";
import { hasUnknown, UNKNOWN, type Properties } from "../properties";
import type { Checked, CheckFailure, ResourceType, State } from "../resource";
import * as rules from "../rules";

/** Inputs of `airlock:index:RevocationProof`, all known. */
export interface RevocationProofInputs {
  /** ARM id of the token's registry. */
  readonly registryId: string;
  readonly loginServer: string;
  readonly tokenName: string;
  /** Secret. */
  readonly password: string;
  readonly passwordCreatedAt: string;
  readonly passwordExpires: string;
  /** When the registry accepted the password. */
  readonly acceptedAt: string;
  /** Object ids. */
  readonly applicationId: string;
  readonly servicePrincipalId: string;
  /** Where the account's role assignments stood; the registry is always looked at. */
  readonly scopes: readonly string[];
  /** Computed by `check`, always true: so that an account that lives again is a difference. */
  readonly revoked: boolean;
}

/** What was found. */
interface Look {
  /** What still lives, each by name. */
  readonly alive: readonly string[];
  /** When the registry refused the password. */
  readonly refusedAt?: string;
  /** True when waiting doesn't help: Resource Manager shows at once what was done to a token. */
  readonly certain: boolean;
}

interface Proven {
  /** By the registry's clock. */
  readonly refusedAt: string;
  readonly provenAt: string;
  readonly accessTokensLiveUntil: string;
}

const schema: Record<string, rules.Property> = {
  registryId: { rule: rules.registryId },
  loginServer: { rule: rules.host },
  tokenName: { rule: rules.tokenName },
  password: { rule: rules.secret },
  passwordCreatedAt: { rule: rules.instant },
  passwordExpires: { rule: rules.instant },
  acceptedAt: { rule: rules.instant },
  applicationId: { rule: rules.objectId },
  servicePrincipalId: { rule: rules.objectId },
  scopes: { rule: rules.scopes },
};
const proven: readonly (keyof Proven)[] = ["refusedAt", "provenAt", "accessTokensLiveUntil"];

/** In milliseconds: Azure takes up to a minute with what is disabled or removed. */
const firstWait = 500;
const longestWait = 5_000;
const patience = 75_000;
/** A registry tells its time in whole seconds. */
const second = 1_000;

/**
 * The proof that the two accounts of a release's stage have ended: the registry accepted the password before and refuses it
 * now, before its expiry and with its token disabled; the Entra account is disabled and has neither credentials nor roles.
 * What can't be read is not proven, and an account that isn't there proves nothing: the name may have been wrong.
 */
export class RevocationProof implements ResourceType {
  readonly replaceOn = Object.keys(schema).filter((name) => name !== "scopes");
  readonly deleteBeforeReplace = false;
  readonly secrets = ["password"];

  constructor(
    private readonly azure: Azure,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async check(olds: Properties | undefined, news: Properties): Promise<Checked> {
    const { revoked: _revoked, ...given } = news;
    const failures = rules.judge(given, schema);
    if (failures.length === 0) failures.push(...this.instantFailures(given, olds !== undefined));
    return { inputs: { ...given, revoked: true }, failures };
  }

  preview(inputs: Properties, olds?: Properties): Properties {
    const known = olds?.revoked === true ? olds : undefined;
    return {
      ...withoutPassword(inputs),
      ...Object.fromEntries(proven.map((name) => [name, known?.[name] ?? UNKNOWN])),
    };
  }

  async create(properties: Properties): Promise<{ id: string; outputs: Properties }> {
    const { loginServer, tokenName, acceptedAt } = properties as unknown as RevocationProofInputs;
    const outputs = await this.prove(properties);
    return { id: `${loginServer}/tokens/${tokenName}@${acceptedAt}#revoked`, outputs };
  }

  /** Looks again: whoever enables an account that was proven to have ended has made a difference. */
  async read({ inputs, outputs }: State): Promise<State | undefined> {
    const { alive } = await this.look(
      inputs as unknown as RevocationProofInputs,
      outputs as unknown as Proven,
    );
    const revoked = alive.length === 0;
    return { inputs: { ...inputs, revoked }, outputs: { ...outputs, revoked } };
  }

  update(news: Properties, olds: Properties): Promise<Properties> {
    return this.prove(news, olds as unknown as Proven);
  }

  /** Forgets: what ended stays so. */
  async delete(): Promise<void> {}

  /** What the instants themselves rule out. @param isProven the password may have expired since. */
  private instantFailures(given: Properties, isProven: boolean): CheckFailure[] {
    const names = ["passwordCreatedAt", "acceptedAt", "passwordExpires"] as const;
    if (names.some((name) => hasUnknown(given[name]))) return [];
    const [createdAt, acceptedAt, expires] = names.map((name) => Date.parse(String(given[name])));
    const failures: CheckFailure[] = [];
    if (acceptedAt + second <= createdAt) {
      const reason = `the registry accepted a password at ${String(given.acceptedAt)}, before this one was made`;
      failures.push({ property: "acceptedAt", reason });
    }
    if (acceptedAt >= expires) {
      const reason = `${String(given.acceptedAt)} is after the password's end: it can't have been accepted then`;
      failures.push({ property: "acceptedAt", reason });
    }
    if (!isProven && this.now().getTime() >= expires) {
      failures.push({
        property: "passwordExpires",
        reason: expired(String(given.passwordExpires), given.tokenName),
      });
    }
    return failures;
  }

  /** @param before an earlier proof about the same password */
  private async prove(properties: Properties, before?: Proven): Promise<Properties> {
    const inputs = properties as unknown as RevocationProofInputs;
    let waited = 0;
    for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
      const { alive, refusedAt, certain } = await this.look(inputs, before);
      if (alive.length === 0) {
        const provenAt = later(this.now().toISOString(), refusedAt!);
        const facts = {
          refusedAt,
          provenAt,
          accessTokensLiveUntil: accessTokensLiveUntil(new Date(provenAt)),
        };
        return { ...withoutPassword(properties), ...facts };
      }
      if (certain || waited >= patience) {
        const since = certain ? "" : ` after ${patience / second} seconds`;
        throw new UserError({
          what: `${unproven(inputs)}${since}: ${alive.join(", and ")}`,
          fix: "End it, then run this again",
          exitCode: 1,
        });
      }
      await this.azure.pause(wait);
      waited += wait;
    }
  }

  /** @throws CloudError when something can't be read */
  private async look(inputs: RevocationProofInputs, before?: Proven): Promise<Look> {
    try {
      const [password, token, account] = await Promise.all([
        this.lookAtPassword(inputs, before),
        this.lookAtToken(inputs, before),
        this.lookAtAccount(inputs, before),
      ]);
      const certain = token.length > 0;
      return { ...password, certain, alive: [...password.alive, ...token, ...account] };
    } catch (error) {
      const { problem, status, lost } = cloudError("reading back", error);
      if (error instanceof UserError && !(error instanceof CloudError)) throw error;
      throw new CloudError(`${unproven(inputs)}: ${problem.what}`, {
        ...(status !== undefined && { status }),
        ...(problem.fix !== undefined && { fix: problem.fix }),
        lost,
      });
    }
  }

  private async lookAtPassword(
    { loginServer, tokenName, password, passwordExpires }: RevocationProofInputs,
    before?: Proven,
  ): Promise<{ alive: string[]; refusedAt?: string }> {
    // A password that has expired can't be tried any more, and needn't: it was refused before.
    if (before && this.now().getTime() >= Date.parse(passwordExpires)) {
      return { alive: [], refusedAt: before.refusedAt };
    }
    const { accepted, at } = await this.azure.tokens.signIn(loginServer, tokenName, password);
    if (accepted) return { alive: [`the password of the token ${tokenName} still works in ${loginServer}`] };
    if (before) return { alive: [], refusedAt: before.refusedAt };
    if (Date.parse(at) + second >= Date.parse(passwordExpires)) {
      const what = `${loginServer} refused the password of the token ${tokenName} at ${at}: ${expired(passwordExpires, tokenName)}`;
      throw new UserError({ what, exitCode: 1 });
    }
    return { alive: [], refusedAt: at };
  }

  /** A password that was replaced is refused too, while its token goes on. */
  private async lookAtToken(inputs: RevocationProofInputs, before?: Proven): Promise<string[]> {
    const { tokenName, loginServer } = inputs;
    const token = await this.azure.tokens.read(inputs);
    if (token?.enabled) return [`the token ${tokenName} is enabled in ${loginServer}`];
    return token || before ? [] : [`there is no token ${tokenName} in ${loginServer}`];
  }

  private async lookAtAccount(inputs: RevocationProofInputs, before?: Proven): Promise<string[]> {
    const [applicationId, principalId] = [inputs.applicationId, inputs.servicePrincipalId].map(plainId);
    const scopes = [...new Set([inputs.registryId, ...inputs.scopes])];
    const [account, ...assignments] = await Promise.all([
      this.azure.entra.account(applicationId, principalId),
      ...scopes.map((scope) => this.azure.entra.assignments(scope, principalId)),
    ]);
    const name = account.application?.name ?? principalId;
    const roles = [...new Set(assignments.flat())].map(
      (assignment) => `the account ${name} still has the role assignment ${shown(assignment)}`,
    );
    return [
      ...alive(account, name, { applicationId, principalId, isProven: before !== undefined }),
      ...roles,
    ];
  }
}

function alive(
  { application, servicePrincipal }: Account,
  name: string,
  about: { readonly applicationId: string; readonly principalId: string; readonly isProven: boolean },
): string[] {
  const found: string[] = [];
  if (!about.isProven) {
    if (!application) found.push(`Entra ID has no application with the object id ${about.applicationId}`);
    if (!servicePrincipal)
      found.push(`Entra ID has no service principal with the object id ${about.principalId}`);
    if (application && servicePrincipal && application.clientId !== servicePrincipal.clientId)
      found.push(`the service principal ${about.principalId} is not that of ${name}`);
  }
  if (servicePrincipal?.enabled) found.push(`the account ${name} is enabled in Entra ID`);
  for (const credential of application?.federatedCredentials ?? [])
    found.push(`the account ${name} still has the federated credential ${credential}`);
  const secrets = (application?.secrets ?? 0) + (servicePrincipal?.secrets ?? 0);
  if (secrets > 0) found.push(`the account ${name} still has passwords or certificates (${secrets})`);
  return found;
}

function unproven({ tokenName, applicationId }: RevocationProofInputs): string {
  return `the end of the token ${tokenName} and the application ${plainId(applicationId)} is not proven`;
}

function expired(expires: string, tokenName: unknown): string {
  const stage = stageOfRegistryAccount(String(tokenName));
  const fix = stage
    ? `Open the stage again with airlock release renew ${stage.version} --stage ${stage.environment}, then leave it again`
    : "Enable the token, give its password a later expiry, then end it again";
  return `the password expired at ${expires}, and the refusal of an expired one proves nothing. ${fix}`;
}

function withoutPassword({ password: _password, ...rest }: Properties): Properties {
  return rest;
}

/** An ARM id is too long for a line: the assignment's name and that of what it is on. */
function shown(assignment: string): string {
  const [scope, name] = assignment.split(/\/providers\/Microsoft\.Authorization\/roleAssignments\//i);
  return `${name} on ${scope.slice(scope.lastIndexOf("/") + 1)}`;
}

/** azuread's resources spell an object id as `/applications/<id>`. */
function plainId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1).toLowerCase();
}

function later(one: string, another: string): string {
  return Date.parse(one) >= Date.parse(another) ? one : another;
}
