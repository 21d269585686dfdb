import { admissionParameters } from "../../model/admission/parameters";
import {
  admissionBindingSpec,
  admissionNamespace,
  admissionPolicyName,
  admissionPolicySpec,
  parametersLabel,
} from "../../model/admission/rules";
import type { DeliverySettings } from "../../model/delivery/settings";
import { UserError } from "../../model/errors";
import { parseImageReference } from "../../model/image-reference";
import { type Environment, promotedHosts } from "../../model/promotion-path";
import { differenceFinding, differences } from "../delivery/difference";
import { contentOf, kindOf, metadataOf } from "../delivery/kubernetes-object";
import type { Finding, Resource, ResourceRule } from "../rule";
import { isObject, type Properties, textOf, unknown, type Value } from "../values";

/** Whoever may write what the cluster admits holds the last wall: what is written there is airlock's own. */
export const deliveryRestrictAdmission: ResourceRule = {
  name: "delivery-restrict-admission",
  displayName: "The cluster admits what was promoted, and nothing else",
  description:
    "The admission policy, its binding and its parameters are what AdmissionPolicy makes of the configuration.",
  severity: "critical",
  remediationSteps:
    "Use AdmissionPolicy with `inPlace`, the registries of the environment, and `exemptNamespaces` and `injected` of the stack file.",
  looksAt: [
    "**Stacks with `kind: delivery`**: the ValidatingAdmissionPolicy, its binding and the ConfigMap in `airlock-system`, each compared, property by property, with what the component makes.",
    "The policy's expressions, what it matches, and that a failure refuses; the binding's actions, parameters and namespaces, which are `exemptNamespaces` of the configuration; the ConfigMap's name, by which there is one.",
    "The list itself: `registries` and `injected` are the configuration's, and `images` are digests in the environment's own registries, none that every workload of its repository has `rejected`. Whether each was promoted is said by the output of another stack, which no policy sees.",
    "`ignoreChanges`: none, since it would leave what somebody changed in the cluster.",
  ],
  absolute: true,
  why: "One expression that says `true`, one binding that lets pass where its parameters are missing, or one more line in the list, and the cluster runs any image, whoever applies it.",
  check: (resource, { settings: { delivery }, environment }) => {
    const kind = kindOf(resource);
    if (delivery === undefined || environment === undefined || kind === undefined) return [];
    const wanted = wantedOf(resource, kind, delivery, environment);
    if (wanted === undefined) return [];
    if (Array.isArray(wanted)) return wanted as Finding[];
    return [
      ...differences(contentOf(known(resource, environment)), wanted as Properties, "").map((one) =>
        differenceFinding(one, fix),
      ),
      ...ignoreFindings(resource),
      ...(kind === "core:ConfigMap" ? rejectedFindings(resource, delivery) : []),
    ];
  },
};

const fix = "Leave it to AdmissionPolicy, with the values of the stack file";

/** What it should be, or why nobody can say so; undefined for what has nothing to do with admission. */
function wantedOf(
  resource: Resource,
  kind: string,
  { exemptNamespaces, injected }: DeliverySettings,
  environment: Environment,
): object | undefined {
  const { name: env } = environment;
  const name = admissionPolicyName(env);
  switch (kind) {
    case "admissionregistration.k8s.io:ValidatingAdmissionPolicy":
      return { metadata: { name }, spec: admissionPolicySpec(env) };
    case "admissionregistration.k8s.io:ValidatingAdmissionPolicyBinding":
      return { metadata: { name }, spec: admissionBindingSpec(env, name, exemptNamespaces) };
    case "core:ConfigMap": {
      // Elsewhere none is applied at all.
      if (metadataOf(resource.properties).namespace !== admissionNamespace) return undefined;
      const metadata = { name, namespace: admissionNamespace, labels: parametersLabel(env) };
      try {
        const registries = promotedHosts(environment);
        const data = admissionParameters({ registries, images: imagesOf(resource), injected });
        return { metadata, data };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { what, fix: how = fix } = error.problem;
        return [{ what: `the list of what is admitted: ${what}`, property: "data.images", fix: how }];
      }
    }
    default:
      return undefined;
  }
}

/** Which policy a binding binds, a preview doesn't know before the policy is made: the update does, and judges again. */
function known(resource: Resource, { name }: Environment): Resource {
  const { spec } = resource.properties;
  if (!isObject(spec) || spec.policyName !== unknown) return resource;
  const bound = { ...spec, policyName: admissionPolicyName(name) };
  return { ...resource, properties: { ...resource.properties, spec: bound } };
}

function imagesOf({ properties: { data } }: Resource): string[] {
  const images: Value = isObject(data) ? data.images : undefined;
  return (textOf(images) ?? "").split("\n").filter((line) => line !== "");
}

function ignoreFindings({ ignoreChanges = [] }: Resource): Finding[] {
  if (ignoreChanges.length === 0) return [];
  const what = `changes of ${ignoreChanges.join(", ")} are ignored, so that nobody sees what is admitted`;
  return [{ what, property: "ignoreChanges", fix: "Take ignoreChanges out of the resource's options" }];
}

/** What a canary aborted is admitted no more, but where another workload of that repository may run it. */
function rejectedFindings(resource: Resource, { workloads }: DeliverySettings): Finding[] {
  const mayRun = (repository: string, digest: string) => {
    const own = Object.values(workloads).filter((workload) => workload.repository === repository);
    return own.length === 0 || own.some(({ rejected }) => !rejected.includes(digest));
  };
  return imagesOf(resource).flatMap((line) => {
    const { repository, digest } = parseImageReference(line);
    if (digest === undefined || mayRun(repository, digest)) return [];
    const what = `${line} is admitted, which a canary aborted here`;
    return [{ what, property: "data.images", fix: "Leave it out: the stack file has it under rejected" }];
  });
}
