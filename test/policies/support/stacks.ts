import { generateKeyPairSync } from "node:crypto";
import { parseSettings } from "../../../model/config";
import type { Release } from "../../../model/release/release";
import { deliverySettings, pocDeliverySettings } from "../../support/delivery";
import { pocSettings } from "../../support/poc";
import { type StackFacts, stackFacts } from "../../../policies/stack-facts";

export const subscriptionId = "22222222-2222-4222-8222-222222222222";
export const publicKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

/** The day on which tests take place. */
export const today = "2026-11-21";

/** The facts of one stack of a project with three environments. */
export function stack(
  name: "shared" | "dev" | "staging" | "prod",
  organization = "contoso",
  extra: Record<string, unknown> = {},
): StackFacts {
  const kind = name === "shared" ? { kind: "shared" } : { kind: "environment", environment: name };
  return factsOf(name, organization, { ...kind, ...extra });
}

/** The facts of the stack of release v0.0.1 of the same project: iam/auth-service and iam/login, in staging unless it says otherwise. */
export function releaseStack(changes: Partial<Release> = {}): StackFacts {
  const release = {
    version: "v0.0.1",
    repositories: ["iam/auth-service", "iam/login"],
    stages: { staging: { opened: "2026-11-20T10:00:00Z" } },
  };
  const { settings } = factsOf("release-v0.0.1", "contoso", { kind: "release", release });
  // What the file says of later stages is judged by approvals, and those elsewhere.
  return stackFacts({ ...settings, release: { ...settings.release!, ...changes } }, today);
}

/** The facts of the stack of that project's proof of concept. */
export function pocStack(changes: Record<string, unknown> = {}): StackFacts {
  return stackFacts(pocSettings(changes), today);
}

function factsOf(name: string, organization: string, extra: Record<string, unknown>): StackFacts {
  const pipeline = (environment: string) => `sp-${organization}-${environment}-pipeline`;
  const application = (environment: string) => ({ kind: "application", githubEnvironment: environment });
  const values = {
    subscriptionId,
    github: { owner: organization, repository: "platform" },
    path: [
      { environment: "dev", registry: `${organization}dev` },
      { environment: "staging", registry: `${organization}staging` },
      { environment: "prod", registry: `${organization}prod`, protected: true },
    ],
    teams: { iam_team: ["iam/*"] },
    identities: {
      iam_team: { kind: "group" },
      [pipeline("dev")]: application("dev"),
      [pipeline("staging")]: application("staging"),
      [pipeline("prod")]: application("prod"),
      custodian: application("custodian"),
    },
    access: {
      iam_team: { dev: ["pull", "push"] },
      [pipeline("dev")]: { dev: ["pull", "push", "delete"] },
      [pipeline("staging")]: { staging: ["pull", "import", "lock"] },
      [pipeline("prod")]: { prod: ["pull", "import", "lock"] },
      custodian: { prod: ["delete"] },
    },
    signing: { publicKey },
  };
  return stackFacts(
    parseSettings({ project: organization, stack: name, values: { ...values, ...extra } }),
    today,
  );
}

export const digest = `sha256:${"a1".repeat(32)}`;

/** ARM id of an environment's registry. */
export function registryId(environment: string, organization = "contoso"): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${organization}-${environment}-rg/providers/Microsoft.ContainerRegistry/registries/${organization}${environment}`;
}

/** Role definition id of a GUID. */
export function roleId(guid: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
}

/** The facts of the stack that runs workloads in prod's cluster. */
export function deliveryStack(): StackFacts {
  return stackFacts(deliverySettings(), today);
}

/** The same for staging of the proof of concept. */
export function pocDeliveryStack(): StackFacts {
  return stackFacts(pocDeliverySettings(), today);
}
