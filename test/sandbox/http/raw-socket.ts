import { connect, type TLSSocket } from "node:tls";

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Address {
  readonly port: number;
  readonly ca: string;
}

/** Sends bytes as they are, whatever HTTP says of them, and gives back the first answer once the server ends the connection. */
export async function sendRaw(
  { port, ca }: Address,
  ...parts: readonly (string | Buffer)[]
): Promise<RawAnswer> {
  const socket = await openSocket({ port, ca });
  for (const part of parts) socket.write(part);
  return answerOf(socket);
}

/** A request whose connection ends with its answer. */
export function requestText(line: string, headers: readonly string[] = [], body = ""): string {
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [line, "Host: localhost", "Connection: close", ...headers, ...length, "", body].join("\r\n");
}

export function openSocket({ port, ca }: Address): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ca });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.removeListener("error", reject);
      resolve(socket);
    });
  });
}

/** What the server says until it ends the connection. */
export function answerOf(socket: TLSSocket): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A server may end a connection while we still write.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(parse(Buffer.concat(chunks).toString("utf8"))));
  });
}

function parse(text: string): RawAnswer {
  const [head, ...rest] = text.split("\r\n\r\n");
  const [line, ...fields] = head.split("\r\n");
  const headers = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
  });
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(line)?.[1] ?? 0),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: rest.join("\r\n\r\n"),
  };
}
