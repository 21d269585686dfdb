import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labelNames } from "../../model/labels";
import { setImage } from "../../model/config/stack-file";
import { succeeded, TestSandbox, type Ran } from "../support/sandbox";
import {
  builder,
  digests,
  environments,
  hostOf,
  pinPublicKey,
  projectFile,
  promoters,
  pushSigned,
  repository,
  reviewer,
} from "./story/world";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17743);
const forStaging = "2.0.0";
let digest: string;
const image = () => `${hostOf(sandbox, "staging")}/${repository}@${digest}`;
/** What every build says of itself, of the version. */
const told = (version: string) => ({
  source: `https://github.com/${repository}`,
  revision: createHash("sha1").update(`auth-service ${version}`).digest("hex"),
  version,
  created: "2026-11-01T00:00:00Z",
});

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  succeeded(await sandbox.up("shared"));
  await pinPublicKey(sandbox);
  for (const stack of environments) succeeded(await sandbox.up(stack));
  digest = await pushSigned(sandbox, forStaging, repository, {
    [labelNames.environment]: "staging",
    [labelNames.registry]: hostOf(sandbox, "staging"),
  });
  await pushSigned(sandbox, "1.0.0");
});
afterAll(() => sandbox.remove());

/** Writes an image into an environment's stack file by hand, as whoever rebuilds for each environment does. */
function enter(environment: string, version: string, which: string): void {
  const file = join(sandbox.workspace, `Pulumi.${environment}.yaml`);
  const release = { version, digest: which };
  writeFileSync(
    file,
    setImage(readFileSync(file, "utf8"), "onestream", repository, release, { replace: true }),
  );
}

const errorsOf = ({ output }: Ran) =>
  output
    .split("\n")
    .filter((line) => line.includes("error:"))
    .map((line) => line.trim());

const refusal = (environment: string) =>
  `error: airlock:index:ImageImport resource '${repository}@${digest.slice(7, 19)}': property digest value {${digest}} has a problem: ` +
  `${repository}@${digest} is built for "staging" (label dev.airlock.environment) and can't enter ${environment}: ` +
  `build it for ${environment}, or without the label where one build goes all the way`;

const inspect = (args: readonly string[], as: string) =>
  sandbox.airlock(["inspect", ...args], { as, cwd: sandbox.workspace });

test("an image that is labelled for staging can't be published in dev: the preview says why", async () => {
  succeeded(
    await sandbox.airlock(["publish", `${repository}@${digest}`, "--version", forStaging], {
      cwd: sandbox.workspace,
    }),
  );
  const preview = await sandbox.pulumi(["preview", "-s", "dev", "--diff"], { as: reviewer });
  expect(preview.exitCode).not.toBe(0);
  expect(errorsOf(preview)).toEqual([refusal("dev")]);
});

