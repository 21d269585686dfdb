import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { billOfMaterials, buildImage, type Image } from "../../cli/story/image";
import { RegistryClient } from "../../cli/story/registry-client";
import { setConfigValue } from "../../model/config/stack-file";
import { companionTag } from "../../model/signing/simple-signing";
import { clearFaults, setFault } from "../../sandbox/client";
import { ageRegistry } from "../support/aged";
import { succeeded, TestSandbox, type Ran } from "../support/sandbox";
import { builder, digests, hostOf, pushSigned, repository } from "./story/world";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17723);
afterAll(() => sandbox.remove());
afterEach(() => clearFaults(sandbox));

interface Report {
  readonly registries: readonly {
    readonly registry: string;
    readonly artifacts: readonly Artifact[];
    readonly unread: readonly { what: string; why: string }[];
  }[];
  readonly summary: Record<string, number>;
}

interface Artifact {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly goes: boolean;
  readonly reasons: readonly { cause: string; text: string }[];
  readonly outcome?: string;
  readonly problem?: string;
}

const old = ["0.1.0", "0.2.0", "0.3.0", "0.4.0"];
const imageOf = (version: string, name = repository): Image => buildImage(name, version);
const [kept, shared, index] = ["1.5.0", "0.8.0", "0.9.0"].map((version) => imageOf(version, "iam/multi"));
const indexes = { old: indexOf(shared, index), young: indexOf(kept, shared) };

beforeAll(async () => {
  // One image, from dev to prod: what the story runs is what has to stay.
  succeeded(await sandbox.airlock(["story"]));
  sandbox.trust();
  for (const version of [...old, "0.9.0", "1.1.0"]) await pushSigned(sandbox, version);
  for (const name of ["iam/held", "iam/locked"]) await pushSigned(sandbox, "1.0.0", name);
  const dev = await registry(builder, "dev");
  for (const image of [kept, shared, index]) await dev.push("iam/multi", image.digest, image);
  await dev.push("iam/multi", "0.9.0", indexes.old);
  await dev.push("iam/multi", "1.5.0", indexes.young);
  await lock("iam/locked", imageOf("1.0.0", "iam/locked").digest);
  edit("dev", "holds", [
    { repository: "iam/held", by: "alice", reason: "audit 17", until: "2999-12-31" },
    { repository: repository, by: "bob", reason: "has ended", until: "2020-01-01" },
  ]);
  // Prod could go back to it, though it has never left dev.
  const file = join(sandbox.workspace, "Pulumi.prod.yaml");
  const previous = { version: "0.9.0", digest: imageOf("0.9.0").digest };
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(/^( +)digest: sha256:[0-9a-f]{64}$/m, (line, indent: string) =>
      [line, `${indent}previous:`, `${indent}  - { version: 0.9.0, digest: "${previous.digest}" }`].join(
        "\n",
      ),
    ),
  );
  succeeded(await sandbox.airlock(["sandbox", "stop"]));
  ageRegistry(sandbox.home, "onestreamdev", 31, [digests["1.1.0"], indexes.young.digest]);
  ageRegistry(sandbox.home, "onestreamprod", 400);
  succeeded(await sandbox.airlock(["sandbox", "start"]));
});

