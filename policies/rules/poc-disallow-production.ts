import { productionFindings } from "../../model/poc/production";
import type { ResourceRule } from "../rule";

/** A proof of concept that can reach production is a part of it. */
export const pocDisallowProduction: ResourceRule = {
  name: "poc-disallow-production",
  displayName: "Nothing of production in a proof of concept",
  description:
    "No resource of a proof of concept names anything that is not its own: no resource, registry, vault, identity or stack of the project.",
  severity: "critical",
  remediationSteps:
    "Let the proof of concept make what it needs: its groups, registries, vaults, workspace and identities are its own.",
  looksAt: [
    "**Every text of every resource** of the stack with `kind: poc`, however deep. Other stacks are not judged.",
    "Ids of Azure: the subscription is the stack's own, and the resource group one of its own, or one in which AKS keeps the machines of its clusters. An id of the subscription as a whole reaches all groups in it; role definitions stand there and may be named.",
    "Names that are unique in Azure or in the tenant: the project's registries by name and by host, its signing vault, its network, its identities.",
    "References to other stacks, and service principals that exist already.",
    "What it can't see is whose a GUID is. Who holds roles here is [access-restrict-matrix](access-restrict-matrix.md)'s matter, and `airlock access --poc` shows it.",
  ],
  absolute: true,
  why: "A proof of concept is where things are tried that nobody has reviewed yet. One id of production in its graph, and what is tried there is tried in production.",
  check: (resource, { settings }) => (settings.kind === "poc" ? productionFindings(resource, settings) : []),
};
