import { locked } from "../errors";
import type { Attributes, ManifestRecord, TagRecord } from "./records";
import type { RepositoryView } from "./view";

/** A thing that can be locked, with the words a refusal uses for it. */
export interface Lockable {
  readonly what: string;
  readonly attributes: Attributes | undefined;
}

export function lockOfRepository({ name, record }: RepositoryView): Lockable {
  return { what: `repository ${name}`, attributes: record?.attributes };
}

export function lockOfManifest({ name }: RepositoryView, { digest, attributes }: ManifestRecord): Lockable {
  return { what: `manifest ${digest} of ${name}`, attributes };
}

export function lockOfTag({ name }: RepositoryView, tag: TagRecord): Lockable {
  return { what: `tag ${tag.name} of ${name}`, attributes: tag.attributes };
}

/** @throws REGISTRY_DISALLOWED_OPERATION when any of them may not be written. */
export function requireWritable(...items: Lockable[]): void {
  for (const item of items) require(item, "writeEnabled");
}

/** Deleting needs both: ACR has no "no update but delete". @throws REGISTRY_DISALLOWED_OPERATION */
export function requireDeletable(...items: Lockable[]): void {
  for (const item of items) {
    require(item, "deleteEnabled");
    require(item, "writeEnabled");
  }
}

/** @throws REGISTRY_DISALLOWED_OPERATION when any of them may not be read. */
export function requireReadable(...items: Lockable[]): void {
  for (const item of items) require(item, "readEnabled");
}

function require(item: Lockable, attribute: keyof Attributes): void {
  if (item.attributes && !item.attributes[attribute]) throw locked(item.what, attribute);
}