test("without --yes it only tells, for each artifact why it stays or goes", async () => {
  const before = await digestsIn("dev");
  const report = await swept("dev");
  expect(await digestsIn("dev")).toEqual(before);
  expect(report.summary).toMatchObject({ deleted: 0, refused: 0, unread: 0 });
  const why = (name: string, digest: string) => {
    const { goes, reasons } = report.registries[0].artifacts.find(
      (one) => one.repository === name && one.digest === digest,
    )!;
    return [goes, reasons[0].text];
  };
  expect(why(repository, digests["1.0.0"])).toEqual([false, "runs in dev (1.0.0)"]);
  expect(why(repository, imageOf("0.9.0").digest)).toEqual([false, "prod can roll back to it (0.9.0)"]);
  expect(why(repository, digests["1.1.0"])).toEqual([false, "changed 0 days ago, kept for 30"]);
  expect(why("iam/held", imageOf("1.0.0", "iam/held").digest)).toEqual([
    false,
    "held by alice until 2999-12-31: audit 17",
  ]);
  expect(why("iam/locked", imageOf("1.0.0", "iam/locked").digest)).toEqual([false, "locked"]);
  expect(why("iam/multi", indexes.old.digest)).toEqual([true, "changed 31 days ago, kept for 30"]);
  expect(why("iam/multi", index.digest)).toEqual([true, "changed 31 days ago, kept for 30"]);
  expect(why("iam/multi", shared.digest)).toEqual([
    false,
    `${short(indexes.young.digest)} stays and refers to it`,
  ]);
  for (const version of old) {
    expect(why(repository, imageOf(version).digest)).toEqual([true, "changed 31 days ago, kept for 30"]);
    expect(why(repository, evidenceOf(version).sbom)).toEqual([
      true,
      `belongs to ${short(imageOf(version).digest)}, which goes`,
    ]);
  }
  for (const version of ["0.9.0", "1.0.0", "1.1.0"]) {
    expect(why(repository, evidenceOf(version).sbom)).toEqual([
      false,
      `belongs to ${short(imageOf(version).digest)}, which stays`,
    ]);
  }
});

test("the report as a table and as Markdown", async () => {
  const table = succeeded(await airlock("sweep", "--env", "dev")).stdout;
  expect(table).toMatch(/^onestreamdev \(localhost:17724\), kept for 30 days$/m);
  expect(table).toMatch(/^iam\/multi@sha256:\w{12} +0\.9\.0 +31 +goes +changed 31 days ago, kept for 30$/m);
  expect(table).toMatch(
    /^To delete what goes: airlock sweep --env dev --yes$|airlock sweep --env dev --yes$/m,
  );
  const markdown = succeeded(await airlock("sweep", "--env", "dev", "--markdown")).stdout;
  expect(markdown).toMatch(
    /^\| iam\/held@sha256:\w{12} \|.*\| 31 \| stays \| held by alice until 2999-12-31: audit 17 \|$/m,
  );
});

test("whoever may not delete is refused artifact by artifact, and nothing goes", async () => {
  const before = await digestsIn("dev");
  const copy = mkdtempSync(join(tmpdir(), "airlock-project-"));
  try {
    for (const stack of [".dev", ".staging", ".prod", ".shared", ""])
      cpSync(join(sandbox.workspace, `Pulumi${stack}.yaml`), join(copy, `Pulumi${stack}.yaml`));
    const ran = await sandbox.airlock(["sweep", "--env", "dev", "--yes", "--json"], {
      as: "sp-onestream-drift",
      cwd: copy,
    });
    expect(ran.exitCode).toBe(3);
    const report = JSON.parse(ran.stdout) as Report;
    const { goes, refused, spared } = report.summary;
    expect(refused).toBeGreaterThan(0);
    expect(refused + spared).toBe(goes);
    const problems = report.registries[0].artifacts.filter(({ outcome }) => outcome === "refused");
    for (const { repository: name, problem } of problems) {
      expect(problem).toMatch(
        new RegExp(`^401 UNAUTHORIZED: sp-onestream-drift may not delete from ${name} in onestreamdev: `),
      );
    }
    // Where it can't be known what runs, nothing is known to be needless.
    rmSync(join(copy, "Pulumi.prod.yaml"));
    const unknown = await sandbox.airlock(["sweep", "--env", "dev", "--yes"], {
      as: "sp-onestream-drift",
      cwd: copy,
    });
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      2,
      "airlock: nobody knows what prod runs, and so what of dev it needs (Pulumi.prod.yaml). Write the stack's file, or check it out\n",
    ]);
  } finally {
    rmSync(copy, { recursive: true });
  }
  expect(await digestsIn("dev")).toEqual(before);
});

