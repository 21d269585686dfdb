import { basename } from "node:path";
import { rejectDigest, type Rejection } from "../../model/config/rejected";
import { unifiedDiff } from "../output/diff";
import { loadSettings, readStackFile, stackFile, type Project } from "../project";
import { writeEdit } from "../promotion/edit";
import { asSoleEditor } from "../promotion/sole-editor";

/**
 * Writes digests into `delivery.workloads.<name>.rejected` of a stack's file, in one step.
 * @returns the change as a unified diff
 * @throws UserError when the file would no longer be valid, or somebody else edits it
 */
export async function rejectIn(
  project: Project,
  stack: string,
  rejections: readonly Rejection[],
): Promise<string> {
  const file = stackFile(project, stack);
  return asSoleEditor(file, () => {
    const before = readStackFile(project, stack);
    const after = rejections.reduce((text, one) => rejectDigest(text, project.name, one), before);
    loadSettings(project, stack, after);
    const diff = unifiedDiff(basename(file), before, after);
    if (after !== before) writeEdit({ file, before, after, diff });
    return diff;
  });
}