test("it enters staging, whose outputs show what it says of itself and where it is pulled from", async () => {
  enter("dev", "1.0.0", digests["1.0.0"]);
  succeeded(await sandbox.up("dev", { as: builder }));
  enter("staging", forStaging, digest);
  const diff = ["preview", "-s", "staging", "--policy-pack", "policies", "--diff"];
  const preview = succeeded(await sandbox.pulumi(diff, { as: reviewer })).stdout;
  // Known before anything is done: to the reviewer, and to the pack.
  expect(preview).toMatch(/~ running\s*: \{\n(?:.*\n)*? *\+ environment: "staging"\n/);
  succeeded(await sandbox.up("staging", { as: promoters.staging }));
  const outputs = ["stack", "output", "running", "--json", "-s", "staging"];
  expect(JSON.parse(succeeded(await sandbox.pulumi(outputs)).stdout)).toEqual({
    [repository]: {
      reference: image(),
      version: forStaging,
      registry: hostOf(sandbox, "staging"),
      labels: { ...told(forStaging), environment: "staging", registry: hostOf(sandbox, "staging") },
      signedBy: expect.stringMatching(/^key sha256:[0-9a-f]{16}$/) as string,
      previous: [],
    },
  });
  const again = succeeded(await sandbox.up("staging", { as: promoters.staging }));
  expect(again.output).toMatch(/^ +\d+ unchanged$/m);
});

test("promoted to prod it fails the preview, which names the label", async () => {
  succeeded(await sandbox.airlock(["promote", repository, "--to", "prod"], { cwd: sandbox.workspace }));
  const preview = await sandbox.pulumi(["preview", "-s", "prod", "--diff"], { as: reviewer });
  expect(preview.exitCode).not.toBe(0);
  expect(errorsOf(preview)).toEqual([refusal("prod")]);
});

test("inspect shows labels, signature, what is attached, where it came from and its lock", async () => {
  const { stdout } = succeeded(await inspect([image(), "--json"], "qa_team"));
  const signedBy = expect.stringMatching(/^key sha256:[0-9a-f]{16}$/) as string;
  const anyDigest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
  const host = hostOf(sandbox, "staging");
  const open = { canWrite: true, canDelete: true };
  expect(JSON.parse(stdout)).toEqual({
    image: image(),
    registry: { name: "onestreamstaging", host, environment: "staging" },
    repository,
    digest,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    platforms: [{ platform: "linux/amd64", digest, size: expect.any(Number) as number }],
    size: expect.any(Number) as number,
    labels: { ...told(forStaging), environment: "staging", registry: host },
    signature: { verified: true, signedBy, form: "simple-signing" },
    attached: [
      {
        kind: "signature",
        digest: anyDigest,
        tag: `${digest.replace(":", "-")}.sig`,
        subject: digest,
        signedBy,
      },
      {
        kind: "sbom",
        digest: anyDigest,
        artifactType: "application/spdx+json",
        subject: digest,
        problem: "is not signed",
      },
    ],
    promotions: [
      { environment: "staging", state: "running", version: forStaging, from: "dev" },
      { environment: "prod", state: "running", version: forStaging, from: "staging" },
    ],
    pulled: `${repository} ${forStaging} is pulled from ${host}, the registry of staging: ${image()}`,
    lock: {
      manifest: open,
      tags: [
        { tag: `${forStaging}-staging`, ...open },
        { tag: "latest-staging", ...open },
      ],
    },
  });
});

test("a tag is resolved with a warning, and the text names the label that is missing", async () => {
  const tagged = `${hostOf(sandbox, "dev")}/${repository}:latest-dev`;
  const ran = succeeded(await inspect([tagged], "sp-onestream-drift"));
  const { "1.0.0": promoted } = digests;
  expect(ran.stderr).toContain(
    `A tag moves: latest-dev names ${promoted} now. Refer to the image by that digest\n`,
  );
  expect(ran.stdout).toContain(`${hostOf(sandbox, "dev")}/${repository}@${promoted}\n`);
  expect(ran.stdout).toContain("any (no label dev.airlock.environment)\n");
});

test("whoever may not pull, an absent image and a stranger's registry are refused in one line", async () => {
  const denied = await inspect([image()], "sre");
  expect([denied.exitCode, denied.stdout]).toEqual([3, ""]);
  expect(denied.stderr).toMatch(/^airlock: .*40[13].*Give the identity.*a role on (the|this) registry\n$/);
  const absent = `${hostOf(sandbox, "staging")}/${repository}@sha256:${"0".repeat(64)}`;
  const missing = await inspect([absent], "qa_team");
  expect([missing.exitCode, missing.stderr]).toEqual([
    1,
    `airlock: ${repository}@sha256:${"0".repeat(64)} does not exist in ${hostOf(sandbox, "staging")}, the registry of staging\n`,
  ]);
  const stranger = await inspect([`registry.example.com/${repository}@${digest}`], "qa_team");
  expect([stranger.exitCode, stranger.stderr]).toEqual([
    2,
    "airlock: registry.example.com is no registry of this project (Pulumi.yaml: path). " +
      `Its registries are ${(["dev", "staging", "prod"] as const).map((name) => hostOf(sandbox, name)).join(", ")}\n`,
  ]);
});

test("a build for prod enters prod by import from staging's registry, where its builder may push", async () => {
  const file = projectFile(sandbox);
  const text = readFileSync(file, "utf8");
  const cells = /(sp-onestream-dev-pipeline: .*staging: )\[none\]/;
  expect(text).toMatch(cells);
  writeFileSync(file, text.replace(cells, "$1[push]"));
  succeeded(await sandbox.up("staging"));
  const host = hostOf(sandbox, "prod");
  const bond = { [labelNames.environment]: "prod", [labelNames.registry]: host };
  const built = await pushSigned(sandbox, "2.0.1", repository, bond, "staging");
  enter("prod", "2.0.1", built);
  succeeded(await sandbox.up("prod", { as: promoters.prod }));
  const reference = `${host}/${repository}@${built}`;
  const { labels, promotions, pulled, lock } = JSON.parse(
    succeeded(await inspect([reference, "--json"], "sre")).stdout,
  ) as Record<string, unknown>;
  expect({ labels, promotions, pulled, lock }).toEqual({
    labels: { ...told("2.0.1"), environment: "prod", registry: host },
    promotions: [{ environment: "prod", state: "running", version: "2.0.1", from: "staging" }],
    pulled: `${repository} 2.0.1 is pulled from ${host}, the registry of prod: ${reference}`,
    lock: {
      manifest: { canWrite: true, canDelete: false },
      tags: [
        { tag: "2.0.1-prod", canWrite: false, canDelete: false },
        { tag: "latest-prod", canWrite: true, canDelete: true },
      ],
    },
  });
});
