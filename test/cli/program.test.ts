import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/program";
import { parse } from "yaml";
import { digest, pocFile, recordingContext, running, temporaryProject } from "./support/project";

async function airlock(cwd: string, ...words: string[]) {
  return airlockIn(cwd, {}, ...words);
}

async function airlockIn(cwd: string, env: NodeJS.ProcessEnv, ...words: string[]) {
  const { context, written } = recordingContext(cwd, env);
  const code = await run(words, context);
  return { code, ...written };
}

describe("usage", () => {
  const cwd = temporaryProject();
  const home = join(cwd, ".airlock");

  test("without arguments the verbs of every day are listed, and only those", async () => {
    const { code, out, err } = await airlock(cwd);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/^ {2}[a-z]+/gm)).toEqual([
      "  status",
      "  promote",
      "  access",
      "  sandbox",
      "  unlock",
    ]);
    expect(out).toContain("More commands: airlock help --all");
  });

  test("help --all lists every command", async () => {
    const { out } = await airlock(cwd, "help", "--all");
    for (const name of ["publish", "unlock", "status"]) expect(out).toMatch(new RegExp(`^ {2}${name}`, "m"));
  });

  test.each([
    [["statsu"], "airlock: unknown command 'statsu'. Did you mean status?\n"],
    [["status", "--jsno"], "airlock: unknown option '--jsno'. Did you mean --json?\n"],
    [
      ["promote", "--to", "prod"],
      "airlock: missing required argument 'repository'. See airlock promote --help\n",
    ],
    [
      ["promote", "iam/auth-service"],
      "airlock: required option '--to <env>' not specified. See airlock promote --help\n",
    ],
    [["sandbox"], "airlock: the command is incomplete. See airlock sandbox --help\n"],
    [
      ["promote", "iam/auth-service", "--to", "prod", "--dry-run", "--apply"],
      "airlock: --dry-run and --apply exclude each other\n",
    ],
    [
      ["publish", "iam/auth-service:1.2.3", "--version", "1.2.3"],
      "airlock: iam/auth-service:1.2.3 names no digest. An image is published as <repository>@sha256:<64 hex digits>\n",
    ],
    [
      ["publish", "iam/auth-service:1@sha256:0", "--version", "1.2.3"],
      'airlock: "iam/auth-service:1" is not a repository. Name it without host and tag, e.g. iam/auth-service\n',
    ],
    [
      ["publish", `iam/auth-service@${digest("a")}`, "--version", "a b"],
      'airlock: version "a b" can\'t stand in a tag. Use letters, digits, "_", "." and "-", 64 at most, and not "latest"\n',
    ],
    [
      ["access", "prod"],
      'airlock: "prod" is asked about without a question. airlock access --who-can push prod\n',
    ],
    ...[
      ["sandbox", "env"],
      ["sandbox", "build", "iam/auth-service", "1.1.0"],
      ["sandbox", "login", "dev", "--as", "sre"],
    ].map((words): [string[], string] => [
      words,
      `airlock: the sandbox does not run (${home}). Start it: npx airlock sandbox start. Another one's folder is named in AIRLOCK_HOME\n`,
    ]),
  ])("%j is one line and exit 2", async (words, err) => {
    expect(await airlock(cwd, ...words)).toEqual({ code: 2, out: "", err });
  });

  test("with --json an error is an object", async () => {
    const { code, err } = await airlock(cwd, "promote", "iam/auth-service", "--to", "moon", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(err).error).toMatchObject({ exitCode: 2 });
  });
});

