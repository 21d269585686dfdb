import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createAuthority, type CertificateAuthority } from "../../../sandbox/certificates";
import { serverLimits, type Handler, type ServerLimits } from "../../../sandbox/http/limits";
import { azureWording, registryWording, type Wording } from "../../../sandbox/http/refusal";
import { endServer, serveTls } from "../../../sandbox/listen";
import { answerOf, openSocket, requestText, sendRaw, type Address, type RawAnswer } from "./raw-socket";

const folder = mkdtempSync(path.join(tmpdir(), "limits-"));
let authority: CertificateAuthority;
let servers: Server[] = [];

beforeAll(async () => void (authority = await createAuthority(folder)));
afterEach(async () => {
  await Promise.all(servers.map(endServer));
  servers = [];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers every request that gets through with what was in its body. */
const echo: Handler = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => response.end(`${request.method} ${request.url} ${Buffer.concat(chunks).length}`));
};

async function serve(wording: Wording, limits: Partial<ServerLimits> = {}, handler = echo): Promise<Address> {
  const certificate = await authority.issue(["localhost"]);
  const server = await serveTls(0, certificate, handler, wording, { ...serverLimits, ...limits });
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, ca: authority.certificate };
}

const said = ({ status, body }: RawAnswer): unknown[] => [status, JSON.parse(body)];
const inAzure = (code: string, message: string) => ({ error: { code, message } });
const inRegistry = (code: string, message: string) => ({ errors: [{ code, message }] });

test.each([
  ["a line that is no request", "\x16\x03\x01\r\n\r\n"],
  ["a method that nobody knows", requestText("FETCH / HTTP/1.1")],
  ["a version that is none", requestText("GET / HTTP/9.9.9")],
  ["a header without a name", requestText("GET / HTTP/1.1", [": value"])],
  ["a line break inside a header", requestText("GET / HTTP/1.1", ["X: a\rb"])],
  ["a length that is no number", requestText("POST / HTTP/1.1", ["Content-Length: -1"])],
  ["two lengths", requestText("POST / HTTP/1.1", ["Content-Length: 1", "Content-Length: 2"])],
  [
    "a length beside chunks",
    requestText("POST / HTTP/1.1", ["Content-Length: 1", "Transfer-Encoding: chunked"]),
  ],
  [
    "a chunk without a size",
    `${requestText("POST / HTTP/1.1", ["Transfer-Encoding: chunked"])}zz\r\nabc\r\n`,
  ],
])("%s is refused with 400 in the words of the plane", async (_, bytes) => {
  const text = "The request is malformed.";
  expect(said(await sendRaw(await serve(azureWording), bytes))).toEqual([
    400,
    inAzure("InvalidRequestContent", text),
  ]);
  expect(said(await sendRaw(await serve(registryWording), bytes))).toEqual([
    400,
    inRegistry("UNSUPPORTED", text),
  ]);
});

test.each([
  ["another server's address", "http://[", "The request's target is not a path."],
  ["everything", "*", "The request's target is not a path."],
  ["half an encoded character", "/%e2%82", "The request's path is not valid percent-encoded UTF-8 text."],
  ["a percent sign alone", "/a%", "The request's path is not valid percent-encoded UTF-8 text."],
  ["an encoded NUL", "/v2/a%00/tags/list", "The request's path is not valid percent-encoded UTF-8 text."],
  ["an encoded line break", "/v2/a%0D%0Ab", "The request's path is not valid percent-encoded UTF-8 text."],
  ["an overlong slash", "/a%c0%afb", "The request's path is not valid percent-encoded UTF-8 text."],
])("a target that is %s is refused with 400", async (_, target, text) => {
  const answer = await sendRaw(await serve(azureWording), requestText(`OPTIONS ${target} HTTP/1.1`));
  expect(said(answer)).toEqual([400, inAzure("InvalidRequestContent", text)]);
});

test.each(["//[", "//elsewhere.example/x", "/..%2f..%2fetc/passwd", "/a?q=%zz%00", "/%E2%82%AC"])(
  "the target %s reaches the plane as it is",
  async (target) => {
    const { status, body } = await sendRaw(await serve(azureWording), requestText(`GET ${target} HTTP/1.1`));
    expect([status, body]).toEqual([200, `GET ${target} 0`]);
  },
);

