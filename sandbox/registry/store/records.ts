import type { ManifestSummary } from "../manifest";

/** ACR's changeable attributes; `false` locks. */
export interface Attributes {
  readonly deleteEnabled: boolean;
  readonly writeEnabled: boolean;
  readonly listEnabled: boolean;
  readonly readEnabled: boolean;
}

export const attributeNames = ["deleteEnabled", "writeEnabled", "listEnabled", "readEnabled"] as const;

export const unlocked: Attributes = {
  deleteEnabled: true,
  writeEnabled: true,
  listEnabled: true,
  readEnabled: true,
};

interface Entry {
  /** ISO 8601. */
  readonly createdTime: string;
  readonly lastUpdateTime: string;
  readonly attributes: Attributes;
}

export type RepositoryRecord = Entry;

export interface TagRecord extends Entry {
  readonly name: string;
  readonly digest: string;
}

export interface ManifestRecord extends Entry, ManifestSummary {
  readonly digest: string;
  /** Length of the manifest itself, in bytes. */
  readonly size: number;
  readonly architecture?: string;
  readonly os?: string;
}

/** Which entry of a repository an attribute belongs to: the repository itself, a tag or a manifest. */
export type LockTarget = { readonly tag: string } | { readonly digest: string } | Record<string, never>;