describe("publish, promote, status", () => {
  test("an image goes along the path by edits of one file each", async () => {
    const cwd = temporaryProject();
    const published = await airlock(cwd, "publish", `iam/auth-service@${digest("a")}`, "--version", "1.2.3");
    expect(published).toEqual({
      code: 0,
      err: "",
      out: [
        "--- Pulumi.dev.yaml",
        "+++ Pulumi.dev.yaml",
        "@@ -1,3 +1,7 @@",
        " config:",
        "   contoso:kind: environment",
        "+  contoso:images:",
        "+    iam/auth-service:",
        "+      version: 1.2.3",
        `+      digest: ${digest("a")}`,
        " ",
        "iam/auth-service 1.2.3 (sha256:aaaaaaaaaaaa) is to run in dev.",
        "Next:",
        "  pulumi preview -s dev --policy-pack policies --diff",
        "  then a pull request with this one change",
        "",
      ].join("\n"),
    });

    const skipped = await airlock(cwd, "promote", "iam/auth-service", "--to", "prod");
    expect(skipped).toEqual({
      code: 1,
      out: "",
      err: "airlock: iam/auth-service can't skip staging on its way to prod: staging doesn't run it. First: airlock promote iam/auth-service --to staging\n",
    });

    expect((await airlock(cwd, "promote", "iam/auth-service", "--to", "staging")).code).toBe(0);
    expect((await airlock(cwd, "status")).out).toBe(
      [
        "repository        dev                        staging                    prod",
        "iam/auth-service  1.2.3 sha256:aaaaaaaaaaaa  1.2.3 sha256:aaaaaaaaaaaa  -",
        "1.2.3 of iam/auth-service waits in staging: airlock promote iam/auth-service --to prod",
        "(What the stack files say; pulumi preview -s <environment> shows what is not carried out yet.)",
        "",
      ].join("\n"),
    );
    expect((await airlock(cwd, "promote", "iam/auth-service", "--to", "staging")).out).toBe(
      "Pulumi.staging.yaml already has iam/auth-service at 1.2.3 (sha256:aaaaaaaaaaaa). Nothing to do.\n",
    );
  });

  test("an edit keeps comments, and the replaced image becomes the rollback window", async () => {
    const cwd = temporaryProject({
      "Pulumi.staging.yaml": running("1.2.3", digest("a")),
      "Pulumi.prod.yaml": running("1.2.2", digest("b")),
    });
    const { code } = await airlock(cwd, "promote", "iam/auth-service", "--to", "prod");
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "Pulumi.prod.yaml"), "utf8")).toBe(
      running("1.2.3", digest("a")) +
        `      previous:\n        - { version: 1.2.2, digest: ${digest("b")} }\n`,
    );
    expect(readdirSync(cwd).filter((file) => file.startsWith("."))).toEqual([]);
  });

  test("a dry run shows the change and writes nothing", async () => {
    const cwd = temporaryProject({ "Pulumi.dev.yaml": running("1.2.3", digest("a")) });
    const before = readFileSync(join(cwd, "Pulumi.staging.yaml"), "utf8");
    const { out } = await airlock(
      cwd,
      "promote",
      "iam/auth-service",
      "--to",
      "staging",
      "--dry-run",
      "--json",
    );
    expect(JSON.parse(out)).toEqual({
      repository: "iam/auth-service",
      version: "1.2.3",
      digest: digest("a"),
      from: "dev",
      to: "staging",
      changed: true,
      dryRun: true,
      diff: expect.stringContaining("+      version: 1.2.3"),
    });
    expect(readFileSync(join(cwd, "Pulumi.staging.yaml"), "utf8")).toBe(before);
  });

  test("a malformed digest in a stack file names file and key", async () => {
    const cwd = temporaryProject({ "Pulumi.dev.yaml": running("1.2.3", "sha256:short") });
    const { code, err } = await airlock(cwd, "status");
    expect(code).toBe(2);
    expect(err).toMatch(/^airlock: .*Pulumi\.dev\.yaml.*contoso:images.*digest.*\n$/);
  });

  test("status --json holds what runs and what waits", async () => {
    const cwd = temporaryProject({ "Pulumi.dev.yaml": running("1.2.3", digest("a")) });
    expect(JSON.parse((await airlock(cwd, "status", "--json")).out)).toEqual({
      environments: [
        {
          name: "dev",
          registry: "contosodev",
          host: "contosodev.azurecr.io",
          images: [{ repository: "iam/auth-service", version: "1.2.3", digest: digest("a") }],
        },
        { name: "staging", registry: "contosostaging", host: "contosostaging.azurecr.io", images: [] },
        { name: "prod", registry: "contosoprod", host: "contosoprod.azurecr.io", images: [] },
      ],
      pending: [
        { repository: "iam/auth-service", version: "1.2.3", digest: digest("a"), from: "dev", to: "staging" },
      ],
    });
  });
});

