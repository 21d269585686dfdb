import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rejectDigest, type Rejection } from "../../model/config/rejected";
import { readStackFile, type Project } from "../project";

/** What a stack's file would say, were these digests rejected as well. */
export function withHeld(project: Project, stack: string, held: readonly Rejection[]): string {
  return held.reduce((text, one) => rejectDigest(text, project.name, one), readStackFile(project, stack));
}

/** Runs the engine on a file of its own, in which these digests are rejected as well: for this once, so that the stack's file stays. */
export async function holding(
  project: Project,
  stack: string,
  held: readonly Rejection[],
  run: (configFile?: string) => Promise<void>,
): Promise<void> {
  if (held.length === 0) return run();
  const folder = mkdtempSync(join(tmpdir(), "airlock-deploy-"));
  try {
    const file = join(folder, `Pulumi.${stack}.yaml`);
    writeFileSync(file, withHeld(project, stack, held), { mode: 0o600 });
    await run(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
