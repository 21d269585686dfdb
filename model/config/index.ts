import type { Settings } from "../settings";
import { environmentNamed } from "../promotion-path";
import { releaseStack } from "../release/names";
import { UserError } from "../errors";
import { matrixFindings } from "../access/matrix";
import {
  holdFindings,
  imageFindings,
  policyFindings,
  signerFindings,
  signingFindings,
  teamFindings,
} from "./checks";
import { asError, findingsIn, pathText, unknownKey, type Finding } from "./finding";
import { readDelivery } from "./delivery";
import { identityFindings } from "./identity-checks";
import { completePath, regionFindings } from "./path";
import { readPoc } from "./poc";
import { overrideFindings, stackKeys } from "./project-file";
import { managerFindings, releaseFindings } from "./release-checks";
import { schemas, type Values } from "./schema";

export { engineValues } from "./engine-values";
export type { Identity } from "../access/types";
export type { PromotedEntry, Settings } from "../settings";

/** What a stack is configured with, before it is judged. */
export interface SettingsInput {
  /** Name of the Pulumi project: the namespace of its configuration. */
  readonly project: string;
  /** Name of the stack, without its organisation. */
  readonly stack: string;
  /** The stack's file, as errors call it; `Pulumi.<stack>.yaml` unless given. */
  readonly file?: string;
  /** Key without the namespace to parsed value. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What `Pulumi.yaml` alone says: a stack that says otherwise is refused. Left out where nobody knows it. */
  readonly shared?: Readonly<Record<string, unknown>>;
  /** Whether the approvals of the stage that a release is in are not judged: it is to be left, or somebody else judges them. */
  readonly unjudged?: boolean;
}

// Keys that can only stand in the stack's own file; the others may come from the project's.
const ownKeys: readonly unknown[] = stackKeys.filter((key) => key !== "location" && key !== "tags");
const defaultLocation = "eastus2";
const withoutKind: Finding = {
  path: ["kind"],
  what: "the stack doesn't say what it is: its file is missing or empty",
  fix: "Check the file out, or write its kind: shared, environment, release, poc or delivery",
};
const nothing = { path: undefined, findings: [] as Finding[] };

/** @throws UserError (2) with one line for each thing that is wrong. */
export function parseSettings(input: SettingsInput): Settings {
  const file = input.file ?? `Pulumi.${input.stack}.yaml`;
  refuseOverrides(input, file);
  const read = readSettings(input);
  if (!Array.isArray(read)) return read;
  throw asError(read, (at) => {
    const files = ownKeys.includes(at[0]) ? file : `Pulumi.yaml or ${file}`;
    return `${files}, ${input.project}:${pathText(at)}`;
  });
}

