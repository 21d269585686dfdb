import { inspectText } from "../../../cli/inspect/render";
import { inspectImage, type Trust } from "../../../cli/inspect/report";
import { askedImage } from "../../../cli/inspect/reference";
import { openProject } from "../../../cli/project";
import { readRunning } from "../../../cli/promotion/running";
import { CloudError } from "../../../provider/errors";
import { FakeAzure } from "../../provider/support/fake-azure";
import { addImage, addReferrer, attestImage, keyPair, signImage } from "../../provider/support/images";
import { running, temporaryProject } from "../support/project";

const host = "contosoprod.azurecr.io";
const key = keyPair();
const name = "iam/auth-service";

/** An image in prod, signed and with a bill of materials, locked and in the stack files. */
function world(labels?: { [name: string]: string }) {
  const azure = new FakeAzure();
  const prod = azure.at(host, name);
  const digest = addImage(prod, "auth-service", "1.2.3-prod", labels);
  prod.tags.set("latest-prod", digest);
  prod.locks.set(digest, { canWrite: true, canDelete: false });
  prod.locks.set("1.2.3-prod", { canWrite: false, canDelete: false });
  signImage(prod, digest, key);
  addReferrer(prod, digest, "application/spdx+json");
  const files = {
    "Pulumi.staging.yaml": running("1.2.3", digest),
    "Pulumi.prod.yaml": running("1.2.3", digest),
  };
  const declared = readRunning(openProject(temporaryProject(files)));
  const inspect = (trust: Trust = { publicKey: key.publicKey }, reference = `@${digest}`) =>
    inspectImage(
      askedImage(`${host}/${name}${reference}`, declared.settings.path),
      azure.repository(host, name),
      declared,
      trust,
    );
  return { azure, prod, digest, inspect };
}

test("the text tells all of it, in the order in which one asks", async () => {
  const { digest, inspect } = world({
    "org.opencontainers.image.source": "https://github.com/contoso/auth-service",
    "org.opencontainers.image.revision": "4f1c9a0",
    "dev.airlock.environment": "prod",
  });
  const text = inspectText(await inspect(), false)
    .replaceAll(digest, "<digest>")
    .replaceAll(digest.slice(0, 19), "<short>")
    .replace(/key sha256:[0-9a-f]{16}/g, "<key>")
    .replace(/sha256:[0-9a-f]{12}/g, "<other>")
    .replace(/\d+ bytes/, "<size>");
  expect(text).toBe(`contosoprod.azurecr.io/iam/auth-service@<digest>

  registry    contosoprod of prod (contosoprod.azurecr.io)
  media type  application/vnd.oci.image.manifest.v1+json
  platforms   linux/amd64
  size        <size>
  source      https://github.com/contoso/auth-service
  revision    4f1c9a0
  version     - (no label org.opencontainers.image.version)
  created     - (no label org.opencontainers.image.created)
  built for   prod (label dev.airlock.environment)
              registry: any (no label dev.airlock.registry)
  signed by   <key>
  lock        the manifest can't be deleted; 1.2.3-prod is locked; latest-prod is not locked

attached   about                digest               signed by
signature  <short>  <other>  <key>
sbom       <short>  <other>  - (is not signed)

environment  version        promoted from
staging      1.2.3    runs  dev
prod         1.2.3    runs  staging

iam/auth-service 1.2.3 is pulled from contosoprod.azurecr.io, the registry of prod: contosoprod.azurecr.io/iam/auth-service@<digest>
`);
});

test("it reads only", async () => {
  const { azure, inspect } = world();
  await inspect();
  expect(azure.calls.filter((call) => !/^(?:manifest|blob|referrers|lock\?) /.test(call))).toEqual([]);
});

test("a tag is told beside the digest that it names", async () => {
  const { digest, inspect } = world();
  expect(await inspect(undefined, ":latest-prod")).toMatchObject({ tag: "latest-prod", digest });
  expect(await inspect()).not.toHaveProperty("tag");
});

test("another key's signature, and nobody to trust, are said of image and evidence", async () => {
  const { inspect } = world();
  const other = await inspect({ publicKey: keyPair().publicKey });
  const problem = "is signed, but not by the trusted key";
  expect(other.signature).toEqual({ verified: false, problem });
  expect(other.attached[0]).toMatchObject({ kind: "signature", problem });
  expect(inspectText(other, false)).toContain(`signed by   nobody who counts: it ${problem}\n`);
  const nobody = await inspect({ nobody: "nobody is named" });
  expect(nobody.signature).toEqual({ verified: false, problem: "can't be verified: nobody is named" });
});

test("an image that is where it must not be is called so", async () => {
  const { inspect } = world({ "dev.airlock.environment": "staging" });
  const report = await inspect();
  expect(report.misplaced).toContain('is built for "staging"');
  expect(inspectText(report, false)).toContain('It is built for "staging"');
});

test("what others attached doesn't speak to the terminal", async () => {
  const { prod, digest, inspect } = world();
  addReferrer(prod, digest, "application/x\u001b[2J");
  expect(inspectText(await inspect(), false)).toContain("other: application/x\uFFFD[2J");
});

test("a promotion attestation tells which place it opens, and for which release", async () => {
  const { prod, digest, inspect } = world();
  attestImage(prod, digest, key, {
    repository: name,
    environment: "prod",
    registry: host,
    release: { version: "v0.0.1", approvals: {} },
  });
  const report = await inspect();
  expect(report.attached).toContainEqual(
    expect.objectContaining({ promotion: { environment: "prod", registry: host, release: "v0.0.1" } }),
  );
  // A predicate may be a bill of materials of many megabytes.
  expect(report.attached.filter((one) => "predicate" in one)).toEqual([]);
  expect(inspectText(report, false)).toMatch(
    /^attestation: promotion to prod \(contosoprod\.azurecr\.io\), release v0\.0\.1 +sha256:[0-9a-f]{12} +sha256:[0-9a-f]{12} +key sha256:[0-9a-f]{16}$/m,
  );
});

test("a lock that may not be read is unknown, and the rest is told", async () => {
  const { azure, inspect } = world();
  azure.before = (call) => {
    if (call.startsWith("lock?")) throw new CloudError("denied", { status: 403 });
  };
  const { lock, signature } = await inspect();
  expect(lock).toEqual({ tags: [], unread: "whoever asks may not read it (403)" });
  expect(signature.verified).toBe(true);
});

test("an image that isn't there, and a registry that fails, are errors", async () => {
  const { azure, inspect } = world();
  await expect(inspect(undefined, ":9.9.9")).rejects.toThrow(
    `${name}:9.9.9 does not exist in ${host}, the registry of prod`,
  );
  azure.before = (call) => {
    if (call.startsWith("lock?")) throw new CloudError("reading the lock failed: 500", { status: 500 });
  };
  await expect(inspect()).rejects.toThrow("reading the lock failed: 500");
});
