import { parseSettings } from "../../model/config";
import type { Settings } from "../../model/settings";

const subscriptionId = "22222222-2222-4222-8222-222222222222";

/** What the stack file of a proof of concept says under `poc`, for a project called contoso. */
export const poc = {
  organization: "contoso-poc",
  path: [
    { environment: "dev", network: { access: "private" } },
    { environment: "staging", network: { access: "private" }, retentionDays: 90 },
  ],
  identities: {
    "sp-contoso-poc-dev-pipeline": { kind: "application", githubEnvironment: "poc-dev" },
    "sp-contoso-poc-staging-pipeline": { kind: "application", githubEnvironment: "poc-staging" },
    "sp-contoso-poc-promotion-engine": { kind: "application", githubEnvironment: "poc-promotion" },
    "sp-contoso-poc-dev-deploy": { kind: "application", githubEnvironment: "poc-dev-deploy" },
  },
  access: {
    "sp-contoso-poc-dev-pipeline": {
      dev: ["push", "pull"],
      staging: ["none"],
      "dev.cluster": ["cluster-user"],
      "staging.cluster": ["none"],
      signing: ["sign"],
    },
    "sp-contoso-poc-staging-pipeline": {
      dev: ["none"],
      staging: ["pull"],
      "dev.cluster": ["none"],
      "staging.cluster": ["cluster-user"],
      signing: ["none"],
    },
    "sp-contoso-poc-promotion-engine": {
      dev: ["pull"],
      staging: ["import", "pull"],
      "dev.cluster": ["none"],
      "staging.cluster": ["none"],
      signing: ["none"],
    },
    "sp-contoso-poc-dev-deploy": {
      dev: ["pull"],
      staging: ["none"],
      "dev.cluster": ["cluster-user", "deploy iam"],
      "staging.cluster": ["none"],
      signing: ["none"],
    },
  },
  network: {
    range: "10.100.0.0/16",
    subnets: { aks: "10.100.1.0/24", pipeline: "10.100.2.0/24", acr: "10.100.3.0/24" },
  },
  clusters: { dev: {}, staging: {} },
  alerts: ["platform-team@contoso.example"],
};

/** What every stack of that project says. */
export const project = {
  subscriptionId,
  tenantId: "11111111-1111-4111-8111-111111111111",
  github: { owner: "contoso", repository: "platform" },
  path: [
    { environment: "dev", registry: "contosodev" },
    { environment: "staging", registry: "contosostaging" },
    { environment: "prod", registry: "contosoprod", protected: true },
  ],
  identities: {
    "sp-contoso-dev-pipeline": { kind: "application", githubEnvironment: "dev" },
    "sp-contoso-prod-pipeline": { kind: "application", githubEnvironment: "prod" },
  },
  access: {
    "sp-contoso-dev-pipeline": { dev: ["pull", "push"] },
    "sp-contoso-prod-pipeline": { prod: ["pull", "import", "lock"] },
  },
};

/** @throws UserError as the stack's program does @param changes of what stands under `poc` */
export function pocSettings(changes: Record<string, unknown> = {}, stack = "poc"): Settings {
  const values = { ...project, kind: "poc", poc: { ...poc, ...changes } };
  return parseSettings({ project: "contoso", stack, values });
}
