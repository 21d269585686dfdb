import { UserError } from "../../model/errors";
import { expiryProblem } from "../../model/registry-token";
import { stageOfRegistryAccount } from "../../model/release/names";
import type { Azure, PasswordFacts, RegistryToken, Slot } from "../azure/azure";
import { CloudError } from "../errors";
import { hasUnknown, UNKNOWN, type Properties } from "../properties";
import type { Checked, ResourceType, State } from "../resource";
import * as rules from "../rules";

/** Inputs of `airlock:index:TokenPassword`, all known. */
export interface TokenPasswordInputs {
  /** ARM id of the token's registry. */
  readonly registryId: string;
  readonly loginServer: string;
  readonly tokenName: string;
  /** Instant in UTC at which Azure ends the password. */
  readonly expires: string;
  /** Another number makes a new password. */
  readonly rotation: number;
  /** True once the token is disabled for good: the password is kept as it was, and none is made any more. */
  readonly ended: boolean;
  /** Computed by `check`, always true: so that a password that works no longer is a difference. */
  readonly valid: boolean;
}

/** What is known of a password once it was made. */
interface Made {
  /** Secret. */
  readonly password: string;
  readonly slot: Slot;
  /** By Azure's clock. */
  readonly createdAt: string;
  /** When the registry accepted it for the first time, by the registry's clock. */
  readonly acceptedAt: string;
}

const schema: Record<string, rules.Property> = {
  registryId: { rule: rules.registryId },
  loginServer: { rule: rules.host },
  tokenName: { rule: rules.tokenName },
  expires: { rule: rules.instant },
  rotation: { rule: rules.wholeNumber },
  ended: { rule: rules.flag },
};
const made: readonly (keyof Made)[] = ["password", "slot", "createdAt", "acceptedAt"];
const slots: readonly Slot[] = ["password1", "password2"];

/** In milliseconds: Azure takes up to a minute with a password that replaces another one. */
const firstWait = 200;
const longestWait = 5_000;
const patience = 120_000;

/**
 * The password of a registry token. A new one is made in the other of the token's two slots, so that the former one goes on
 * working while the new one is handed out; it ends when the next one takes its slot, and by itself when it expires.
 */
export class TokenPassword implements ResourceType {
  readonly replaceOn = ["registryId", "loginServer", "tokenName"];
  readonly deleteBeforeReplace = false;
  readonly secrets = ["password"];

