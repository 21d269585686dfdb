import { readFileSync } from "node:fs";
import type { TokenCredential } from "@azure/core-auth";
import { UserError } from "../../model/errors";
import type { Settings } from "../../model/settings";
import type { ChosenProject, Context } from "../context";
import { credentialOf } from "../live/sign-in";
import { note } from "../output/io";
import { engineVariables } from "../sandbox/client";
import { trustAuthority } from "../sandbox/trust";

/** The identity that deletes in an environment and writes nothing there; `undefined` unless it is exactly one. */
export function custodianOf({ access }: Settings, environment: string): string | undefined {
  const custodians = Object.keys(access).filter((identity) => {
    const cells = access[identity][environment] ?? [];
    return (
      cells.includes("delete") && cells.every((cell) => ["delete", "pull", "read", "tidy"].includes(cell))
    );
  });
  return custodians.length === 1 ? custodians[0] : undefined;
}

/** Whoever is signed in, with the variables that say where Azure is. */
export interface SignedIn {
  readonly credential: TokenCredential;
  readonly variables: NodeJS.ProcessEnv;
}

/** Whoever is signed in; in the sandbox the environment's custodian. */
export async function custodianSignIn(
  { env, io, places }: Context,
  project: ChosenProject,
  settings: Settings,
  environment: string,
): Promise<SignedIn> {
  if (!project.sandbox) return { credential: credentialOf(env), variables: env };
  const custodian = custodianOf(settings, environment);
  if (custodian === undefined) {
    throw new UserError({
      what: `${environment} has no custodian: there is not exactly one identity that deletes there and writes nothing`,
      where: `Pulumi.yaml, ${project.name}:access`,
      fix: `Give one identity [pull, delete] in ${environment}`,
      exitCode: 2,
    });
  }
  const variables = await engineVariables(places, custodian);
  trustAuthority(readFileSync(variables.NODE_EXTRA_CA_CERTS, "utf8"));
  note(io.err, `As ${custodian}, who may delete in ${environment}:`);
  return { credential: credentialOf(variables), variables };
}
