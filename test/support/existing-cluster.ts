import { parseSettings } from "../../model/config";
import type { Settings } from "../../model/settings";
import { project } from "./poc";

/** The cluster of contoso's prod, which somebody else made. */
export const cluster = {
  resourceGroup: "contoso-aks-rg",
  name: "contoso-prod",
  kubelet: "33333333-3333-4333-8333-333333333333",
};
export const clusterResource =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/contoso-aks-rg/providers/Microsoft.ContainerService/managedClusters/contoso-prod";

const [dev, staging, prod] = project.path;

/** What every stack of that project says. @param changes of the cluster of prod; null takes it away @param ofStaging a cluster of staging */
export function clusteredProject(
  changes: object | null = {},
  access: object = {},
  ofStaging?: object,
): typeof project {
  const stagingWith = { ...staging, ...(ofStaging && { cluster: ofStaging }) };
  const prodWith = { ...prod, ...(changes && { cluster: { ...cluster, ...changes } }) };
  return {
    ...project,
    path: [dev, stagingWith, prodWith] as typeof project.path,
    identities: {
      ...project.identities,
      "sp-production-deploy": { kind: "application", githubEnvironment: "prod-deploy" },
      "sp-contoso-drift": { kind: "application", githubEnvironment: "drift" },
    } as typeof project.identities,
    access: {
      ...project.access,
      "sp-production-deploy": { prod: ["pull"], "prod.cluster": ["cluster-user", "deploy iam"] },
      "sp-contoso-drift": { prod: ["read", "pull"], "prod.cluster": ["read"] },
      ...access,
    } as typeof project.access,
  };
}

/** @throws UserError as the program of the stack does */
export function clusteredSettings(
  values: object = clusteredProject(),
  stack: "shared" | "staging" | "prod" = "prod",
): Settings {
  const kind = stack === "shared" ? { kind: "shared" } : { kind: "environment", environment: stack };
  return parseSettings({ project: "contoso", stack, values: { ...values, ...kind } });
}
