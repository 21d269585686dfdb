import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasJq, ScriptRunner } from "../delivery/script-runner";
import { checkout, node } from "../support/sandbox";
import { goPrograms } from "./clients/go-clients";

jest.setTimeout(300_000);

/** Repository as a user's: the files where GitHub looks for them. */
const repository = mkdtempSync(join(tmpdir(), "airlock-workflows-"));
const program = (
  JSON.parse(
    execFileSync(node, [join(checkout, "tools/setup/clients.mjs"), "actionlint"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }),
  ) as { actionlint: string | null }
).actionlint;

beforeAll(() => {
  for (const part of ["workflows", "actions"])
    cpSync(join(checkout, "delivery/github", part), join(repository, ".github", part), { recursive: true });
  execFileSync("git", ["init", "-q"], { cwd: repository });
});
afterAll(() => rmSync(repository, { recursive: true }));

function lint(): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program!, ["-no-color", "-shellcheck=", "-pyflakes="], {
    cwd: repository,
    encoding: "utf8",
  });
  return { status, output: stdout + stderr };
}

if (program) {
  test("actionlint has nothing to say of the workflows", () => {
    expect(lint()).toEqual({ status: 0, output: "" });
  });

  test("it reads the actions beside them, too", () => {
    const file = join(repository, ".github/workflows/sweep.yml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("title: sweep of releases", "secrets: none"));
    const { status, output } = lint();
    writeFileSync(file, text);
    expect(status).toBe(1);
    expect(output).toContain('missing input "title" which is required by action "propose"');
    expect(output).toContain('input "secrets" is not defined in action "propose"');
  });
} else {
  // On a user's machine the rest counts.
  test("ran without actionlint: no Go", () => {
    if (process.env.CI === "true") throw new Error("actionlint has to be seen working in CI. Install Go");
  });
}

const clients = goPrograms();
if (!hasJq && process.env.CI === "true")
  throw new Error("the scripts have to be seen working in CI. Install jq");
const scripts = clients && hasJq ? describe : describe.skip;

scripts("the images of a stage", () => {
  const runner = new ScriptRunner();
  const registry = "localhost:17823";
  let serving: ChildProcess;
  const stage = { GITHUB_REF_NAME: "v0.0.1-qa", REGISTRY: registry, COSIGN_PASSWORD: "" };

  beforeAll(async () => {
    runner.programs(dirname(clients!.cosign), dirname(clients!.crane));
    // Builds an image out of nothing, and says of it what docker's would.
    runner.stub(
      "docker",
      `[ "$1" = buildx ] || exit 0
while [ $# -gt 0 ]; do case $1 in --metadata-file) file=$2 ;; --tag) tag=$2 ;; esac; echo "$1" >> "$HOME/words"; shift; done
crane append --insecure -f <(tar c -C "$HOME" words) -t "$tag" > /dev/null
printf '{"containerimage.digest":"%s"}' "$(crane digest --insecure "$tag")" > "$file"`,
    );
    spawnSync(clients!.cosign, ["generate-key-pair"], { cwd: runner.folder, env: { COSIGN_PASSWORD: "" } });
    serving = spawn(clients!.crane, ["registry", "serve", "--address", registry], { stdio: "ignore" });
    while (!(await fetch(`http://${registry}/v2/`).catch(() => undefined))) await sleep(50);
  });
  afterAll(() => {
    serving.kill();
    runner.remove();
  });

  test("are built, signed by one job and attached to by another, and cosign verifies each by its digest", () => {
    const BUILDS = JSON.stringify({
      qa: [
        { repository: "iam/login", context: "login" },
        { repository: "iam/auth-service", context: "auth", environment: "qa" },
      ],
    });
    const built = runner.run("release-stage.yml", "build", "buildx", { ...stage, BUILDS });
    const images = built.outputs.images.split(" ");
    expect(images).toEqual([
      expect.stringMatching(/^iam\/login@sha256:[0-9a-f]{64}$/),
      expect.stringMatching(/^iam\/auth-service@sha256:[0-9a-f]{64}$/),
    ]);
    const words = readFileSync(join(runner.folder, "words"), "utf8").split("\n");
    expect(words).toContain(`${registry}/iam/login:login-0.0.1-42-0123456`);
    expect(words).toContain(`${registry}/iam/auth-service:auth-service-0.0.1-42-0123456-qa`);
    expect(words.filter((word) => word.startsWith("dev.airlock.environment="))).toEqual([
      "dev.airlock.environment=qa",
    ]);

    const BUILT = JSON.stringify({ registry, images: built.outputs.images });
    const { signatures } = runner.run("release-stage.yml", "sign", "sign-blob", {
      ...stage,
      BUILT,
      KEY: "cosign.key",
    }).outputs;
    const attached = { ...stage, IMAGES: built.outputs.images, SIGNATURES: signatures };
    expect(runner.run("release-stage.yml", "attach", "attach", attached).status).toBe(0);
    const verify = [
      "verify",
      "--key",
      "cosign.pub",
      "--insecure-ignore-tlog=true",
      "--new-bundle-format=false",
    ];
    for (const image of images) {
      const { stdout } = spawnSync(clients!.cosign, [...verify, `${registry}/${image}`], {
        cwd: runner.folder,
        encoding: "utf8",
        env: { HOME: runner.folder },
      });
      expect(JSON.parse(stdout)).toMatchObject([
        { critical: { image: { "docker-manifest-digest": image.split("@")[1] } } },
      ]);
    }
  });

  test("a stage that builds nothing has none, and a build that says no digest fails", () => {
    const nothing = runner.run("release-stage.yml", "build", "buildx", { ...stage, BUILDS: '{"uat":[]}' });
    expect({ status: nothing.status, outputs: nothing.outputs }).toEqual({
      status: 0,
      outputs: { images: "" },
    });
    runner.stub(
      "docker",
      'while [ $# -gt 0 ]; do [ "$1" = --metadata-file ] && echo "{}" > "$2"; shift; done',
    );
    const BUILDS = '{"qa":[{"repository":"iam/login","context":"."}]}';
    expect(runner.run("release-stage.yml", "build", "buildx", { ...stage, BUILDS }).status).not.toBe(0);
  });
});