test("a repository that can't be read keeps everything, and is no success", async () => {
  const before = await digestsIn("dev");
  // The client writes the slash of a repository as %2F.
  await setFault(sandbox, { kind: "error", match: "GET /v2/**multi/manifests/**" });
  const ran = await airlock("sweep", "--env", "dev", "--json");
  expect(ran.exitCode).toBe(3);
  const report = JSON.parse(ran.stdout) as Report;
  expect(report.registries[0].unread).toEqual([
    { what: "iam/multi", why: expect.stringMatching(/^500 /) as string },
  ]);
  expect(new Set(report.registries[0].artifacts.map((one) => one.repository))).toEqual(
    new Set([repository, "iam/held", "iam/locked"]),
  );
  expect(await digestsIn("dev")).toEqual(before);
});

test("killed in the middle it leaves nothing dangling, interrupted it says how far it came, and the next run ends it", async () => {
  const planned = await swept("dev");
  const going = planned.registries[0].artifacts.filter(({ goes }) => goes).map(nameOf);
  const before = await digestsIn("dev");

  await setFault(sandbox, { kind: "latency", match: "DELETE /**", seconds: 1 });
  const killed = await airlockWatched("SIGKILL");
  expect(killed.exitCode).not.toBe(0);
  const afterKill = await digestsIn("dev");
  expect(afterKill.length).toBeLessThan(before.length);
  await nothingDangles();

  const interrupted = await airlockWatched("SIGINT");
  expect(interrupted.exitCode).toBe(3);
  expect(interrupted.stdout).toMatch(/not reached +/);
  expect(interrupted.stderr).toMatch(
    / were not reached\. The report says why; then run it again, it goes on/,
  );
  expect((await digestsIn("dev")).length).toBeLessThan(afterKill.length);
  await nothingDangles();

  await clearFaults(sandbox);
  const rest = await swept("dev", "--yes");
  expect(rest.summary.deleted).toBe(rest.summary.goes);
  expect(await digestsIn("dev")).toEqual(before.filter((name) => !going.includes(name)));
  const again = await swept("dev", "--yes");
  expect(again.summary).toMatchObject({ goes: 0, deleted: 0 });
});

test("what runs, what can be rolled back to and what is held still pulls, with its evidence", async () => {
  const dev = await registry("sp-onestream-drift", "dev");
  for (const version of ["0.9.0", "1.0.0", "1.1.0"]) {
    const { signature, sbom } = evidenceOf(version);
    for (const reference of [imageOf(version).digest, signature, sbom])
      expect(await dev.manifest(repository, reference)).toBeDefined();
  }
  expect(await dev.manifest("iam/held", imageOf("1.0.0", "iam/held").digest)).toBeDefined();
  for (const { digest } of [indexes.young, kept, shared])
    expect(await dev.manifest("iam/multi", digest)).toBeDefined();
  for (const version of old) expect(await dev.manifest(repository, imageOf(version).digest)).toBeUndefined();
});

test("in prod the year is over, and what runs there stays with its evidence", async () => {
  const { registries, summary } = await swept("prod", "--yes");
  expect(summary).toMatchObject({ artifacts: 3, goes: 0, deleted: 0 });
  expect(registries[0].artifacts.map(({ reasons }) => reasons.map(({ cause }) => cause))).toContainEqual([
    "runs",
    "runs",
    "locked",
    "locked",
  ]);
  const prod = await registry("sre", "prod");
  expect(await prod.manifest(repository, digests["1.0.0"])).toBeDefined();
});

const airlock = (...args: string[]) => sandbox.airlock(args, { cwd: sandbox.workspace });

async function swept(environment: string, ...more: string[]): Promise<Report> {
  const ran = await airlock("sweep", "--env", environment, "--json", ...more);
  return JSON.parse(succeeded(ran).stdout) as Report;
}

