import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attestationOf } from "../../cli/story/attest";
import { RegistryClient } from "../../cli/story/registry-client";
import { promotionType, type Promotion } from "../../model/attestation";
import { setConfigValue } from "../../model/config/stack-file";
import type { ApprovalEvidence } from "../../model/release/release";
import { GoClients, goPrograms } from "./clients/go-clients";
import { succeeded, TestSandbox, type Ran } from "../support/sandbox";
import {
  builder,
  hostOf,
  pinPublicKey,
  projectFile,
  promoters,
  pushSigned,
  repository,
  reviewer,
  signingKey,
} from "./story/world";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17783);
const programs = goPrograms();
const other = "iam/login";
/** Digest of each image. */
const images = { [repository]: "", [other]: "" };
const managers = {
  dev: { manager: "dev-lead", backup: "dev-deputy" },
  staging: { manager: "qa-lead", backup: "qa-deputy" },
};

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  const text = readFileSync(projectFile(sandbox), "utf8");
  const attested = text.replace(
    /(environment: prod\n[^-]*?)( +)(protected: true)/,
    "$1$2$3\n$2attested: true",
  );
  expect(attested).not.toBe(text);
  writeFileSync(
    projectFile(sandbox),
    setConfigValue(attested, "onestream", "releases", { managers }, { structured: true }),
  );
  succeeded(await sandbox.up("shared"));
  await pinPublicKey(sandbox);
  for (const stack of ["dev", "staging", "prod"]) succeeded(await sandbox.up(stack));
  for (const name of [repository, other] as const) {
    images[name] = await pushSigned(sandbox, "1.0.0", name);
    succeeded(await command("publish", `${name}@${images[name]}`, "--version", "1.0.0"));
  }
  // With bytes that no key has signed: it travels like everything that is attached, and counts for nothing.
  await attest(other, {}, async () => Buffer.from("nobody"));
  succeeded(await sandbox.up("dev", { as: builder }));
  for (const name of Object.keys(images)) succeeded(await command("promote", name, "--to", "staging"));
  succeeded(await sandbox.up("staging", { as: promoters.staging }));
});
afterAll(() => sandbox.remove());

/** `airlock …` in the workspace. */
const command = (...words: string[]): Promise<Ran> => sandbox.airlock(words, { cwd: sandbox.workspace });

const previewOf = (stack: string) => sandbox.pulumi(["preview", "-s", stack, "--diff"], { as: reviewer });

const imageIn = (environment: "dev" | "staging" | "prod", name: keyof typeof images = repository) =>
  `${hostOf(sandbox, environment)}/${name}@${images[name]}`;

/** What lets an image into prod, but for the changes, pushed to dev by whoever may push there. */
async function attest(
  name: keyof typeof images,
  changes: Partial<Promotion>,
  sign: (hash: Buffer) => Promise<Buffer>,
): Promise<void> {
  const predicate = { repository: name, environment: "prod", registry: hostOf(sandbox, "prod"), ...changes };
  const token = await sandbox.accessToken(builder, "https://containerregistry.azure.net");
  const dev = new RegistryClient(hostOf(sandbox, "dev"), token);
  const digest = images[name];
  const image = await dev.manifest(name, digest);
  const attestation = await attestationOf({ digest, predicate }, image!, sign);
  await dev.push(name, attestation.digest, attestation);
}

/** What the preview of prod says against an image, which is the only one there. */
async function refusal(name: keyof typeof images): Promise<string> {
  succeeded(await command("promote", name, "--to", "prod"));
  const preview = await previewOf("prod");
  expect(preview.exitCode).not.toBe(0);
  const [line, ...more] = preview.output.split("\n").filter((one) => one.includes("error:"));
  expect(more).toEqual([]);
  const [resource, problem] = line.split(` has a problem: ${name}@${images[name]} `);
  expect(resource).toContain(`error: airlock:index:ImageImport resource '${name}@`);
  return problem;
}

const advice = (name: string) =>
  `: make an attestation with airlock attestation ${name} --to prod, and let it reach ${hostOf(sandbox, "staging")}`;
