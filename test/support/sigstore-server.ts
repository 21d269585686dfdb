import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { fulcioHandler } from "@sigstore/mock";
import { source, type Sigstore } from "./sigstore";

/** What cosign sends to a log of the first generation to enter a DSSE envelope. */
interface ProposedEntry {
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
  };
}

/** The test's certificate authority and log as the services that cosign calls, on a port of its own. */
export class SigstoreServer {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async begin(sigstore: Sigstore): Promise<SigstoreServer> {
    const fulcio = fulcioHandler(sigstore.ca);
    const certificate = async (request: IncomingMessage) => {
      const oidcIdentityToken = request.headers.authorization?.replace(/^Bearer /, "");
      const asked = { ...((await json(request)) as object), credentials: { oidcIdentityToken } };
      return String((await fulcio.fn(JSON.stringify(asked))).response);
    };
    const entry = async (request: IncomingMessage, response: ServerResponse) => {
      const entered = await sigstore.enter(envelopeOf((await json(request)) as ProposedEntry));
      // cosign looks for its entry under the name that this header gives.
      response.setHeader("etag", Object.keys(entered)[0]);
      return JSON.stringify(entered);
    };
    const server = createServer((request, response) => {
      const certifies = request.url === fulcio.path;
      const answer = certifies ? certificate(request) : entry(request, response);
      response.setHeader("content-type", "application/json");
      response.statusCode = certifies ? 200 : 201;
      answer.then(
        (body) => response.end(body),
        (error: Error) => response.destroy(error),
      );
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return new SigstoreServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  end(): void {
    this.server.close();
  }

  /** `signing_config.json`, which tells cosign to sign here. */
  signingConfig(): string {
    const service = {
      url: this.url,
      majorApiVersion: 1,
      validFor: { start: "2020-01-01T00:00:00Z" },
      operator: "contoso",
    };
    return JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
      caUrls: [service],
      oidcUrls: [],
      rekorTlogUrls: [service],
      rekorTlogConfig: { selector: "ANY" },
      tsaUrls: [],
      tsaConfig: { selector: "ANY" },
    });
  }
}

function envelopeOf({ spec }: ProposedEntry) {
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  return {
    envelope,
    payload: Buffer.from(payload, "base64"),
    signature: signatures[0].sig,
    verifier: verifiers[0],
  };
}

/** A token as GitHub issues it to a workflow, as far as an authority looks; the signature is nobody's. */
export function identityToken(issuer: string, identity: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const [address, ref] = source;
  const built = { repository: address.replace("https://github.com/", ""), ref };
  const claims = { iss: issuer, sub: identity, aud: "sigstore", iat: now, exp: now + 600, ...built };
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}.${Buffer.from("signed").toString("base64url")}`;
}
