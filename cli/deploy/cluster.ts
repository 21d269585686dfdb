import { request, type RequestOptions } from "node:https";
import { UserError } from "../../model/errors";
import { printable } from "../../model/printable";

/** A cluster's API server, and how to sign in there. */
export interface Connection {
  /** `https://host:port` */
  readonly server: string;
  /** Certificates and the `authorization` header; asked for each time, since tokens end. */
  readonly options: () => Promise<RequestOptions>;
}

/** Nobody answered, or not now: worth another try. */
export class NoAnswer extends Error {}

/** What a deployment reads of a cluster, and the one thing that it writes there. */
export interface Cluster {
  /** An object, or a list of them; undefined where there is none. */
  read(path: string): Promise<object | undefined>;
  /** The status with which a service of the cluster answers, asked through the API server. */
  ask(path: string): Promise<number>;
  /** Makes an object, unless there is one of that name already. */
  create(path: string, object: object): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** @param context as the kubeconfig calls it, for errors */
export function clusterAt(connection: Connection, context: string): Cluster {
  const send = async (method: "GET" | "POST", path: string, body?: object): Promise<Answer> => {
    const answer = await exchange(connection, method, path, body);
    const { status } = answer;
    // A service that is asked through the API server has refusals of its own.
    if (status === 401 || (status === 403 && said(answer) !== undefined)) {
      throw new UserError({
        what: `the API server refuses ${method} ${path}: ${said(answer) ?? "who asks is not signed in"}`,
        where: `context ${context}`,
        fix: "Only the environment's deployer may: sign in as that one",
        exitCode: 3,
      });
    }
    return answer;
  };
  return {
    read: async (path) => {
      const answer = await send("GET", path);
      if (answer.status === 404) return undefined;
      return objectOf(answer, `GET ${path}`, context);
    },
    ask: async (path) => (await send("GET", path)).status,
    create: async (path, object) => {
      const answer = await send("POST", path, object);
      if (answer.status !== 409) objectOf(answer, `POST ${path}`, context);
    },
  };
}

function objectOf(answer: Answer, asked: string, context: string): object {
  const { status, body } = answer;
  if (status < 300 && typeof body === "object" && body !== null) return body;
  const what = `the API server answers ${status} to ${asked}: ${said(answer) ?? "no reason given"}`;
  if (status < 300 || status === 408 || status === 429 || status >= 500) throw new NoAnswer(what);
  // Asked again it would answer the same.
  throw new UserError({ what, where: `context ${context}`, exitCode: 3 });
}

/** The words of a `Status`, which is what an API server sends when it says no. */
function said({ body }: Answer): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { kind, message } = body as { kind?: unknown; message?: unknown };
  return kind === "Status" && typeof message === "string" ? printable(message) : undefined;
}

const patience = 15_000;
const mostBytes = 20_000_000;

async function exchange(
  { server, options }: Connection,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const signedIn = await options();
  const text = body && JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, server),
      {
        ...signedIn,
        method,
        timeout: patience,
        headers: {
          accept: "application/json",
          ...(signedIn.headers as Record<string, string>),
          ...(text !== undefined && {
            "content-type": "application/json",
            "content-length": String(Buffer.byteLength(text)),
          }),
        },
      },
      (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on("data", (part: Buffer) => {
          bytes += part.length;
          if (bytes > mostBytes) sent.destroy(new Error(`the answer to ${path} is too long`));
          else parts.push(part);
        });
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(parts).toString("utf8")) });
        });
        response.on("error", reject);
      },
    );
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${patience / 1000} s`)));
    sent.on("error", (error: NodeJS.ErrnoException) =>
      reject(new NoAnswer(`${new URL(server).host} does not answer: ${error.message || error.code}`)),
    );
    sent.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A service's own page, which nobody reads.
    return undefined;
  }
}