/** The settings, or all that is wrong. @param clusters those that a proof of concept makes */
function readSettings(input: SettingsInput, clusters?: Settings["clusters"]): Settings | Finding[] {
  const { values, findings } = readValues(input.values);
  const invalid = (key: keyof Values) => findings.some((finding) => finding.path[0] === key);
  if (values.kind === "poc") {
    return readPoc(input, values, [...findings, ...strayFindings("poc", values)], readSettings);
  }
  if (values.kind === "delivery") {
    return readDelivery(input, values, [...findings, ...strayFindings("delivery", values)], readSettings);
  }

  // What a stack is it says itself: of a file that is missing nobody may think that it runs no images.
  if (values.kind === undefined && !invalid("kind")) findings.push(withoutKind);
  const kind = values.kind ?? "environment";
  const organization = values.organization ?? organizationOf(input.project, findings);
  const { path, findings: pathFindings } = invalid("path") ? nothing : readPath(values.path, organization);
  findings.push(...pathFindings);
  if (clusters) findings.push(...madeClusterFindings(values.path));

  // Without a word on teams or identities, none exist.
  const teams = values.teams ?? (invalid("teams") ? undefined : {});
  const identities = values.identities ?? (invalid("identities") ? undefined : {});
  const images = values.images ?? {};
  if (teams) findings.push(...teamFindings(teams));
  if (identities) findings.push(...identityFindings(identities, teams));
  if (path && teams && identities) {
    // A row whose identity is wrong says nothing yet.
    const right = Object.entries(values.access ?? {}).filter(
      ([name]) => !findings.some(({ path: [key, identity] }) => key === "identities" && identity === name),
    );
    findings.push(
      ...matrixFindings({
        path,
        ...(clusters && { clusters }),
        teams,
        identities,
        access: Object.fromEntries(right),
      }),
    );
  }
  findings.push(...imageFindings(images, teams), ...holdFindings(values.holds ?? []));
  findings.push(...signingFindings(values.signing ?? {}), ...signerFindings(images, values.signing ?? {}));
  findings.push(...policyFindings(values.policies ?? {}, path));
  const releases = values.releases ?? (invalid("releases") ? undefined : schemas.releases.parse({}));
  if (path && releases) findings.push(...managerFindings(releases, path));

  const environment = kind === "environment" ? (values.environment ?? input.stack) : undefined;
  if (path && environment !== undefined && !invalid("environment"))
    findings.push(...onPath(() => environmentNamed(path, environment)));
  if (path && environment !== undefined && !invalid("location"))
    findings.push(...regionFindings(values.path, path, environment, values.location ?? defaultLocation));
  const { release } = values;
  if (kind === "release" && !release && !invalid("release"))
    findings.push({ path: ["release"], what: "a release stack says which release it is", fix: createFix });
  const { github, subscriptionId } = values;
  if (kind === "release" && release && releases && path && github) {
    const rules = { releases, path, github, project: input.project, teams };
    findings.push(...releaseFindings(release, rules, input));
  }
  const named = kind !== "release" ? (environment ?? "shared") : release && releaseStack(release.version);
  if (!invalid("environment") && named !== undefined)
    findings.push(...stackNameFindings(input.stack, kind, named));
  findings.push(...strayFindings(kind, values));

  if (findings.length > 0 || !path || !teams || !identities || !subscriptionId || !github || !releases) {
    return findings;
  }
  return {
    kind,
    ...(environment !== undefined && { environment }),
    organization,
    stackOrganization: values.stackOrganization ?? "organization",
    location: values.location ?? defaultLocation,
    ...(values.tenantId !== undefined && { tenantId: values.tenantId }),
    subscriptionId,
    path,
    teams,
    identities: withTeams(identities, teams),
    access: values.access ?? {},
    project: input.project,
    github,
    signing: values.signing ?? {},
    tags: { project: input.project, owner: organization, purpose: "image-promotion", ...values.tags },
    policies: { levels: values.policies?.levels ?? {}, exemptions: values.policies?.exemptions ?? [] },
    images,
    holds: values.holds ?? [],
    releases,
    ...(release && { release }),
  };
}

// Before all else: what a stack changes for itself makes other things wrong that are right.
function refuseOverrides({ project, values, shared }: SettingsInput, file: string): void {
  const found = shared ? overrideFindings(values, shared) : [];
  const overrides = found.filter(({ path: [key] }) => Object.hasOwn(schemas, key));
  if (overrides.length > 0) throw asError(overrides, (at) => `${file}, ${project}:${pathText(at)}`);
}

// Each key by itself, so that one wrong key hides no other.
function readValues(stated: Readonly<Record<string, unknown>>): { values: Values; findings: Finding[] } {
  const findings: Finding[] = [];
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(stated)) {
    if (!Object.hasOwn(schemas, key)) findings.push(unknownKey([key], Object.keys(schemas)));
  }
  for (const [key, schema] of Object.entries(schemas)) {
    const value = stated[key];
    const needed = key === "subscriptionId" || key === "github";
    // `key:` with nothing after it reads as null, and says as much as no key.
    if ((value === undefined || value === null) && !needed) continue;
    const result = schema.safeParse(value);
    if (result.success) read[key] = result.data;
    else findings.push(...findingsIn(schema, key, value, result.error));
  }
  return { values: read, findings };
}