describe("in a proof of concept", () => {
  const repository = "iam/auth-service";
  const promoted = (version: string, letter: string) => ({
    [repository]: { version, digest: digest(letter) },
  });
  const promote = ["promote", repository, "--to", "staging", "--poc"];

  test("an image goes along its path by edits of one file, and the path to production stays", async () => {
    const cwd = temporaryProject({
      "Pulumi.poc.yaml": pocFile({ staging: promoted("1.2.2", "b") }),
      "Pulumi.poc-staging-delivery.yaml": `config:
  contoso:kind: delivery
  contoso:environment: staging
  contoso:delivery:
    stack: poc
    registry: contosopocstaging.azurecr.io
    context: contoso-poc-staging-aks
    workloads: { auth: { repository: ${repository}, namespace: iam, port: 8080, rejected: [${digest("c")}] } }
`,
    });
    const read = (stack: string) => readFileSync(join(cwd, `Pulumi.${stack}.yaml`), "utf8");
    const before = Object.fromEntries(["dev", "staging", "prod"].map((name) => [name, read(name)]));
    const image = `${repository}@${digest("a")}`;
    const published = await airlock(cwd, "publish", image, "--version", "1.2.3", "--poc");
    expect(published).toMatchObject({ code: 0, err: "" });
    expect(published.out).toMatch(
      / is to run in dev\.\nNext:\n {2}pulumi preview -s poc --policy-pack policies --diff\n {2}then a pull request with this one change\n$/,
    );
    expect((await airlock(cwd, "status", "--poc")).out).toBe(
      [
        "repository        dev                        staging",
        "iam/auth-service  1.2.3 sha256:aaaaaaaaaaaa  1.2.2 sha256:bbbbbbbbbbbb",
        `1.2.3 of ${repository} waits in dev: airlock promote ${repository} --to staging --poc`,
        "(What Pulumi.poc.yaml says; pulumi preview -s poc shows what is not carried out yet.)",
        `sha256:cccccccccccc of ${repository} never runs again as auth of poc-staging-delivery: its canary was aborted`,
        "",
      ].join("\n"),
    );

    const half = read("poc");
    const dry = JSON.parse((await airlock(cwd, ...promote, "--dry-run", "--json")).out);
    expect(dry).toMatchObject({ from: "dev", to: "staging", changed: true, dryRun: true });
    expect(read("poc")).toBe(half);

    expect(await airlock(cwd, ...promote)).toEqual({
      code: 0,
      err: "",
      out: [
        `${dry.diff}${repository} 1.2.3 (sha256:aaaaaaaaaaaa) from dev is to run in staging instead of 1.2.2 (sha256:bbbbbbbbbbbb).`,
        "Next:",
        "  pulumi preview -s poc --policy-pack policies --diff",
        "  then a pull request with this one change",
        "  once it is carried out: npx airlock deploy --stack poc-staging-delivery",
        "",
      ].join("\n"),
    });
    expect(parse(read("poc")).config["contoso:poc"].images).toEqual({
      dev: promoted("1.2.3", "a"),
      staging: {
        [repository]: {
          version: "1.2.3",
          digest: digest("a"),
          previous: [{ version: "1.2.2", digest: digest("b") }],
        },
      },
    });
    expect((await airlock(cwd, ...promote)).out).toBe(
      `poc.images.staging of Pulumi.poc.yaml already has ${repository} at 1.2.3 (sha256:aaaaaaaaaaaa). Nothing to do.\n`,
    );
    expect(JSON.parse((await airlock(cwd, "status", "--poc", "--json")).out)).toMatchObject({
      environments: ["dev", "staging"].map((name) => ({
        name,
        registry: `contosopoc${name}`,
        images: [{ repository, version: "1.2.3", digest: digest("a") }],
      })),
      pending: [],
      rejected: [{ stack: "poc-staging-delivery" }],
    });

    for (const name of ["dev", "staging", "prod"]) expect(read(name)).toBe(before[name]);
    expect((await airlock(cwd, "status")).out).toMatch(/^No environment runs an image yet\./);
  });

  test.each([
    [
      { "Pulumi.poc.yaml": pocFile({ dev: promoted("1.2.3", "a") }) },
      ["promote", repository, "--to", "prod", "--poc"],
      'unknown environment "prod", the path is dev → staging. Known environments: dev, staging',
    ],
    [
      { "Pulumi.poc.yaml": pocFile({ dev: promoted("1.2.3", "a") }) },
      ["promote", repository, "--to", "dev", "--poc"],
      `dev is the first environment of the path: nothing can be promoted to it. A new build enters it with: airlock publish ${repository}@sha256:… --version <version> --poc`,
    ],
    [
      { "Pulumi.poc.yaml": pocFile({ dev: promoted("1.2.3", "a") }) },
      ["promote", "iam/auth-servce", "--to", "staging", "--poc"],
      `dev doesn't run iam/auth-servce (Pulumi.poc.yaml: poc.images.dev). Did you mean ${repository}?`,
    ],
    [
      { "Pulumi.poc.yaml": pocFile({ dev: promoted("1.2.3", "Z") }) },
      promote,
      `(Pulumi.poc.yaml, contoso:poc.images.dev.${repository}.digest)`,
    ],
    [{}, promote, "the project has no proof of concept (Pulumi.poc.yaml). docs/poc.md says how to make one"],
    [
      {},
      ["status", "--poc"],
      "the project has no proof of concept (Pulumi.poc.yaml). docs/poc.md says how to make one",
    ],
  ])("what can't be done is one line, and nothing is written (%#)", async (files, words, said) => {
    const cwd = temporaryProject(files);
    const contents = () => readdirSync(cwd).map((name) => [name, readFileSync(join(cwd, name), "utf8")]);
    const before = contents();
    const { code, out, err } = await airlock(cwd, ...words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/^airlock: .*\n$/);
    expect(err).toContain(said);
    expect(contents()).toEqual(before);
  });
});

