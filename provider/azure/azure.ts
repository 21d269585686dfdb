import type { RegistryReader } from "../../model/signing";

/** What may still happen to a tag or a manifest. */
export interface Lock {
  readonly canWrite: boolean;
  readonly canDelete: boolean;
}

/** One repository of one registry, spoken to through the registry's own API. */
export interface Repository extends RegistryReader {
  readonly host: string;
  readonly name: string;
  /** Puts the manifest's own bytes under a tag, so that the digest stays. */
  putTag(tag: string, manifest: { bytes: Buffer; mediaType: string }): Promise<void>;
  /** Undefined when there is no such manifest. */
  manifestLock(digest: string): Promise<Lock | undefined>;
  /** Undefined when there is no such tag. */
  tagLock(tag: string): Promise<(Lock & { readonly digest: string }) | undefined>;
  /** Changes only what is given. */
  setManifestLock(digest: string, lock: Partial<Lock>): Promise<void>;
  setTagLock(tag: string, lock: Partial<Lock>): Promise<void>;
}

/** A copy by digest that Azure makes from registry to registry; the same registry on both sides only adds a tag. */
export interface ImportRequest {
  /** ARM id of the registry that receives. */
  readonly registryId: string;
  /** ARM id of the registry that gives. */
  readonly sourceRegistryId: string;
  readonly repository: string;
  readonly digest: string;
  /** Without a tag the manifest arrives untagged. */
  readonly tag?: string;
  /** Moves the tag when it exists; without it an existing tag fails the import. */
  readonly force?: boolean;
}

/** Everything the resources need from the cloud. What fails there is a `CloudError`; an id that is none a `UserError`. */
export interface Azure {
  repository(host: string, name: string): Repository;
  /** Ends when the import has ended. */
  importImage(request: ImportRequest): Promise<void>;
  /** Waits, unless the plugin is told to stop: between two looks at something that Azure shows late. */
  pause(milliseconds: number): Promise<void>;
}
