import { isSeq, Scalar, YAMLSeq } from "yaml";
import { UserError } from "../errors";
import { parseDigest } from "../image-reference";
import { readYaml } from "./yaml";
import { editValue } from "./yaml-edit";

/** A digest that one workload never runs again. */
export interface Rejection {
  readonly workload: string;
  readonly version: string;
  readonly digest: string;
}

/**
 * The file of a delivery stack with one more digest among the `rejected` of a workload, its version beside it for whoever reads.
 * A digest that stands there already gives back the same text.
 * @throws UserError (2) when the text is not YAML, has no such workload, or the digest is malformed
 */
export function rejectDigest(
  yamlText: string,
  project: string,
  { workload, version, digest }: Rejection,
): string {
  const path = ["config", `${project}:delivery`, "workloads", workload];
  const stated = path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    readYaml(yamlText),
  );
  if (typeof stated !== "object" || stated === null) {
    throw new UserError({
      what: `there is no workload ${workload} to reject a digest of`,
      where: path.slice(1).join("."),
      exitCode: 2,
    });
  }
  const { rejected } = stated as { rejected?: unknown };
  if (Array.isArray(rejected) && rejected.includes(digest)) return yamlText;
  return editValue(yamlText, [...path, "rejected"], (present) => {
    const list = isSeq(present) ? present : new YAMLSeq();
    const added = new Scalar(parseDigest(digest));
    // Beside an entry of a list in one line a comment would break the line.
    if (!list.flow) added.comment = ` ${version}`;
    list.items.push(added);
    return list;
  });
}
