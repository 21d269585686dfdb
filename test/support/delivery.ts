import { parseSettings } from "../../model/config";
import type { Settings } from "../../model/settings";
import { project } from "./poc";

/** What the stack file of a protected environment's workloads says under `delivery`, for a project called contoso. */
export const delivery = {
  context: "contoso-prod",
  workloads: {
    "auth-service": { repository: "iam/auth-service", namespace: "iam", port: 8080 },
  },
};

/** The same for an environment of the proof of concept, with a canary. */
export const pocDelivery = {
  stack: "poc",
  registry: "contosopocstaging.azurecr.io",
  context: "contoso-poc-staging-aks",
  workloads: {
    "auth-service": {
      repository: "iam/auth-service",
      namespace: "iam",
      port: 8080,
      canary: { prometheus: "http://prometheus.monitoring:9090" },
    },
  },
};

/** @throws UserError as the stack's program does @param stated what stands under `delivery`, and beside it */
export function deliverySettings(
  stated: Record<string, unknown> = delivery,
  {
    stack = "prod-delivery",
    environment = "prod",
    ...others
  }: { stack?: string; environment?: string; images?: unknown } = {},
): Settings {
  const values = { ...project, kind: "delivery", environment, delivery: stated, ...others };
  return parseSettings({ project: "contoso", stack, values });
}

/** Those of an environment of the proof of concept. */
export function pocDeliverySettings(changes: Record<string, unknown> = {}): Settings {
  const of = { stack: "poc-staging-delivery", environment: "staging" };
  return deliverySettings({ ...pocDelivery, ...changes }, of);
}