const unsigned =
  "carries a promotion attestation that does not count: it is signed, but not by the trusted key";

/** Staging brings along what is new in dev, and has nothing else to do. */
async function passOn(count: number): Promise<void> {
  expect((await previewOf("staging")).stdout).toMatch(new RegExp(`^ +~ ${count} to update$`, "m"));
  const up = succeeded(await sandbox.up("staging", { as: promoters.staging }));
  expect(up.output).toMatch(new RegExp(`^ +~ ${count} updated$`, "m"));
}

test("without an attestation, or with one that the trusted key didn't sign, prod refuses an image at preview", async () => {
  const file = join(sandbox.workspace, "Pulumi.prod.yaml");
  const before = readFileSync(file, "utf8");
  expect(await refusal(other)).toBe(unsigned + advice(other));
  writeFileSync(file, before);
  expect(await refusal(repository)).toBe(`carries no promotion attestation for prod${advice(repository)}`);
});

test("an attestation for another environment reaches staging, and opens nothing; nor does one that leaves the release out", async () => {
  writeFileSync(join(sandbox.workspace, "Pulumi.release-v0.0.1.yaml"), releaseFile());
  const key = await signingKey(sandbox);
  const sign = (hash: Buffer) => key.sign(hash);
  await attest(repository, { environment: "staging", registry: hostOf(sandbox, "staging") }, sign);
  await attest(repository, {}, sign);
  await passOn(1);
  const problem = await refusal(repository);
  expect(problem).toContain(`is attested for "staging", and not for prod`);
  expect(problem).toContain("is attested for no release, and is part of v0.0.1");
});

