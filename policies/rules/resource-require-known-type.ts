import { scopeOf } from "../../model/settings";
import { reachedBy } from "../access/registry-scope";
import { azureResource } from "../../model/azure/resource";
import { imagePlaces } from "../images/image-places";
import { strangeAzure, whyForeign } from "../known-types";
import type { Finding, Resource, ResourceRule } from "../rule";
import { protectedRegistries, type StackFacts } from "../stack-facts";

/** What the pack can't judge has not been found to be right. */
export const resourceRequireKnownType: ResourceRule = {
  name: "resource-require-known-type",
  displayName: "Known types only",
  description:
    "In a protected environment, and in the stack that all share, every resource is of a type that the pack can judge.",
  severity: "high",
  remediationSteps:
    "Declare what the resource does as resources that can be judged, keep it in another stack, or exempt it until a day.",
  looksAt: [
    "Provider packages: the engine's own, airlock, Azure's, Kubernetes, builds of docker and docker-build, what is judged of Entra ID and GitHub, and what only makes values (`random`, `tls`, `time`) are known. Every other package is refused, one that nobody has heard of as well as `command`, dynamic resources and containers of the docker provider; so is its provider, since a program may call functions of it that no policy sees. Components only group, and pass. Outside of protected environments that holds for packages of identities and workflows alone (`azuread`, `msgraph`, `github`, `gitlab`, `azuredevops`), since there is one directory and one repository.",
    "Parts of Azure: what runs no image and grants nothing (networks, monitoring, storage, databases), and what other policies judge. Virtual machines, extensions and run commands, runbooks, batch and whatever Azure invents next are refused.",
    "What renders or fetches its manifests elsewhere: a Helm release, a GitOps application, an operator's subscription, a Tekton resolver, a Flux configuration, a compose file, a manifest in a text. What changes pods as they start: mutating webhooks on pods, mutating policies.",
    "Templates whose text can't be read, that delete what they leave out, or that hold more than harmless types and what runs images; scripts, blueprints, policies with a template of their own, delegation to another tenant: refused in every stack, since they may reach a protected registry from any.",
  ],
  reachesFurther: true,
  why: "A policy that looks only for what it knows lets everything else pass, and every provider and every API version adds something. Here what is not known is refused, with a way to say for how long it may stay.",
  check: (resource, stack) => {
    const { type } = resource;
    // A provider has no provider either.
    if (resource.custom === false && !type.startsWith("pulumi:")) return [];
    const why = whyStrange(resource, stack);
    if (why !== undefined) return [finding(`${type} ${why}`, "type", resource, stack)];
    const { hidden } = stack.strict
      ? imagePlaces(resource, stack.settings.subscriptionId)
      : { hidden: undefined };
    return hidden ? [finding(`images can't be judged: ${hidden.why}`, hidden.property, resource, stack)] : [];
  },
};

function whyStrange(resource: Resource, stack: StackFacts): string | undefined {
  const azure = azureResource(resource, stack.settings.subscriptionId);
  if (!azure) return whyForeign(resource.type, stack.strict);
  const strange = strangeAzure(azure);
  if (!strange) return undefined;
  if (stack.strict) return strange.why;
  const { scope } = azure.properties;
  const reaches = scope === undefined ? protectedRegistries(stack) : reachedBy(scope, stack);
  return strange.everywhere && reaches.length > 0 ? strange.why : undefined;
}

function finding(
  what: string,
  property: string,
  { name, type }: Resource,
  { settings }: StackFacts,
): Finding {
  const where = scopeOf(settings);
  const exemption = `{ policy: resource-require-known-type, resource: ${name}, type: "${type}", environment: ${where}, reason, owner, until }`;
  return {
    what,
    property,
    fix: `Declare what it does as resources that can be judged, or add ${exemption} to policies.exemptions`,
  };
}
