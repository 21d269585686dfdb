import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChosenProject, Context } from "../context";
import { endpointOf } from "../sandbox/client";
import { trustAuthority } from "../sandbox/trust";
import { gitHubFrom, type GitHub } from "./client";

/** The GitHub of a project: the sandbox's own for its workspace, else the one that the environment names. */
export function openGitHub({ env, places }: Context, { sandbox }: ChosenProject): GitHub {
  if (!sandbox) return gitHubFrom(env);
  const endpoint = endpointOf(places);
  trustAuthority(readFileSync(join(places.sandbox, "ca.pem"), "utf8"));
  // It shows its reviews to whoever has any token at all: they are nobody's secret.
  return gitHubFrom({ GITHUB_API_URL: `${endpoint}/github`, GITHUB_TOKEN: "sandbox" });
}
