import {
  analysisTemplateSpec,
  canaryService,
  destinationRuleSpec,
  rolloutSpec,
  virtualServiceSpec,
} from "../../model/delivery/canary";
import type { WorkloadSettings } from "../../model/delivery/settings";
import { deploymentSpec, metadataOf, serviceSpec, type WorkloadPlan } from "../../model/delivery/workload";
import type { Properties } from "../values";

/** An object that a workload's component registers, and what a later run leaves there as it is. */
export interface WorkloadObject {
  readonly content: Properties;
  /** Path below which Argo's controller writes. */
  readonly writtenByArgo?: string;
}

/** Every object of a workload by `<group>:<Kind> <name>`, from the same functions as its component. */
export function workloadObjects(
  plan: WorkloadPlan,
  { canary }: WorkloadSettings,
): Map<string, WorkloadObject> {
  const metadata = metadataOf(plan);
  const objects: [string, string, object, string?][] = [
    ["core:ServiceAccount", plan.name, { metadata, automountServiceAccountToken: false }],
    ["core:Service", plan.name, { metadata, spec: serviceSpec(plan) }],
  ];
  if (canary === undefined) {
    objects.push(["apps:Deployment", plan.name, { metadata, spec: deploymentSpec(plan) }]);
  } else {
    const service = canaryService(plan);
    const ofCanary = { metadata: metadataOf(plan, service), spec: serviceSpec(plan) };
    const route = { metadata, spec: virtualServiceSpec(plan) };
    const subsets = { metadata, spec: destinationRuleSpec(plan) };
    objects.push(
      ["argoproj.io:Rollout", plan.name, { metadata, spec: rolloutSpec(plan, canary) }],
      ["argoproj.io:AnalysisTemplate", plan.name, { metadata, spec: analysisTemplateSpec(plan, canary) }],
      ["core:Service", service, ofCanary, "spec.selector"],
      ["networking.istio.io:DestinationRule", plan.name, subsets, "spec.subsets"],
      ["networking.istio.io:VirtualService", plan.name, route, "spec.http"],
    );
  }
  return new Map(
    objects.map(([kind, name, content, writtenByArgo]) => [
      `${kind} ${name}`,
      { content: content as Properties, writtenByArgo },
    ]),
  );
}
