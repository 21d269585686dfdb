import { isDeepStrictEqual } from "node:util";
import { isSecret, isToken } from "../../model/azure/kinds";
import { azureResource } from "../../model/azure/resource";
import { environmentOfSubject } from "../../model/federated-subject";
import { stageOfRegistryAccount, type ReleaseStage } from "../../model/release/names";
import { stageOfPasswordSecret } from "../../model/release/password-vault";
import { endOf, phaseOf } from "../../model/release/release";
import { stageOfTag, stagesOf } from "../../model/release/stages";
import { happenedTo } from "../../model/release/steps-back";
import { federatedCredential } from "../access/federated-credential";
import type { Finding, Resource, StackRule } from "../rule";
import type { StackFacts } from "../stack-facts";
import { textOf } from "../values";

type StackFinding = Finding & { readonly resource: Resource };

/** A resource through which somebody gets in, and the stage that it is of. */
interface Door {
  readonly resource: Resource;
  readonly property: string;
  readonly stage: ReleaseStage;
}

/** Access moves on with a release: what the next stage gets, the one before has lost. */
export const releaseRequireOneStage: StackRule = {
  name: "release-require-one-stage",
  displayName: "One open stage of a release",
  description:
    "No two stages of a release have usable accounts at once, and a release that is over has none.",
  severity: "critical",
  remediationSteps:
    "Write the file of a release with `airlock release`, and let ReleaseAccess make the accounts of each stage from its phase.",
  looksAt: [
    "What lets somebody in as an account of a release: registry tokens that are not disabled, passwords of tokens that are not ended, federated credentials and passwords in the GitHub environments of its tags, passwords in a key vault, service principals that are not disabled.",
    "All that is open is of one stage, and in the stack of a release of the one that its file says is open. A release that is over, or whose stages are closing or closed, has none.",
    "The stack of a release has a `ReleaseHistory` that is called like the version, is below nothing and says what the file says: by it the provider refuses a file that takes back what was carried out, at preview already. No program can leave it out.",
    "It runs after the resources exist: it fails the run, and what it finds is mended by the next one. What keeps the order is the engine: accounts of a stage wait for the proof of the one before.",
  ],
  reachesFurther: true,
  why: "Credentials that were good enough for QA are on QA's machines. While they work beside those of production, whoever has them is a step closer than anybody approved.",
  checkStack: (resources, stack) => {
    const doors = resources.flatMap((resource) => doorsOf(resource, stack));
    return [
      ...together(doors),
      ...(stack.settings.kind === "release"
        ? [...against(doors, resources, stack), ...withoutHistory(resources, stack)]
        : []),
    ];
  },
};

function doorsOf(resource: Resource, stack: StackFacts): Door[] {
  const { type, properties } = resource;
  const { path } = stack.settings;
  const door = (property: string, stage: ReleaseStage | undefined): Door[] =>
    stage === undefined ? [] : [{ resource, property, stage }];
  if (type === "airlock:index:TokenPassword" && properties.ended !== true)
    return door("ended", stageOfRegistryAccount(textOf(properties.tokenName) ?? ""));
  if (/^github:.*:ActionsEnvironmentSecret$/.test(type))
    return door("environment", stageOfTag(path, textOf(properties.environment) ?? ""));
  const credential = federatedCredential(resource, stack);
  if (credential !== undefined) {
    const tag = environmentOfSubject(textOf(credential.subject) ?? "") ?? "";
    return door(credential.properties.subject, stageOfTag(path, tag));
  }
  const azure = azureResource(resource, stack.settings.subscriptionId);
  if (azure !== undefined && isSecret(azure))
    return door("secretName", stageOfPasswordSecret(textOf(azure.properties.secretName) ?? ""));
  if (azure === undefined || !isToken(azure) || isDisabled(azure.properties.status)) return [];
  return door("status", stageOfRegistryAccount(textOf(azure.properties.tokenName) ?? ""));
}

const isDisabled = (status: unknown): boolean =>
  typeof status === "string" && status.toLowerCase() === "disabled";

/** Doors of one release that stand open in more than one stage. */
function together(doors: readonly Door[]): StackFinding[] {
  const versions = [...new Set(doors.map(({ stage }) => stage.version))];
  return versions.flatMap((version): StackFinding[] => {
    const own = doors.filter(({ stage }) => stage.version === version);
    const names = [...new Set(own.map(({ stage }) => stage.environment))];
    if (names.length < 2) return [];
    const { resource, property } = own.find(({ stage }) => stage.environment !== names[0])!;
    const what = `accounts of ${version} can be used in ${names.join(" and ")} at once`;
    return [
      { resource, property, what, fix: "Close one stage before the next is opened: airlock release advance" },
    ];
  });
}

/** What stands open against what the release's file says. */
function against(
  doors: readonly Door[],
  resources: readonly Resource[],
  { settings }: StackFacts,
): StackFinding[] {
  const release = settings.release!;
  const over = endOf(release) !== undefined || release.deleted !== undefined;
  const isOpen = (name: string) => !over && phaseOf(release, name) === "open";
  const fix = "Disable it, and take its credentials away, as ReleaseAccess does";
  const open = stagesOf(settings.path).filter(({ environment }) => isOpen(environment.name)).length;
  const enabled = resources.filter(
    ({ type, properties }) =>
      /^azuread:.*:ServicePrincipal$/.test(type) && properties.accountEnabled !== false,
  );
  return [
    ...doors
      .filter(({ stage }) => stage.version === release.version && !isOpen(stage.environment))
      .map(({ resource, property, stage: { environment } }) => ({
        resource,
        property,
        what: `${environment} of ${release.version} is ${over ? "over" : phaseOf(release, environment)}, and its account can be used`,
        fix,
      })),
    ...enabled.slice(open).map((resource) => ({
      resource,
      property: "accountEnabled",
      what: `${enabled.length} service principals of ${release.version} can sign in, and ${open} of its stages ${open === 1 ? "is" : "are"} open`,
      fix,
    })),
  ];
}

const history = "airlock:index:ReleaseHistory";

/** That what has ended stays so is known from what was carried out alone: by its own name, since another one knows nothing of it. */
function withoutHistory(resources: readonly Resource[], { settings }: StackFacts): StackFinding[] {
  const release = settings.release!;
  const [first] = resources;
  const recorded = resources.find(({ urn }) => urn?.endsWith(`::${history}::${release.version}`));
  const fix = "Register ReleaseHistory as stacks/release.ts does, with what the release's file says";
  if (recorded !== undefined) {
    const { version, ...said } = recorded.properties;
    const { version: own } = release;
    if (version === own && isDeepStrictEqual(said, happenedTo(release))) return [];
    const what = `the history of ${own} is not what its file says`;
    return [{ resource: recorded, property: "stages", what, fix }];
  }
  if (first === undefined) return [];
  const what = `nothing holds the file of ${release.version} against what was carried out: there is no ReleaseHistory called ${release.version}`;
  return [{ resource: first, property: "type", what, fix }];
}