function organizationOf(project: string, findings: Finding[]): string {
  if (!findings.some(({ path }) => path[0] === "organization")) {
    const result = schemas.organization.safeParse(project);
    if (!result.success)
      findings.push(...findingsIn(schemas.organization, "organization", project, result.error));
  }
  return project;
}

/** A proof of concept makes its clusters: whoever names one on its path would have two. */
function madeClusterFindings(path: Values["path"] = []): Finding[] {
  return path.flatMap(({ environment, cluster }, index) =>
    cluster === undefined
      ? []
      : [
          {
            path: ["path", index, "cluster"],
            what: `the proof of concept makes the cluster of ${environment} itself`,
            fix: `Leave it out, and state clusters.${environment}`,
          },
        ],
  );
}

function readPath(stated: Values["path"], organization: string) {
  const result = completePath(stated, organization);
  return "environments" in result ? { path: result, findings: [] } : { path: undefined, findings: result };
}

const createFix = "Make the file with airlock release create <version> --repositories <names>";

// Two stacks of one environment would each fill its cells, and neither would know of the other.
function stackNameFindings(stack: string, kind: Settings["kind"], wanted: string): Finding[] {
  if (stack === wanted) return [];
  const says = `stack "${stack}" says that it is`;
  switch (kind) {
    case "shared":
      return [
        {
          path: ["kind"],
          what: `${says} the shared one`,
          fix: "Call it shared: the environments refer to that",
        },
      ];
    case "environment":
      return [
        {
          path: ["environment"],
          what: `${says} environment "${wanted}"`,
          fix: `Call it ${wanted}: an environment is one stack, of its own name`,
        },
      ];
    case "release":
      return [
        {
          path: ["release", "version"],
          what: `${says} the one of ${wanted}`,
          fix: `Call it ${wanted}: a release is one stack, of its own name`,
        },
      ];
    case "poc":
    case "delivery":
      return [];
  }
}

const toEnvironment = "Move it to the stack of an environment";
const toRelease = "Give the release a stack of its own";
const toPoc = "Move it to Pulumi.poc.yaml";
const toDelivery = "Move it to a stack of kind delivery";

/** Keys that a kind of stack can't have, and where what they say belongs. */
const strays: Readonly<Record<Settings["kind"], Partial<Record<keyof Values, string>>>> = {
  environment: { release: toRelease, poc: toPoc, delivery: toDelivery },
  shared: {
    environment: toEnvironment,
    images: toEnvironment,
    holds: toEnvironment,
    release: toRelease,
    poc: toPoc,
    delivery: toDelivery,
  },
  release: {
    environment: toEnvironment,
    holds: toEnvironment,
    images: "Its images stand in release.images",
    poc: toPoc,
    delivery: toDelivery,
  },
  poc: {
    environment: toEnvironment,
    images: "Its images stand in poc.images",
    holds: toEnvironment,
    release: toRelease,
    delivery: toDelivery,
  },
  delivery: { images: toEnvironment, holds: toEnvironment, release: toRelease, poc: toPoc },
};

function strayFindings(kind: Settings["kind"], values: Values): Finding[] {
  const stack = kind === "environment" ? "the stack of an environment" : `a ${kind} stack`;
  return Object.entries(strays[kind])
    .filter(([key]) => values[key as keyof Values] !== undefined)
    .map(([key, fix]) => ({ path: [key], what: `${stack} has no ${key}`, fix }));
}

function onPath(find: () => unknown): Finding[] {
  try {
    find();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ path: ["environment"], what: error.problem.what, fix: error.problem.fix }];
  }
}

// A group that is called like a team is that team.
function withTeams(identities: Settings["identities"], teams: Settings["teams"]): Settings["identities"] {
  return Object.fromEntries(
    Object.entries(identities).map(([name, identity]) => [
      name,
      identity.team === undefined && Object.hasOwn(teams, name) ? { ...identity, team: name } : identity,
    ]),
  );
}
