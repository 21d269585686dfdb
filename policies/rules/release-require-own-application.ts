import { environmentOfSubject } from "../../model/federated-subject";
import { gitHubAccount, type ReleaseStage } from "../../model/release/names";
import { stageOfTag, stagesOfRelease } from "../../model/release/stages";
import { federatedCredential } from "../access/federated-credential";
import type { Finding, Resource, StackRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { textOf, unknown } from "../values";

/** A property that says which application is meant, and the stages whose accounts it may mean. */
interface Link {
  readonly resource: Resource;
  readonly property: string;
  /** Outputs of an application that are what the property has to say. */
  readonly outputs: readonly string[];
  readonly stages: readonly ReleaseStage[];
  readonly who: string;
}

/** Whom the jobs of a release sign in as: the account that its own stack makes for this stage. */
export const releaseRequireOwnApplication: StackRule = {
  name: "release-require-own-application",
  displayName: "A release's jobs sign in as its own account",
  description:
    "What trusts a release's GitHub environment belongs to the application that the same run makes for that stage.",
  severity: "critical",
  remediationSteps:
    "Let ReleaseAccess make the credentials: they take the application's id from the application.",
  looksAt: [
    "Federated credentials that trust a GitHub environment which is called like a release's tag, in every stack; in the stack of a release its service principals besides.",
    "`applicationId` (of a service principal: `clientId`) is the id of an application of this run that is called like the account of the stage (`v1.2.3-qa-gh-sa`). While that application is to be made, the property has to come from it: an id that is written down is somebody else's.",
    "A credential of a managed identity belongs to no account of a release.",
    "It judges at the end of a preview, and once more of an update, by what the engine knows then of the resources and of what each property was made from. So it needs the preview: an update that skips it fails only when the credential exists.",
  ],
  reachesFurther: true,
  why: "Ids are the program's to write. A credential with the promoter's id and the subject of a release's tag looks like the release's own, and makes whoever runs the job of QA the one who imports to production.",
  checkStack: (resources, stack) =>
    resources.flatMap((resource) => linksOf(resource, stack).flatMap((link) => findings(link, resources))),
};

function linksOf(resource: Resource, stack: StackFacts): Link[] {
  const { path, kind, release } = stack.settings;
  const credential = federatedCredential(resource, stack);
  if (credential !== undefined) {
    const tag = environmentOfSubject(textOf(credential.subject) ?? "") ?? "";
    const stage = stageOfTag(path, tag);
    if (stage === undefined) return [];
    const who = `jobs of the GitHub environment ${tag}`;
    return [{ resource, property: "applicationId", outputs: ["id", "objectId"], stages: [stage], who }];
  }
  if (kind !== "release" || !/^azuread:.*:ServicePrincipal$/.test(resource.type)) return [];
  const stages = stagesOfRelease(path, release!.version);
  const who = `the service principal ${resource.name}`;
  return [{ resource, property: "clientId", outputs: ["clientId"], stages, who }];
}

function findings(
  { resource, property, outputs, stages, who }: Link,
  resources: readonly Resource[],
): (Finding & { readonly resource: Resource })[] {
  const accounts = stages.map(gitHubAccount);
  const own = resources.filter(
    ({ type, properties }) =>
      /^azuread:.*:Application$/.test(type) && accounts.includes(textOf(properties.displayName) ?? ""),
  );
  const stated = resource.properties[property];
  const isMeant = (application: Resource): boolean => {
    const ids = idsOf(application, outputs);
    if (stated !== unknown) return ids.includes(lastPart(textOf(stated)));
    return ids.length === 0 && (resource.madeFrom?.(property) ?? []).includes(application.urn ?? "");
  };
  if (own.some(isMeant)) return [];
  const whose = stated === unknown ? "one that nobody knows yet" : (textOf(stated) ?? "none that is named");
  return [
    {
      resource,
      property,
      what: `${who} would be another application than ${accounts.join(" or ")} of this run: ${whose}`,
      fix: "Take it from the application that is made for the stage, as ReleaseAccess does",
    },
  ];
}

/** The ids of an application, as far as they are known. */
function idsOf({ outputs }: Resource, names: readonly string[]): string[] {
  const known = outputs?.() ?? {};
  return names.map((name) => lastPart(textOf(known[name]))).filter((id) => id !== "");
}

/** An application's id is `/applications/<object id>`. */
const lastPart = (id: string | undefined): string => id?.toLowerCase().split("/").pop() ?? "";
