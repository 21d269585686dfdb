import { isMap, isSeq, Scalar, YAMLMap, YAMLSeq, type Document } from "yaml";
import { UserError } from "../errors";
import { isRepository } from "../image-reference";
import type { PromotedEntry } from "../settings";
import { asError, findingsIn, pathText } from "./finding";
import { schemas } from "./schema";
import { openYaml, plainValue } from "./yaml";
import { editValue } from "./yaml-edit";

/** Keys of a stack's configuration that lead to the images of an environment: `images`, and `poc`, `images`, `staging`. */
export type ImagesKey = readonly [string, ...string[]];

const ownImages: ImagesKey = ["images"];

/**
 * The images of an environment, as a stack file has them.
 * @throws UserError (2) when the text is not YAML or an entry is malformed.
 */
export function readImages(
  yamlText: string,
  project: string,
  at: ImagesKey = ownImages,
): Record<string, PromotedEntry> {
  return imagesIn(openYaml(yamlText), project, at);
}

/**
 * The stack file with an image at another digest. What ran before leads `previous`, which holds at most `window` releases.
 * With `replace` the present release is dropped instead: it never ran, so there is nothing to roll back to.
 * Setting the digest that already runs gives back the same text, whatever the version.
 * @throws UserError (2) for a malformed file or argument, and when the version already stands for another digest.
 */
export function setImage(
  yamlText: string,
  project: string,
  repository: string,
  release: { version: string; digest: string },
  {
    window = 3,
    replace = false,
    at = ownImages,
  }: { window?: number; replace?: boolean; at?: ImagesKey } = {},
): string {
  const document = openYaml(yamlText);
  const images = imagesIn(document, project, at);
  const current = Object.hasOwn(images, repository) ? images[repository] : undefined;
  if (current?.digest === release.digest) return yamlText;
  const kept = [
    ...(current && !replace ? [{ version: current.version, digest: current.digest }] : []),
    ...(current?.previous ?? []),
  ]
    .filter(({ digest }) => digest !== release.digest)
    .slice(0, window);
  if (!isRepository(repository)) {
    throw new UserError({
      what: `malformed repository ${JSON.stringify(repository)}`,
      fix: "Write it without registry, tag or digest",
      exitCode: 2,
    });
  }
  refuseMalformed({ [repository]: release }, project, at);
  refuseMovedVersion(repository, release, kept);

  return editValue(yamlText, [...pathTo(project, at), repository], (present) => {
    const entry = isMap(present) ? present : new YAMLMap();
    setText(entry, "version", release.version);
    setText(entry, "digest", release.digest);
    if (kept.length > 0) entry.set("previous", previousNode(entry.get("previous"), kept));
    else entry.delete("previous");
    return entry;
  });
}

/**
 * The file with one configuration value set. `structured` is the form of Pulumi.yaml, where a mapping or list stands under `value`.
 * @throws UserError (2) when the text is not YAML.
 */
export function setConfigValue(
  yamlText: string,
  project: string,
  key: string,
  value: unknown,
  options: { structured?: boolean } = {},
): string {
  const document = openYaml(yamlText);
  const path = ["config", `${project}:${key}`];
  const wanted = options.structured ? { value } : value;
  const stated = valueAt(plainValue(document), path);
  if (JSON.stringify(stated) === JSON.stringify(wanted)) return yamlText;
  return editValue(yamlText, path, (_, file) => file.createNode(wanted));
}

function imagesIn(document: Document.Parsed, project: string, at: ImagesKey): Record<string, PromotedEntry> {
  const stated = valueAt(plainValue(document), pathTo(project, at));
  return stated === undefined || stated === null ? {} : refuseMalformed(stated, project, at);
}

function pathTo(project: string, [key, ...below]: ImagesKey): string[] {
  return ["config", `${project}:${key}`, ...below];
}

function valueAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return valueAt((value as Record<string, unknown>)[key], rest);
}

function refuseMalformed(stated: unknown, project: string, at: ImagesKey): Record<string, PromotedEntry> {
  const result = schemas.images.safeParse(stated);
  if (result.success) return result.data;
  throw asError(
    findingsIn(schemas.images, "images", stated, result.error),
    ([, ...below]) => `${project}:${pathText([...at, ...below])}`,
  );
}

function refuseMovedVersion(
  repository: string,
  release: { version: string; digest: string },
  kept: readonly { version: string; digest: string }[],
): void {
  const taken = kept.find(({ version }) => version === release.version);
  if (!taken) return;
  throw new UserError({
    what: `version ${release.version} of ${repository} already stands for ${taken.digest}`,
    fix: "A version tag never moves: give the new image another version",
    exitCode: 2,
  });
}

function setText(map: YAMLMap, key: string, value: string): void {
  const present = map.get(key, true);
  const node = present instanceof Scalar ? present : new Scalar(value);
  node.value = value;
  // Other readers take 1.2, 1_000 or 2026-01-01 for something else than text.
  const plain = /^(?:v?\d+\.\d+\.\d+(?:[.-][A-Za-z0-9.-]+)?|sha256:[0-9a-f]{64})$/.test(value);
  if (!plain && (node.type === undefined || node.type === Scalar.PLAIN)) node.type = Scalar.QUOTE_DOUBLE;
  if (node !== present) map.set(key, node);
}

// A release that stays keeps its node, and with it its style and comments.
function previousNode(present: unknown, kept: readonly { version: string; digest: string }[]): YAMLSeq {
  const sequence = isSeq(present) ? present : new YAMLSeq();
  sequence.flow = false;
  const items = sequence.items.filter(isMap);
  sequence.items = kept.map((release) => {
    const same = items.find((item) => item.get("digest") === release.digest);
    if (same) return same;
    const added = new YAMLMap();
    added.flow = true;
    setText(added, "version", release.version);
    setText(added, "digest", release.digest);
    return added;
  });
  return sequence;
}
