import { existsSync } from "node:fs";
import { basename } from "node:path";
import { isUnconfigured, newReleaseFile, setRelease } from "../../model/config/release-file";
import { releaseIn } from "../../model/config/stated-release";
import { UserError } from "../../model/errors";
import { releaseStack, versionOfStack } from "../../model/release/names";
import type { Release } from "../../model/release/release";
import type { Settings } from "../../model/settings";
import { unifiedDiff } from "../output/diff";
import { loadSettings, readStackFile, stackFile, stackNames, type Project } from "../project";
import { writeEdit, writeNew } from "../promotion/edit";
import { asSoleEditor } from "../promotion/sole-editor";

/** One release with what the project agreed on. */
export interface StatedRelease {
  readonly release: Release;
  readonly settings: Settings;
  /** Text of its stack file. */
  readonly text: string;
}

/** What became of a release's file. */
export interface ReleaseEdit {
  readonly before: Release | undefined;
  readonly after: Release;
  readonly settings: Settings;
  readonly changed: boolean;
  /** Unified diff of the file. */
  readonly diff: string;
}

/** What happens to a release; the very same one when it has happened already. */
export type Happening = (release: Release, settings: Settings) => Release;

/** Versions that have a file, in their order. */
export function releaseVersions(project: Project): string[] {
  const parts = (version: string) => version.slice(1).split(".").map(Number);
  return stackNames(project)
    .flatMap((stack) => versionOfStack(stack) ?? [])
    .sort((one, other) => {
      const [a, b] = [parts(one), parts(other)];
      const index = a.findIndex((part, position) => part !== b[position]);
      return index < 0 ? 0 : a[index] - b[index];
    });
}

/** How the file of a release is read. */
export interface Reading {
  /** Nobody judges the approvals of the stage that it is in: it is to be left, or told about. */
  readonly unjudged?: boolean;
}

/** @throws UserError (exit 2) when there is no such release, or its file is wrong. */
export function readRelease(project: Project, version: string, reading: Reading = {}): StatedRelease {
  const stack = releaseStack(version);
  if (!existsSync(stackFile(project, stack))) {
    throw new UserError({
      what: `there is no release ${version}`,
      where: `Pulumi.${stack}.yaml`,
      fix: `Releases are ${releaseVersions(project).join(", ") || "none"}; a new one: airlock release create <version> --repositories <names>`,
      exitCode: 2,
    });
  }
  const text = readStackFile(project, stack);
  const settings = loadSettings(project, stack, text, reading);
  return { release: releaseIn(settings, { project: project.name, stack }), settings, text };
}

/**
 * Every release of the project, in the order of their versions; approvals are judged where they count.
 * @throws UserError (2) for the first file that is wrong
 */
export function readReleases(project: Project): Release[] {
  return releaseVersions(project).map((version) => readRelease(project, version, { unjudged: true }).release);
}

/**
 * Writes what happens to a release into its file; no other airlock edits it between reading and writing.
 * @throws UserError when it can't happen, or the file would no longer be valid.
 */
export async function editRelease(
  project: Project,
  version: string,
  happens: Happening,
  { dryRun, unjudged }: { dryRun?: boolean } & Reading,
): Promise<ReleaseEdit> {
  const file = stackFile(project, releaseStack(version));
  const edit = (): ReleaseEdit => {
    const { release: before, settings, text } = readRelease(project, version, { unjudged });
    const after = happens(before, settings);
    if (after === before) return { before, after, settings, changed: false, diff: "" };
    const edited = setRelease(text, project.name, after);
    loadSettings(project, releaseStack(version), edited);
    const diff = unifiedDiff(basename(file), text, edited);
    if (!dryRun) writeEdit({ file, before: text, after: edited, diff });
    return { before, after, settings, changed: true, diff };
  };
  // A release that isn't there has nothing to lock.
  if (!dryRun) readRelease(project, version, { unjudged });
  return dryRun ? edit() : asSoleEditor(file, edit);
}

/**
 * Makes the file of a new release, unless it is there and says the same.
 * @throws UserError: 1 when the version is another release already, 2 when the file would not be valid
 */
export async function createReleaseFile(
  project: Project,
  release: Release,
  { dryRun }: { dryRun?: boolean },
): Promise<ReleaseEdit> {
  const stack = releaseStack(release.version);
  const file = stackFile(project, stack);
  const make = (): ReleaseEdit => {
    const before = existsSync(file) ? readStackFile(project, stack) : undefined;
    if (before !== undefined && !isUnconfigured(before)) return present(project, release);
    const text = newReleaseFile(project.name, release, before);
    const settings = loadSettings(project, stack, text);
    const diff = unifiedDiff(basename(file), before ?? "", text);
    if (!dryRun) {
      if (before === undefined) writeNew(file, text);
      else writeEdit({ file, before, after: text, diff });
    }
    return { before: undefined, after: release, settings, changed: true, diff };
  };
  // There is no file to lock yet: the project's own stands for it.
  return dryRun ? make() : asSoleEditor(projectFile(project), make);
}

function present(project: Project, { version, repositories }: Release): ReleaseEdit {
  const { release, settings } = readRelease(project, version);
  if (JSON.stringify([...release.repositories].sort()) !== JSON.stringify([...repositories].sort())) {
    throw new UserError({
      what: `release ${version} is there already, with ${release.repositories.join(", ")}`,
      where: `Pulumi.${releaseStack(version)}.yaml`,
      fix: "Give the new one another version",
      exitCode: 1,
    });
  }
  return { before: release, after: release, settings, changed: false, diff: "" };
}

function projectFile({ directory }: Project): string {
  return `${directory}/Pulumi.yaml`;
}
