import { generateKeyPairSync, sign as signWith } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attestationOf } from "../../cli/story/attest";
import { RegistryClient } from "../../cli/story/registry-client";
import type { Promotion } from "../../model/attestation";
import { setConfigValue } from "../../model/config/stack-file";
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
let digest: string;

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  const text = readFileSync(projectFile(sandbox), "utf8");
  writeFileSync(
    projectFile(sandbox),
    text.replace(/(environment: prod, .*protected: true)/, "$1, attested: true"),
  );
  succeeded(await sandbox.up("shared"));
  await pinPublicKey(sandbox);
  for (const stack of ["dev", "staging", "prod"]) succeeded(await sandbox.up(stack));
  digest = await pushSigned(sandbox, "1.0.0");
  const edit = (...words: string[]) => command(...words).then(succeeded);
  await edit("publish", `${repository}@${digest}`, "--version", "1.0.0");
  succeeded(await sandbox.up("dev", { as: builder }));
  await edit("promote", repository, "--to", "staging");
  succeeded(await sandbox.up("staging", { as: promoters.staging }));
  await edit("promote", repository, "--to", "prod");
});
afterAll(() => sandbox.remove());

/** `airlock …` in the workspace, as nobody in particular. */
const command = (...words: string[]): Promise<Ran> => sandbox.airlock(words, { cwd: sandbox.workspace });

const previewOf = (stack: string) => sandbox.pulumi(["preview", "-s", stack, "--diff"], { as: reviewer });

/** What lets the image into an environment, pushed to dev by whoever may push there. */
async function attest(changes: Partial<Promotion>, sign: (hash: Buffer) => Promise<Buffer>): Promise<void> {
  const predicate = { repository, environment: "prod", registry: hostOf(sandbox, "prod"), ...changes };
  const token = await sandbox.accessToken(builder, "https://containerregistry.azure.net");
  const dev = new RegistryClient(hostOf(sandbox, "dev"), token);
  const image = await dev.manifest(repository, digest);
  const attestation = await attestationOf({ digest, predicate }, image!, sign);
  await dev.push(repository, attestation.digest, attestation);
}

const refusal = (problem: string) =>
  `error: airlock:index:ImageImport resource '${repository}@${digest.slice(7, 19)}': property digest value {${digest}} has a problem: ` +
  `${repository}@${digest} ${problem}: make an attestation with airlock attestation ${repository} --to prod, and let it reach ${hostOf(sandbox, "staging")}`;

async function expectRefused(problem: string): Promise<void> {
  const preview = await previewOf("prod");
  expect(preview.exitCode).not.toBe(0);
  const errors = preview.output.split("\n").filter((line) => line.includes("error:"));
  expect(errors.map((line) => line.trim())).toEqual([refusal(problem)]);
}

/** Staging brings along what is new in dev; it has nothing else to do. */
async function passOn(): Promise<void> {
  expect((await previewOf("staging")).stdout).toMatch(/^ +~ 1 to update$/m);
  const up = succeeded(await sandbox.up("staging", { as: promoters.staging }));
  expect(up.output).toMatch(/^ +~ 1 updated$/m);
}

test("without an attestation the preview of prod refuses the image, and staging has nothing to do", async () => {
  await expectRefused("carries no promotion attestation for prod");
  expect((await previewOf("staging")).stdout).not.toMatch(/to update/);
});

test("somebody else's attestation never leaves dev, and opens nothing there", async () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  await attest({}, async (hash) => signWith(null, hash, privateKey));
  expect((await previewOf("staging")).stdout).not.toMatch(/to update/);
});
