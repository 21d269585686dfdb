/** An error in Microsoft Graph's form. */
export class GraphError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: string,
  ) {
    super(`unexpected status ${status} with error: ${code}: ${text}`);
    this.name = "GraphError";
  }
}

export const graphBadRequest = (text: string): GraphError => new GraphError(400, "Request_BadRequest", text);

export const graphNotFound = (what: string, id: string): GraphError =>
  new GraphError(
    404,
    "Request_ResourceNotFound",
    `${what} '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
