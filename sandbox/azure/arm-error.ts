/** An error in Azure's own form: HTTP status, code and message. */
export class ArmError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: string,
  ) {
    super(`Status=${status} Code="${code}" Message="${text}"`);
    this.name = "ArmError";
  }

  /** The body that ARM answers with. */
  toJSON(): { error: { code: string; message: string } } {
    return { error: { code: this.code, message: this.text } };
  }
}

export const badRequest = (code: string, text: string): ArmError => new ArmError(400, code, text);
export const conflict = (code: string, text: string): ArmError => new ArmError(409, code, text);

export const notFound = (id: string): ArmError =>
  new ArmError(404, "ResourceNotFound", `The Resource '${id}' was not found.`);

export const groupNotFound = (name: string): ArmError =>
  new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);

export const parentNotFound = (id: string, parent: string): ArmError =>
  new ArmError(
    404,
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource '${id}', because the parent resource '${parent}' could not be found.`,
  );
