import type { PromotedEntry } from "../../model/config";
import { nearest } from "../../model/config/nearest";
import { UserError } from "../../model/errors";
import { environmentNamed, predecessorOf, successorOf, type PromotionPath } from "../../model/promotion-path";
import type { World } from "../poc";
import { inWorld, placeOf } from "./place";
import type { Declared, Running } from "./running";

/** A path, and what each of its environments runs. */
export interface Standing extends Pick<Declared, "world" | "running"> {
  readonly settings: { readonly path: PromotionPath };
}

/** One image that enters one environment. */
export interface Move {
  readonly repository: string;
  readonly version: string;
  readonly digest: string;
  /** Environment that it comes from; absent when it was built for this one. */
  readonly from?: string;
  readonly to: string;
  /** What the environment runs until then. */
  readonly replaces?: { readonly version: string; readonly digest: string };
}

/**
 * Takes what the predecessor of `to` runs.
 * @returns the move, or `undefined` when `to` runs this image already.
 * @throws UserError: exit 1 when an environment would be skipped, exit 2 for unknown names.
 */
export function planPromotion(standing: Standing, repository: string, to: string): Move | undefined {
  const { world, running } = standing;
  const { path } = standing.settings;
  const target = environmentNamed(path, to);
  const predecessor = predecessorOf(path, target.name);
  if (predecessor === undefined) {
    throw new UserError({
      what: `${to} is the first environment of the path: nothing can be promoted to it`,
      fix: `A new build enters it with: ${publishCommand(repository, world)}`,
      exitCode: 2,
    });
  }
  const entry = running[predecessor.name]?.[repository];
  if (entry === undefined) throw notAtPredecessor(standing, repository, to, predecessor.name);
  return move(
    { repository, version: entry.version, digest: entry.digest, from: predecessor.name, to },
    running,
  );
}

/** Brings a new build into the first environment; `undefined` when it runs there already. */
export function planPublication(
  { settings: { path }, running }: Standing,
  image: { repository: string; digest: string; version: string },
): Move | undefined {
  return move({ ...image, to: path.environments[0].name }, running);
}

/** Moves that a promotion could make now: the predecessor runs another digest. In path order, then by repository. */
export function pendingMoves({ settings: { path }, running }: Standing): Move[] {
  return path.environments.flatMap(({ name }) => {
    const successor = successorOf(path, name);
    if (successor === undefined) return [];
    return Object.keys(running[name] ?? {})
      .sort()
      .flatMap((repository) => {
        const entry = running[name][repository];
        const there = running[successor.name]?.[repository];
        if (there?.digest === entry.digest) return [];
        const { version, digest } = entry;
        return [
          { repository, version, digest, from: name, to: successor.name, replaces: there && brief(there) },
        ];
      });
  });
}

function move(wanted: Omit<Move, "replaces">, running: Running): Move | undefined {
  const there = running[wanted.to]?.[wanted.repository];
  if (there?.digest === wanted.digest) return undefined;
  return { ...wanted, replaces: there && brief(there) };
}

function brief({ version, digest }: PromotedEntry): { version: string; digest: string } {
  return { version, digest };
}

/** How an image moves to an environment. */
export function promoteCommand(repository: string, to: string, world: World): string {
  return `airlock promote ${repository} --to ${to}${inWorld(world)}`;
}

function publishCommand(repository: string, world: World): string {
  return `airlock publish ${repository}@sha256:… --version <version>${inWorld(world)}`;
}

function notAtPredecessor(
  { world, settings: { path }, running }: Standing,
  repository: string,
  to: string,
  predecessor: string,
): UserError {
  const holders = path.environments.map(({ name }) => name).filter((name) => running[name]?.[repository]);
  const before = holders.filter((name) => indexOf(path, name) < indexOf(path, predecessor));
  if (before.length > 0) {
    const next = successorOf(path, before[before.length - 1])?.name ?? predecessor;
    return new UserError({
      what: `${repository} can't skip ${predecessor} on its way to ${to}: ${predecessor} doesn't run it`,
      fix: `First: ${promoteCommand(repository, next, world)}`,
      exitCode: 1,
    });
  }
  const known = [...new Set(Object.values(running).flatMap((images) => Object.keys(images)))];
  const guess = nearest(repository, known);
  const { stack, key } = placeOf(world, predecessor);
  return new UserError({
    what: `${predecessor} doesn't run ${repository}`,
    where: `Pulumi.${stack}.yaml: ${key.join(".")}`,
    fix:
      guess && guess !== repository
        ? `Did you mean ${guess}?`
        : `A new build enters with: ${publishCommand(repository, world)}`,
    exitCode: 2,
  });
}

function indexOf(path: PromotionPath, name: string): number {
  return path.environments.findIndex((environment) => environment.name === name);
}