/** A sweep that gets a signal when it has deleted something. */
function airlockWatched(signal: "SIGKILL" | "SIGINT"): Promise<Ran> {
  let sent = false;
  return sandbox.airlock(["sweep", "--env", "dev", "--yes"], {
    cwd: sandbox.workspace,
    watch: (output, pid) => {
      if (sent || !/^deleted /m.test(output)) return;
      sent = true;
      process.kill(pid, signal);
    },
  });
}

async function registry(as: string, environment: "dev" | "prod"): Promise<RegistryClient> {
  const token = await sandbox.accessToken(as, "https://containerregistry.azure.net");
  return new RegistryClient(hostOf(sandbox, environment), token);
}

/** Everything that a registry holds, as its own API lists it. */
async function digestsIn(environment: "dev"): Promise<string[]> {
  const read = await sandbox.registryReader("sp-onestream-drift", hostOf(sandbox, environment));
  const { repositories } = (await (await read("/acr/v1/_catalog", "registry:catalog:*")).json()) as {
    repositories: string[];
  };
  const listed = await Promise.all(
    repositories.map(async (name) => {
      const scope = `repository:${name}:metadata_read`;
      const { manifests } = (await (await read(`/acr/v1/${name}/_manifests`, scope)).json()) as {
        manifests: { digest: string }[];
      };
      return manifests.map(({ digest }) => nameOf({ repository: name, digest }));
    }),
  );
  return listed.flat().sort();
}

/** Every index has its images, and every signature and bill of materials its image. */
async function nothingDangles(): Promise<void> {
  const dev = await registry("sp-onestream-drift", "dev");
  const standing = await digestsIn("dev");
  for (const name of standing) {
    const [where, digest] = name.split("@");
    const manifest = JSON.parse((await dev.manifest(where, digest))!.toString("utf8")) as {
      subject?: { digest: string };
      manifests?: { digest: string }[];
    };
    for (const one of [...(manifest.manifests ?? []), ...(manifest.subject ? [manifest.subject] : [])])
      expect(standing).toContain(nameOf({ repository: where, digest: one.digest }));
  }
}

/** Tag of an image's signature, and digest of its bill of materials. */
function evidenceOf(version: string): { signature: string; sbom: string } {
  const image = imageOf(version);
  return {
    signature: companionTag(image.digest, "sig"),
    sbom: billOfMaterials(repository, version, image).digest,
  };
}

function indexOf(...images: Image[]) {
  const mediaType = "application/vnd.oci.image.index.v1+json";
  const manifests = images.map(({ digest, manifest, mediaType: type }) => ({
    mediaType: type,
    digest,
    size: manifest.length,
  }));
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  const digest = `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
  return { manifest, mediaType, blobs: [], digest };
}

async function lock(name: string, digest: string): Promise<void> {
  const host = hostOf(sandbox, "dev");
  const refresh_token = await sandbox.refreshToken(builder, host);
  const form = { grant_type: "refresh_token", service: host, refresh_token };
  const asked = await fetch(`https://${host}/oauth2/token`, {
    method: "POST",
    body: new URLSearchParams({ ...form, scope: `repository:${name}:metadata_write` }),
  });
  const { access_token } = (await asked.json()) as { access_token: string };
  const answer = await fetch(`https://${host}/acr/v1/${name}/_manifests/${digest}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
    body: JSON.stringify({ deleteEnabled: false }),
  });
  expect(answer.status).toBe(200);
}

function edit(stack: string, key: string, value: unknown): void {
  const file = join(sandbox.workspace, `Pulumi.${stack}.yaml`);
  writeFileSync(file, setConfigValue(readFileSync(file, "utf8"), "onestream", key, value));
}

function nameOf({ repository: name, digest }: { repository: string; digest: string }): string {
  return `${name}@${digest}`;
}

function short(digest: string): string {
  return digest.slice(0, "sha256:".length + 12);
}