  constructor(
    private readonly azure: Azure,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async check(olds: Properties | undefined, news: Properties): Promise<Checked> {
    const { valid: _valid, ...given }: Properties = { rotation: 0, ended: false, ...news };
    const failures = rules.judge(given, schema);
    const inputs: Properties = { ...given, ...(given.ended === true && olds && wishOf(olds)), valid: true };
    const reason = failures.length === 0 ? this.problem(olds, inputs) : undefined;
    if (reason) failures.push(reason);
    return { inputs, failures };
  }

  preview(inputs: Properties, olds?: Properties): Properties {
    if (olds && keeps(olds, inputs)) return { ...inputs, ...madeIn(olds) };
    return { ...inputs, ...Object.fromEntries(made.map((name) => [name, UNKNOWN])) };
  }

  async create(properties: Properties): Promise<{ id: string; outputs: Properties }> {
    const inputs = properties as unknown as TokenPasswordInputs;
    const token = await this.enabledToken(inputs);
    const outputs = { ...properties, ...(await this.make(inputs, slotFor(token))) };
    return { id: `${inputs.loginServer}/tokens/${inputs.tokenName}`, outputs };
  }

  /** Says what became of the password, and never makes one: whoever looks for drift has no right to. */
  async read({ inputs, outputs }: State): Promise<State | undefined> {
    const asked = inputs as unknown as TokenPasswordInputs;
    if (asked.ended) return { inputs, outputs };
    const token = await this.azure.tokens.read(asked);
    if (!token) return undefined;
    const { slot, createdAt } = outputs as unknown as Made;
    const stands = token.passwords.some((one) => one.slot === slot && sameSecond(one.createdAt, createdAt));
    const valid = token.enabled && stands && Date.parse(asked.expires) > this.now().getTime();
    return { inputs: { ...inputs, valid }, outputs: { ...outputs, valid } };
  }

  async update(news: Properties, olds: Properties): Promise<Properties> {
    const inputs = news as unknown as TokenPasswordInputs;
    const present = olds as unknown as TokenPasswordInputs & Made;
    if (keeps(olds, news)) return { ...news, ...madeIn(olds) };
    await this.enabledToken(inputs);
    // A token that was disabled for a while has its passwords again.
    if (sameWish(olds, news) && (await this.accepts(inputs, present.password))) {
      return { ...news, ...madeIn(olds) };
    }
    return { ...news, ...(await this.make(inputs, other(present.slot))) };
  }

  /** Ends this password and those before it; one that was made later belongs to whoever replaced this. */
  async delete(properties: Properties): Promise<void> {
    const state = properties as unknown as TokenPasswordInputs & Made;
    const token = await this.azure.tokens.read(state);
    if (!token) return;
    const later = token.passwords.filter((one) => isLater(one, state));
    if (later.length === token.passwords.length) return;
    await this.azure.tokens.keep(
      state,
      later.map(({ slot }) => slot),
    );
  }

  /** What the clock or the past forbids. */
  private problem(olds: Properties | undefined, inputs: Properties) {
    if (inputs.ended === true) {
      const reason = "a password that was never made can't be ended: leave it out";
      return olds ? undefined : { property: "ended", reason };
    }
    if (hasUnknown(inputs.expires) || (olds && keeps(olds, inputs))) return undefined;
    const reason = expiryProblem(String(inputs.expires), this.now());
    if (reason === undefined) return undefined;
    const stage = stageOfRegistryAccount(String(inputs.tokenName));
    const fix = stage && Date.parse(String(inputs.expires)) <= this.now().getTime();
    const how = fix ? `. Renew the stage with airlock release renew ${stage.version}` : "";
    return { property: "expires", reason: reason + how };
  }

  /** @throws UserError (1) when nobody could sign in with a password of it */
  private async enabledToken(inputs: TokenPasswordInputs): Promise<RegistryToken> {
    const token = await this.azure.tokens.read(inputs);
    if (token?.enabled) return token;
    const { tokenName, loginServer } = inputs;
    throw new UserError({
      what: `the token ${tokenName} ${token ? "is disabled" : "does not exist"} in ${loginServer}: no password was made`,
      fix: token ? "Enable it, or set ended: true for a token that is to stay disabled" : "Create it first",
      exitCode: 1,
    });
  }

  /** Generated, and proven by signing in with it. */
  private async make(inputs: TokenPasswordInputs, slot: Slot): Promise<Made> {
    const { value, createdAt } = await this.azure.tokens.generate(inputs, slot, inputs.expires);
    let waited = 0;
    for (let wait = firstWait; ; wait = Math.min(wait * 2, longestWait)) {
      const { accepted, at } = await this.signIn(inputs, value);
      if (accepted) return { password: value, slot, createdAt, acceptedAt: at };
      if (waited >= patience) break;
      await this.azure.pause(wait);
      waited += wait;
    }
    throw new CloudError(
      `${inputs.loginServer} does not accept the new ${slot} of the token ${inputs.tokenName} after ${patience / 1000} seconds`,
      { status: 401, fix: "Run this again: it makes another one" },
    );
  }

  private async accepts(inputs: TokenPasswordInputs, password: string): Promise<boolean> {
    return (await this.signIn(inputs, password)).accepted;
  }

  private signIn({ loginServer, tokenName }: TokenPasswordInputs, password: string) {
    return this.azure.tokens.signIn(loginServer, tokenName, password);
  }
}

/** True when the password that stands is the one that is asked for. */
function keeps(olds: Properties, news: Properties): boolean {
  return news.ended === true || (sameWish(olds, news) && olds.valid === true);
}

/** A password that ended is what it was, whatever is agreed on by now: no other is made any more. */
function wishOf({ expires, rotation }: Properties): Properties {
  return { expires, rotation };
}

function sameWish(olds: Properties, news: Properties): boolean {
  return olds.rotation === news.rotation && olds.expires === news.expires;
}

function madeIn(state: Properties): Properties {
  return Object.fromEntries(made.map((name) => [name, state[name]]));
}

/** A free slot, or else the one whose password is older: the newest is in use, or was lost by a run that was killed. */
function slotFor({ passwords }: RegistryToken): Slot {
  const free = slots.find((slot) => !passwords.some((one) => one.slot === slot));
  const [first, second] = passwords;
  return free ?? (isLater(first, second) ? second.slot : first.slot);
}

function other(slot: Slot): Slot {
  return slot === "password1" ? "password2" : "password1";
}

function isLater(one: PasswordFacts, than: { readonly createdAt: string }): boolean {
  return Date.parse(one.createdAt) > Date.parse(than.createdAt);
}

/** Azure shows the same instant with more or fewer digits from one answer to the next. */
function sameSecond(one: string, another: string): boolean {
  return Math.abs(Date.parse(one) - Date.parse(another)) < 1000;
}