test("headers that are too large are refused with 431", async () => {
  const bytes = requestText("GET / HTTP/1.1", [`X: ${"a".repeat(33 * 1024)}`]);
  const text = "The request's headers are too large.";
  expect(said(await sendRaw(await serve(azureWording), bytes))).toEqual([
    431,
    inAzure("RequestHeaderFieldsTooLarge", text),
  ]);
  expect(said(await sendRaw(await serve(registryWording), bytes))).toEqual([
    431,
    inRegistry("SIZE_INVALID", text),
  ]);
  expect(
    (await sendRaw(await serve(azureWording), requestText(`GET /${"a".repeat(33 * 1024)} HTTP/1.1`))).status,
  ).toBe(431);
});

test("a hundred headers are served and one more is refused with 431, none left out in silence", async () => {
  const headers = (count: number) => Array.from({ length: count - 2 }, (_, index) => `X-${index}: 1`);
  const address = await serve(registryWording);
  expect((await sendRaw(address, requestText("GET / HTTP/1.1", headers(100)))).body).toBe("GET / 0");
  expect(said(await sendRaw(address, requestText("GET / HTTP/1.1", headers(101))))).toEqual([
    431,
    inRegistry("SIZE_INVALID", "The request has more than 100 headers."),
  ]);
});

const impatient = { headersTimeout: 100, requestTimeout: 100, checkInterval: 20 };
const late = "The request did not arrive in time.";

test.each([
  ["nothing", ""],
  ["half of a line", "GET / HT"],
  ["headers without an end", "GET / HTTP/1.1\r\nHost: localhost\r\nX: "],
  ["less body than was promised", requestText("POST / HTTP/1.1", ["Content-Length: 10"]) + "12345"],
])("who sends %s and stalls gets 408, and the connection ends", async (_, bytes) => {
  expect(said(await sendRaw(await serve(azureWording, impatient), bytes))).toEqual([
    408,
    inAzure("RequestTimeout", late),
  ]);
  expect(said(await sendRaw(await serve(registryWording, impatient), bytes))).toEqual([
    408,
    inRegistry("UNSUPPORTED", late),
  ]);
});

test("who sends a byte now and then does not keep a connection", async () => {
  const socket = await openSocket(await serve(azureWording, impatient));
  const dripping = setInterval(() => socket.write("x"), 10);
  socket.write("GET / HTTP/1.1\r\nX: ");
  const answer = await answerOf(socket);
  clearInterval(dripping);
  expect(answer.status).toBe(408);
});

test("who speaks no TLS does not keep a connection", async () => {
  const { port } = await serve(azureWording, { handshakeTimeout: 50 });
  const { connect } = await import("node:net");
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve));
});

test("who goes on sending a body that was refused is cut off after the answer", async () => {
  const refuse: Handler = (_request, response) => response.writeHead(413).end("too much");
  const socket = await openSocket(await serve(azureWording, { lingerTimeout: 50 }, refuse));
  socket.write(
    requestText("POST / HTTP/1.1", ["Transfer-Encoding: chunked"]).replace("Connection: close\r\n", ""),
  );
  const sending = setInterval(() => socket.write("4\r\nmore\r\n"), 5);
  const { status, body } = await answerOf(socket);
  clearInterval(sending);
  expect([status, body]).toEqual([413, expect.stringContaining("too much")]);
});

test("a connection serves on after a body that was refused and read away", async () => {
  const refuse: Handler = (request, response) =>
    request.method === "POST" ? response.writeHead(413).end("no") : response.end("yes");
  const socket = await openSocket(await serve(azureWording, {}, refuse));
  const large = "a".repeat(1024 * 1024);
  socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${large.length}\r\n\r\n${large}`);
  socket.write(requestText("GET / HTTP/1.1"));
  const { status, body } = await answerOf(socket);
  expect([status, body]).toEqual([413, expect.stringMatching(/\bno\b[^]*200 OK[^]*yes$/)]);
});
