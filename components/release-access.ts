import * as pulumi from "@pulumi/pulumi";
import { releaseRole } from "../model/access/release-access";
import { refusalOf } from "../model/proof";
import { gitHubAccount, isReleaseVersion, registryAccount } from "../model/release/names";
import type { ReleaseAccessArgs } from "./release/args";
import {
  jobValues,
  registerEnvironment,
  registerGitHubSecret,
  registerVariables,
} from "./release/environment";
import { registerIdentity } from "./release/identity";
import type { Pair } from "./release/pair";
import { registerProof, registerToken } from "./release/token";
import { registerVaultSecret } from "./release/vault-secret";
import { withoutTraces } from "./without-traces";

/**
 * The two accounts of a release in one stage: one for GitHub's jobs, without a password, and a token of the registry with a
 * password that ends. Both reach the release's repositories in this environment and nothing else. Credentials of the next stage
 * depend on the `proof` of this one.
 */
export class ReleaseAccess extends pulumi.ComponentResource {
  /** Display name of the account that GitHub's jobs sign in as. */
  public readonly gitHubAccount: string;
  /** Application (client) id of it. */
  public readonly clientId: pulumi.Output<string>;
  /** Object id of its service principal. */
  public readonly objectId: pulumi.Output<string>;
  /** Name of the registry's token: the user to sign in with. */
  public readonly registryAccount: string;
  /** When the registry accepted the token's password for the first time. */
  public readonly acceptedAt: pulumi.Output<string>;
  /** When it was proven that nobody gets in any more; only of a closed stage. */
  public readonly provenAt?: pulumi.Output<string>;
  /** Until when an access token issued earlier can live; only of a closed stage. */
  public readonly accessTokensLiveUntil?: pulumi.Output<string>;

  constructor(name: string, args: ReleaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:ReleaseAccess", name, args, opts);
    const stage = { version: args.version, environment: args.environment };
    this.gitHubAccount = gitHubAccount(stage);
    this.registryAccount = registryAccount(stage);
    const refusal = refusalIn(args, { gitHub: this.gitHubAccount, registry: this.registryAccount });
    if (refusal !== undefined) throw new pulumi.ResourceError(`ReleaseAccess "${name}": ${refusal}`, this);
    const credential = pulumi.mergeOptions({ parent: this }, { dependsOn: opts?.dependsOn });

    const { pair, identity, password } = withoutTraces(() => {
      const tagAlone = registerEnvironment({ name, args, parent: this });
      const pair: Pair = {
        name,
        args,
        gitHubAccount: this.gitHubAccount,
        registryAccount: this.registryAccount,
        open: args.phase === "open",
        parent: this,
        credential,
        signIn: pulumi.mergeOptions(credential, { dependsOn: tagAlone }),
      };
      const made = { pair, identity: registerIdentity(pair), password: registerToken(pair) };
      if (pair.open) {
        const values = jobValues(pair, made.identity);
        const place =
          args.vault === undefined
            ? registerGitHubSecret(pair, made.password)
            : registerVaultSecret(pair, args.vault, made.identity, made.password);
        registerVariables(pair, { ...values, ...place });
      }
      return made;
    });
    this.clientId = identity.application.clientId;
    this.objectId = identity.principal.objectId;
    this.acceptedAt = password.acceptedAt;
    if (args.phase === "closed") {
      const proof = registerProof(pair, identity, password);
      this.provenAt = proof.provenAt;
      this.accessTokensLiveUntil = proof.accessTokensLiveUntil;
    }
    this.registerOutputs({
      gitHubAccount: this.gitHubAccount,
      clientId: this.clientId,
      objectId: this.objectId,
      registryAccount: this.registryAccount,
      acceptedAt: this.acceptedAt,
      provenAt: this.provenAt,
      accessTokensLiveUntil: this.accessTokensLiveUntil,
    });
  }
}

/** Why these arguments make no pair of accounts; undefined when they do. */
function refusalIn(
  args: ReleaseAccessArgs,
  accounts: { readonly gitHub: string; readonly registry: string },
): string | undefined {
  const { version, phase, registry, repositories, gitHub } = args;
  if (!isReleaseVersion(version)) return `version is ${version}; expected v<major>.<minor>.<patch>`;
  if (!["open", "closing", "closed"].includes(phase))
    return `phase is ${phase}; expected open, closing or closed`;
  if (repositories.length === 0) return "repositories is empty. Name the repositories that are released";
  if (registry.permissionMode !== "abac") {
    return `registry.permissionMode is ${registry.permissionMode}; expected abac. Elsewhere every role reaches the whole registry: set the environment's mode to abac`;
  }
  const subjects = Object.keys(gitHub.federatedSubjects).sort();
  const at = "gitHub.federatedSubjects";
  return refusalOf({
    names: [
      ...repositories.map((name) => ({ kind: "repository" as const, name, where: "repositories" })),
      { kind: "tag", name: args.tag, where: "tag" },
      { kind: "token", name: accounts.registry, where: "version" },
      ...subjects.map((name) => ({
        kind: "federatedCredential" as const,
        name,
        where: `${at}.${name}`,
      })),
    ],
    identities: [{ identity: accounts.gitHub, where: at, federatedCredentials: subjects.length }],
    // Azure's limit for a condition is reached long before that of a scope map's actions.
    environments: [
      {
        name: args.environment,
        assignments: [
          { where: "repositories", condition: releaseRole(args.protected, repositories).condition },
        ],
      },
    ],
  });
}
