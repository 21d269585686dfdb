import type { EngineEvent, PolicyEvent } from "../../../cli/policy/events";
import { policyTexts } from "../../../policies/pack";

const pack = { policyPackName: "airlock", policyPackVersion: "0.1.0" };
const names = policyTexts.map(({ name }) => name);

export const urnOf = (type: string, name: string, stack = "prod") =>
  `urn:pulumi:${stack}::onestream::${type}::${name}`;

/** What a policy says of a resource, as the engine passes it on. */
export function says(
  policyName: string,
  resourceUrn: string,
  text: string,
  level = "mandatory",
): PolicyEvent {
  const { description } = policyTexts.find(({ name }) => name === policyName)!;
  const message = `<{%reset%}>${description}\n${text}<{%reset%}>\n`;
  return { ...pack, policyName, resourceUrn, message, enforcementLevel: level };
}

/** The events of a preview of some resources, in which policies say something. */
export function recorded(
  urns: readonly string[],
  said: readonly PolicyEvent[],
  error?: string,
): EngineEvent[] {
  const failed = (urn: string) => said.filter((one) => one.resourceUrn === urn).map((one) => one.policyName);
  const passed = (urn: string) => names.filter((name) => !failed(urn).includes(name));
  const events = [
    { policyLoadEvent: {} },
    ...urns.map((urn) => ({
      policyAnalyzeSummaryEvent: { ...pack, resourceUrn: urn, passed: passed(urn), failed: failed(urn) },
    })),
    ...said.map((policyEvent) => ({ policyEvent })),
    ...(error === undefined
      ? [{ policyAnalyzeStackSummaryEvent: { ...pack, passed: ["image-require-lock"] } }]
      : [{ diagnosticEvent: { severity: "error", message: `<{%reset%}>${error}<{%reset%}>\n` } }]),
    ...(said.some((one) => one.enforcementLevel === "mandatory")
      ? [{ diagnosticEvent: { severity: "error", message: "<{%reset%}>preview failed<{%reset%}>\n" } }]
      : []),
    { summaryEvent: {} },
  ];
  return events.map((event, sequence) => ({ sequence, ...event }));
}

export const log = (events: readonly EngineEvent[]) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

export const deployment = urnOf("airlock:index:App$kubernetes:apps/v1:Deployment", "api");
export const byTag = says(
  "image-require-digest",
  deployment,
  'image "contosoprod.azurecr.io/iam/api:1" is named by a tag, which can be moved (api: spec.containers[0].image). Name the image as <host>/<repository>@sha256:…',
);
