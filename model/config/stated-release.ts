import { parseSettings, type Settings } from ".";
import { UserError } from "../errors";
import type { Release } from "../release/release";
import { configSection } from "./project-file";

/** The stack file of a release, and what `Pulumi.yaml` says. */
export interface ReleaseFile {
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly stack: string;
  readonly text: string;
  readonly shared: Readonly<Record<string, unknown>>;
}

/** The settings of a release's stack, its approvals not judged. @throws UserError (2) when its file is wrong, or that of a stack of another kind */
export function statedRelease({
  project,
  stack,
  text,
  shared,
}: ReleaseFile): Settings & { release: Release } {
  const file = `Pulumi.${stack}.yaml`;
  const values = { ...shared, ...configSection(text, project, file) };
  const settings = parseSettings({ project, stack, file, values, shared, unjudged: true });
  return { ...settings, release: releaseIn(settings, { project, stack }) };
}

/** The release that a stack's settings are about. @throws UserError (2) when the stack is of another kind */
export function releaseIn(
  { kind, release }: Settings,
  { project, stack }: Pick<ReleaseFile, "project" | "stack">,
): Release {
  if (release) return release;
  throw new UserError({
    what: `stack ${stack} is of kind ${kind}`,
    where: `Pulumi.${stack}.yaml: ${project}:kind`,
    fix: "A stack of that name is a release's",
    exitCode: 2,
  });
}
