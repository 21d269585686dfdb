import { STATUS_CODES } from "node:http";

/** Why a request was turned down before anybody looked at what it asks. */
export interface Refusal {
  readonly status: 400 | 408 | 413 | 415 | 431 | 500;
  readonly text: string;
}

/** The body in which a plane says so. `target` is the request's path with its query, empty when it could not be read. */
export type Wording = (refusal: Refusal, target: string) => unknown;

/** A refusal that is found while a request is handled. */
export class RefusedRequest extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.text);
    this.name = "RefusedRequest";
  }
}

/** What is said of an error that no plane has words for. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof RefusedRequest) return error.refusal;
  return {
    status: 500,
    text: `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`,
  };
}

const codes = {
  azure: {
    400: "InvalidRequestContent",
    408: "RequestTimeout",
    413: "RequestContentTooLarge",
    415: "UnsupportedMediaType",
    431: "RequestHeaderFieldsTooLarge",
    500: "InternalServerError",
  },
  distribution: {
    400: "UNSUPPORTED",
    408: "UNSUPPORTED",
    413: "SIZE_INVALID",
    415: "UNSUPPORTED",
    431: "SIZE_INVALID",
    500: "UNKNOWN",
  },
} as const;

/** The words of a registry: the distribution specification's form. */
export const registryWording: Wording = ({ status, text }) => ({
  errors: [{ code: codes.distribution[status], message: text }],
});

/** The words of ARM, Graph and Key Vault; Entra's sign-in has OAuth's, and the control API its own. */
export const azureWording: Wording = ({ status, text }, target) => {
  if (/^\/[^/]+\/oauth2\//.test(target)) {
    const error = status === 500 ? "server_error" : "invalid_request";
    return { error, error_description: text, error_codes: [] };
  }
  if (target.startsWith("/sandbox/")) return { error: { what: text, exitCode: status === 500 ? 3 : 2 } };
  return { error: { code: codes.azure[status], message: text } };
};

/** A whole HTTP answer, for a connection on which there is no request to answer. */
export function answerText(status: number, body: unknown): string {
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Connection: close",
    "",
    text,
  ].join("\r\n");
}
