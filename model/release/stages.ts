import { UserError } from "../errors";
import { environmentNamed, type Environment, type PromotionPath } from "../promotion-path";
import type { ReleaseStage } from "./names";

/** One stop of a release: an environment after the path's first one, where images are built for no release in particular. */
export interface Stage {
  readonly environment: Environment;
  readonly isLast: boolean;
}

/** The stages of every release, in their order. */
export function stagesOf({ environments }: PromotionPath): Stage[] {
  return environments
    .slice(1)
    .map((environment, index, stages) => ({ environment, isLast: index === stages.length - 1 }));
}

/** @throws UserError (2) for an environment that is not on the path, and for its first one. */
export function stageNamed(path: PromotionPath, name: string): Stage {
  const { name: known } = environmentNamed(path, name);
  const found = stagesOf(path).find(({ environment }) => environment.name === known);
  if (found) return found;
  throw new UserError({
    what: `${name} is the first environment of the path, and no stage of a release`,
    fix: `Stages are ${namesOf(stagesOf(path)).join(", ") || "the environments after it, and there are none"}`,
    exitCode: 2,
  });
}

/** The stage after `name`; undefined after the last. */
export function stageAfter(path: PromotionPath, name: string): Stage | undefined {
  const stages = stagesOf(path);
  return stages[namesOf(stages).indexOf(name) + 1];
}

/** Tag of a release in a stage, and name of the GitHub environment made for it: `v0.0.1-qa`, in the last stage `v0.0.1`. */
export function stageTag(version: string, { environment, isLast }: Stage): string {
  return isLast ? version : `${version}-${environment.name}`;
}

/** The stages of one release, in the order of the path. */
export function stagesOfRelease(path: PromotionPath, version: string): ReleaseStage[] {
  return stagesOf(path).map(({ environment }) => ({ version, environment: environment.name }));
}

/** The stage of any release whose tag this looks like, also of a version that airlock would not take; undefined for every other name. */
export function stageOfTag(path: PromotionPath, tag: string): ReleaseStage | undefined {
  const version = /^v\d+\.\d+\.\d+(?=-|$)/.exec(tag)?.[0];
  if (version === undefined) return undefined;
  const stage = stagesOf(path).find((one) => stageTag(version, one) === tag);
  return stage && { version, environment: stage.environment.name };
}

/**
 * The environments whose managers approve that a release enters a stage: every stage up to it, and for the last one every
 * environment before it, the first of the path too.
 */
export function approvingRoles({ environments }: PromotionPath, to: string): string[] {
  const names = environments.map(({ name }) => name);
  const at = names.indexOf(to);
  return at === names.length - 1 ? names.slice(0, at) : names.slice(1, at + 1);
}

function namesOf(stages: readonly Stage[]): string[] {
  return stages.map(({ environment }) => environment.name);
}