test("status says what a canary aborted; a delivery stack that is wrong is in nobody's way", async () => {
  const delivery = `config:
  contoso:kind: delivery
  contoso:environment: staging
  contoso:delivery:
    context: contoso-staging
    workloads:
      auth: { repository: iam/auth-service, namespace: iam, port: 8080, rejected: [${digest("b")}] }
`;
  const cwd = temporaryProject({
    "Pulumi.dev.yaml": running("1.2.3", digest("a")),
    "Pulumi.staging-delivery.yaml": delivery,
    "Pulumi.prod-delivery.yaml": "config: { contoso:kind: delivery }\n",
  });
  expect((await airlock(cwd, "status")).out).toMatch(
    /\nsha256:bbbbbbbbbbbb of iam\/auth-service never runs again as auth of staging-delivery: its canary was aborted\n$/,
  );
  const stack = "staging-delivery";
  expect(JSON.parse((await airlock(cwd, "status", "--json")).out)).toMatchObject({
    rejected: [{ stack, workload: "auth", repository: "iam/auth-service", digest: digest("b") }],
  });
  const promote = async (to: string) => (await airlock(cwd, "promote", "iam/auth-service", "--to", to)).out;
  expect(await promote("staging")).toMatch(
    /\n {2}once it is carried out: npx airlock deploy --stack staging-delivery\n$/,
  );
  expect(await promote("prod")).toMatch(/\n {2}then a pull request with this one change\n$/);
});

describe("promote --apply", () => {
  /** A project whose dev runs an image, and a PATH with a pulumi that prints its arguments and then fails so. */
  function withEngine(output: string, code: number) {
    const cwd = temporaryProject({ "Pulumi.dev.yaml": running("1.2.3", digest("a")) });
    const script = `#!/bin/sh\necho "pulumi $@"\necho "${output}"\nexit ${code}\n`;
    writeFileSync(join(cwd, "pulumi"), script, { mode: 0o755 });
    return { cwd, env: { PATH: `${cwd}:/usr/bin:/bin` } };
  }
  const apply = ["promote", "iam/auth-service", "--to", "staging", "--apply"];
  const command = "pulumi up -s staging --policy-pack policies --yes --color never\n";

  test("runs the engine after the edit", async () => {
    const { cwd, env } = withEngine("done", 0);
    const { code, out } = await airlockIn(cwd, env, ...apply);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`is to run in staging\\.\n${command}done\n$`));
    expect((await airlockIn(cwd, env, ...apply)).out).toBe(
      `Pulumi.staging.yaml already has iam/auth-service at 1.2.3 (sha256:aaaaaaaaaaaa). Nothing to do.\n${command}done\n`,
    );
  });

  test.each(["error: the stack is currently locked by 1 lock(s).", "error: unexpected end of JSON input"])(
    "says so when another update holds the stack: %s",
    async (output) => {
      const { cwd, env } = withEngine(output, 255);
      const { code, err } = await airlockIn(cwd, env, ...apply);
      expect(code).toBe(3);
      expect(err).toBe(
        "airlock: another update of staging is under way; the change of Pulumi.staging.yaml stays, and nothing of it was carried out here. When that one has ended, run pulumi up -s staging; if it was killed, airlock unlock -s staging first\n",
      );
    },
  );

  test.each([
    ["  [mandatory]  airlock v0.1.0  image-require-digest", 1, "was refused"],
    ["error: 403 AuthorizationFailed", 3, "failed"],
  ])("when the engine says %j the exit code is %d", async (output, exitCode, ended) => {
    const { cwd, env } = withEngine(output, 255);
    const { code, err } = await airlockIn(cwd, env, ...apply);
    expect(code).toBe(exitCode);
    expect(err).toBe(
      `airlock: pulumi up of staging ${ended}; the change of Pulumi.staging.yaml stays. The reason stands above. Run pulumi up -s staging again once it is mended, or take the change back\n`,
    );
  });
});