test("attested for the release and with its approvals the image goes to prod, where it may be deployed", async () => {
  const early = await command("attestation", repository, "--to", "prod");
  expect([early.exitCode, early.stderr]).toEqual([
    1,
    `airlock: ${repository}@${images[repository]} is part of v0.0.1, and no release is named. Add --release v0.0.1\n`,
  ]);
  const printed = succeeded(await command("attestation", repository, "--to", "prod", "--release", "v0.0.1"));
  expect(JSON.parse(printed.stdout)).toEqual({
    repository,
    environment: "prod",
    registry: hostOf(sandbox, "prod"),
    release: {
      version: "v0.0.1",
      approvals: { dev: { by: "dev-lead", at, review }, staging: { by: "qa-lead", at, run } },
    },
  });
  expect(printed.stderr).toContain(
    `  cosign attest --yes --key <signing key> --type ${promotionType} --predicate promotion.json ${imageIn("dev")}\n` +
      `  pulumi up -s staging --policy-pack policies\n`,
  );
  succeeded(await command("sandbox", "attest", repository, "--to", "prod", "--release", "v0.0.1"));
  succeeded(await command("sandbox", "attest", other, "--to", "prod"));
  succeeded(await command("promote", other, "--to", "prod"));
  await passOn(2);
  const preview = succeeded(await previewOf("prod"));
  expect(preview.stdout).toMatch(
    /attestation *: \{\n *digest *: "sha256:[0-9a-f]{64}"\n *environment *: "prod"\n/,
  );
  succeeded(await sandbox.up("prod", { as: promoters.prod }));
  const again = succeeded(await sandbox.up("prod", { as: promoters.prod }));
  expect(again.output).toMatch(/^ +\d+ unchanged$/m);
});

const verify = (image: string, as = "sp-production-deploy", env = "prod") =>
  sandbox.airlock(["verify", image, "--env", env, "--json"], { as, cwd: sandbox.workspace });
const signedBy = expect.stringMatching(/^key sha256:[0-9a-f]{16}$/) as string;
const anyDigest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;

test("before a deployment it is verified in the environment's own registry, as whoever deploys", async () => {
  const { stdout } = succeeded(await verify(imageIn("prod")));
  const attestation = { environment: "prod", registry: hostOf(sandbox, "prod"), release: "v0.0.1" };
  expect(JSON.parse(stdout)).toEqual({
    image: imageIn("prod"),
    environment: "prod",
    signedBy,
    attestation: { ...attestation, digest: anyDigest, signedBy },
  });
  const elsewhere = await verify(imageIn("staging"));
  expect([elsewhere.exitCode, elsewhere.stderr]).toEqual([
    1,
    expect.stringContaining(
      `${hostOf(sandbox, "staging")} is the registry of staging, and prod deploys from its own`,
    ),
  ]);
  expect((await verify(`${hostOf(sandbox, "prod")}/${repository}:latest-prod`)).exitCode).toBe(2);
  expect((await verify(imageIn("prod"), "qa_team")).exitCode).toBe(3);
  const inspected = succeeded(
    await sandbox.airlock(["inspect", imageIn("prod")], { as: "sre", cwd: sandbox.workspace }),
  );
  expect(inspected.stdout).toMatch(
    new RegExp(
      `^attestation: promotion to prod \\(${hostOf(sandbox, "prod")}\\), release v0\\.0\\.1 .* key sha256:`,
      "m",
    ),
  );
});

const at = "2026-11-21T12:00:00Z";
const review = "https://github.com/onestream/platform/pull/7#pullrequestreview-1";
const run = "https://github.com/onestream/platform/actions/runs/7";

/** A release that both managers let into prod, and that is in staging still. */
function releaseFile(): string {
  const approval = (role: string, by: string, evidence: ApprovalEvidence) => ({
    stage: "prod",
    role,
    by,
    at,
    images: { [repository]: images[repository] },
    evidence,
  });
  const release = {
    version: "v0.0.1",
    repositories: [repository],
    images: { [repository]: images[repository] },
    stages: { staging: { opened: "2026-11-21T10:00:00Z" } },
    approvals: [approval("dev", "dev-lead", { review }), approval("staging", "qa-lead", { run })],
  };
  return `config:\n  onestream:kind: release\n  onestream:release: ${JSON.stringify(release)}\n`;
}

if (programs) {
  test("what cosign attests lets an image into prod, after the project went over to cosign's key", async () => {
    const cosign = new GoClients(sandbox, programs);
    const run = (...words: string[]) => cosign.cosign(builder, ...words);
    await run("generate-key-pair");
    await run("signing-config", "create", "--out", "signing_config.json");
    const how = ["--yes", "--key", "cosign.key", "--signing-config", "signing_config.json"];
    for (const name of [repository, other] as const) {
      await run("sign", ...how, imageIn("dev", name));
      const release = name === repository ? ["--release", "v0.0.1"] : [];
      const { stdout } = succeeded(await command("attestation", name, "--to", "prod", ...release));
      writeFileSync(join(sandbox.home, "promotion.json"), stdout);
      const predicate = ["--type", promotionType, "--predicate", "promotion.json"];
      await run("attest", ...how, ...predicate, imageIn("dev", name));
    }
    const publicKey = readFileSync(join(sandbox.home, "cosign.pub"), "utf8");
    const text = readFileSync(projectFile(sandbox), "utf8");
    writeFileSync(
      projectFile(sandbox),
      setConfigValue(text, "onestream", "signing", { publicKey }, { structured: true }),
    );
    succeeded(await sandbox.up("dev", { as: builder }));
    succeeded(await sandbox.up("staging", { as: promoters.staging }));
    succeeded(await sandbox.up("prod", { as: promoters.prod }));
    succeeded(await verify(imageIn("prod")));
    const verified = await cosign.cosign(
      promoters.prod,
      "verify-attestation",
      ...["--key", "cosign.pub", "--insecure-ignore-tlog=true", "--type", promotionType],
      imageIn("prod"),
    );
    const { payload } = JSON.parse(verified.split("\n")[0]) as { payload: string };
    expect(JSON.parse(Buffer.from(payload, "base64").toString("utf8"))).toMatchObject({
      predicate: { repository, environment: "prod", release: { version: "v0.0.1" } },
    });
  });
} else {
  test("ran without cosign: no Go", () => {
    if (process.env.CI === "true") throw new Error("cosign has to be seen working in CI. Install Go");
  });
}
