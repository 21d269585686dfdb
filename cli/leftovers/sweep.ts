import { shortDigest } from "../../model/image-reference";
import {
  judgeImages,
  judgeLeftovers,
  kindOf,
  leftoversDue,
  type FoundResource,
  type LeftoverRules,
  type LeftoversDue,
  type LeftoverVerdict,
} from "../../model/leftovers";
import type { Environment } from "../../model/promotion-path";
import type { Release } from "../../model/release/release";
import { stageNamed, stageTag } from "../../model/release/stages";
import type { Claim } from "../../model/retention";
import type { Settings } from "../../model/settings";
import type { SweptRegistry } from "../sweep/registry";
import { sweepRegistry, type SweptContent } from "../sweep/sweep";
import type { LeftoverCloud, Removal } from "./azure";
import type { Leftover, LeftoversReport, ReleaseLeft } from "./report";

/** What a sweep of one environment's leftovers works with. */
export interface LeftoversSweep {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly releases: readonly Release[];
  /** What the environment's registries have to keep, as of a time in milliseconds since the epoch. */
  readonly claimsAt: (now: number) => readonly Claim[];
  readonly openRegistry: (host: string) => Promise<SweptRegistry>;
  /** Left out where nobody may tidy up. */
  readonly cloud?: LeftoverCloud;
  /** This machine's clock. */
  readonly now: () => Date;
  readonly deletes: boolean;
  /** Ends the sweep after what is under way. */
  readonly ends: AbortSignal;
  /** Told of each thing that is deleted. */
  readonly tell: (what: string) => void;
}

/** Looks for what releases that ended left over in an environment and, if it is to, deletes what goes. */
export async function sweepLeftovers(sweep: LeftoversSweep): Promise<LeftoversReport> {
  const { settings, environment, releases, cloud, deletes } = sweep;
  const judged = releases.map((release) => ({
    release,
    due: leftoversDue(release, settings, sweep.now()),
    ended: release.deployed !== undefined || release.abandoned !== undefined,
  }));
  const leftovers: Leftover[] = [];
  const unread: LeftoversReport["unread"][number][] = [];
  const registry = await openOwnRegistry(sweep);
  for (const { release, due } of judged.filter(({ ended }) => ended)) {
    const { artifacts, unread: parts } = await sweepImages(sweep, registry, release, due);
    leftovers.push(...artifacts.map((artifact) => imageLeftover(release.version, environment, artifact)));
    unread.push(...parts.map(({ what, why }) => ({ what: `${environment.registry}/${what}`, why })));
    if (cloud) leftovers.push(...(await sweepResources(sweep, cloud, release.version, due)));
  }
  return {
    environment: environment.name,
    deletes,
    tidies: cloud !== undefined,
    releases: judged.map(({ release: { version: release }, due }): ReleaseLeft => ({ release, ...due })),
    leftovers,
    unread: [...new Map([...unread, ...(cloud?.unread() ?? [])].map((one) => [one.what, one])).values()],
  };
}

// The one on the path: a release's accounts reach no other. A repository is read once, however many releases it is in.
async function openOwnRegistry({ environment, openRegistry }: LeftoversSweep): Promise<SweptRegistry> {
  const registry = await openRegistry(environment.host);
  const read = new Map<string, ReturnType<SweptRegistry["read"]>>();
  return {
    ...registry,
    read: (repository) => {
      const reading = read.get(repository) ?? registry.read(repository);
      read.set(repository, reading);
      return reading;
    },
  };
}

/** Of the release's repositories alone: elsewhere the same tag is somebody else's. */
function sweepImages(
  { settings, environment, claimsAt, now, deletes, ends, tell }: LeftoversSweep,
  registry: SweptRegistry,
  { version, repositories }: Release,
  due: LeftoversDue,
): Promise<SweptContent> {
  const tag = stageTag(version, stageNamed(settings.path, environment.name));
  return sweepRegistry(
    { ...registry, repositories: () => Promise.resolve([...repositories]) },
    {
      judge: (stored, at) => judgeImages(stored, { ...due, version, tag, claims: claimsAt(at), now: at }),
      now: () => now().getTime(),
      deletes,
      ends,
      tell: ({ repository, digest }) => tell(`${repository}@${digest}`),
    },
  );
}

function imageLeftover(
  release: string,
  { registry }: Environment,
  { repository, digest, goes, reasons, outcome, problem }: SweptContent["artifacts"][number],
): Leftover {
  return {
    release,
    kind: "image",
    what: `${registry}/${repository}@${shortDigest(digest)}`,
    goes,
    why: reasons.map(({ text }) => text),
    ...(outcome !== undefined && { outcome }),
    ...(problem !== undefined && { problem }),
  };
}

async function sweepResources(
  { settings, environment, deletes, ends, tell }: LeftoversSweep,
  cloud: LeftoverCloud,
  version: string,
  due: LeftoversDue,
): Promise<Leftover[]> {
  const { organization, subscriptionId, path } = settings;
  const rules: LeftoverRules = {
    ...due,
    naming: { organization, subscriptionId },
    path,
    version,
    environment: environment.name,
  };
  const leftovers: Leftover[] = [];
  // One after the other: a disk goes after its machine, and a group when it is empty.
  for (const verdict of judgeLeftovers(await cloud.find(version), rules)) {
    const done = deletes && verdict.goes ? await remove(verdict) : {};
    leftovers.push({ ...resourceLeftover(version, verdict), ...done });
  }
  return leftovers;

  async function remove({ resource }: LeftoverVerdict): Promise<Pick<Leftover, "outcome" | "problem">> {
    if (ends.aborted) return { outcome: "unreached", problem: "the sweep was ended before it" };
    const removal = await cloud.remove(resource, ends);
    if (removal.outcome === "deleted") tell(`${kindOf(resource)} ${placeOf(resource)}`);
    return outcomeOf(removal);
  }
}

function outcomeOf(removal: Removal): Pick<Leftover, "outcome" | "problem"> {
  switch (removal.outcome) {
    case "changed":
      return { outcome: "spared", problem: removal.why };
    case "refused":
      return { outcome: "refused", problem: removal.why };
    case "going":
      return { outcome: "unreached", problem: removal.why };
    default:
      return { outcome: removal.outcome };
  }
}

function resourceLeftover(release: string, { resource, kind, goes, why }: LeftoverVerdict): Leftover {
  return { release, kind, what: placeOf(resource), goes, why: [why] };
}

/** `contoso-qa-rg/reports/logs`: the group and the name, of a group that alone. */
function placeOf({ id, name }: FoundResource): string {
  const [, group, below] = /\/resourcegroups\/([^/]+)(\/.*)?$/i.exec(id) ?? [];
  return below === undefined ? name : `${group}/${name}`;
}
