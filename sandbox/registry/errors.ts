/** A refusal in the shape of the distribution specification: an HTTP status and `{errors: [{code, message, detail}]}`. */
export class RegistryError extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Error code of the distribution specification, or one of ACR's own. */
    readonly code: string,
    message: string,
    readonly options: { readonly detail?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "RegistryError";
  }

  /** The response body. */
  get body(): { errors: { code: string; message: string; detail?: unknown }[] } {
    const { detail } = this.options;
    return {
      errors: [{ code: this.code, message: this.message, ...(detail === undefined ? {} : { detail }) }],
    };
  }
}

export function repositoryUnknown(repository: string): RegistryError {
  return new RegistryError(404, "NAME_UNKNOWN", `repository ${repository} is not found`);
}

export function manifestUnknown(repository: string, reference: string): RegistryError {
  const what = reference.includes(":") ? `manifest ${reference}` : `manifest tagged by "${reference}"`;
  return new RegistryError(404, "MANIFEST_UNKNOWN", `${what} is not found in ${repository}`);
}

export function blobUnknown(repository: string, digest: string): RegistryError {
  return new RegistryError(404, "BLOB_UNKNOWN", `blob ${digest} is not found in ${repository}`);
}

export function blobTooLarge(limit: number): RegistryError {
  return new RegistryError(413, "SIZE_INVALID", `a blob may have ${limit} bytes at most`);
}

export function chunkInvalid(said: number, came: number): RegistryError {
  return new RegistryError(400, "SIZE_INVALID", `Content-Range says ${said} bytes, the body has ${came}`);
}

export function uploadUnknown(id: string): RegistryError {
  return new RegistryError(404, "BLOB_UPLOAD_UNKNOWN", `blob upload ${id} is not found`);
}

export function manifestInvalid(problem: string): RegistryError {
  return new RegistryError(400, "MANIFEST_INVALID", `manifest invalid: ${problem}`);
}

/** What ACR answers when a repository, manifest or tag is locked. */
export function locked(what: string, attribute: string): RegistryError {
  return new RegistryError(
    405,
    "REGISTRY_DISALLOWED_OPERATION",
    `The operation is disallowed on this registry, repository or image: ${what} is locked (${attribute} is false)`,
  );
}
