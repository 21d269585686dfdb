import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as tls from "node:tls";
import { X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createAuthority } from "../../sandbox/certificates";

describe("the sandbox's certificate authority", () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "ca-"));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  it("is kept: the next start issues under the same certificate", async () => {
    const first = await createAuthority(directory);
    const second = await createAuthority(directory);
    expect(second.certificate).toBe(first.certificate);
    expect(fs.readFileSync(second.certificateFile, "utf8")).toBe(first.certificate);
    const leaf = new X509Certificate((await second.issue(["localhost"])).cert);
    expect(leaf.verify(new X509Certificate(first.certificate).publicKey)).toBe(true);
    expect(fs.statSync(path.join(directory, "ca.key")).mode & 0o777).toBe(0o600);
  });

  it("starts afresh when it was stopped before the certificate was written", async () => {
    const lost = await createAuthority(directory);
    fs.rmSync(lost.certificateFile);
    const made = await createAuthority(directory);
    const leaf = new X509Certificate((await made.issue(["localhost"])).cert);
    expect(leaf.verify(new X509Certificate(made.certificate).publicKey)).toBe(true);
  });

  it("issues certificates that a TLS client accepts for their names and addresses, and for no other", async () => {
    const authority = await createAuthority(directory);
    const server = tls.createServer(await authority.issue(["localhost", "127.0.0.1"]), (socket) =>
      socket.end(),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const connect = (servername: string): Promise<string> =>
      new Promise((resolve) => {
        const checkServerIdentity = (_: string, cert: tls.PeerCertificate) =>
          tls.checkServerIdentity(servername, cert);
        const socket = tls.connect({
          host: "127.0.0.1",
          port,
          ca: authority.certificate,
          checkServerIdentity,
        });
        socket
          .on("secureConnect", () => resolve("trusted"))
          .on("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? ""));
      });
    expect(await connect("localhost")).toBe("trusted");
    expect(await connect("127.0.0.1")).toBe("trusted");
    expect(await connect("example.com")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    await new Promise((resolve) => server.close(resolve));
  });

  it("marks the authority and its certificates for what they are", async () => {
    const authority = await createAuthority(directory);
    const ca = new X509Certificate(authority.certificate);
    const leaf = new X509Certificate((await authority.issue(["localhost", "127.0.0.1"])).cert);
    expect([ca.ca, leaf.ca]).toEqual([true, false]);
    expect(leaf.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1");
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(leaf.checkIssued(ca)).toBe(true);
  });
});
