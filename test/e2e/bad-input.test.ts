import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, node, run, succeeded, TestSandbox, type Ran } from "../support/sandbox";
import { projectFile, withEdit } from "./story/world";

jest.setTimeout(600_000);

const image = "iam/auth-service";
const digest = `sha256:${"a".repeat(64)}`;

const sandbox = new TestSandbox(17463);
afterAll(() => sandbox.remove());

/** The whole answer: one line on stderr, nothing on stdout, and the exit code. */
function expectRefusal(
  { exitCode, stdout, stderr }: Ran,
  expected: { exitCode: number; line: string },
): void {
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: expected.exitCode,
    stdout: "",
    stderr: `airlock: ${expected.line}\n`,
  });
}

describe("before anything runs", () => {
  test("without a sandbox there is nobody to sign in to", async () => {
    expectRefusal(await sandbox.airlock(["sandbox", "env"]), {
      exitCode: 2,
      line: `the sandbox does not run (${sandbox.home}). Start it: npx airlock sandbox start. Another one's folder is named in AIRLOCK_HOME`,
    });
  });

  test.each([
    ["Azure", sandbox.port],
    ["a registry", sandbox.port + 3],
  ])("the port of %s is another program's", async (_, port) => {
    const other = await listen(port);
    try {
      expectRefusal(await sandbox.airlock(["sandbox", "start"]), {
        exitCode: 2,
        line: `port ${port} of this machine is taken. End what uses it, or give the sandbox another port`,
      });
    } finally {
      await new Promise((closed) => other.close(closed));
    }
  });

  describe("without an engine", () => {
    const copy = mkdtempSync(join(tmpdir(), "airlock-copy-"));
    afterAll(() => rmSync(copy, { recursive: true, force: true }));
    const record = join(copy, ".build/setup.json");
    const start = () =>
      run(node, [join(copy, ".build/airlock.js"), "sandbox", "start"], {
        cwd: copy,
        env: sandbox.outerEnvironment(),
      });

    beforeAll(() => {
      mkdirSync(join(copy, ".build"));
      for (const file of ["package.json", "Pulumi.yaml", ".build/airlock.js"])
        cpSync(join(checkout, file), join(copy, file));
      symlinkSync(join(checkout, "node_modules"), join(copy, "node_modules"));
    });

    test("because set-up has not run", async () => {
      expectRefusal(await start(), {
        exitCode: 2,
        line: `there is no Pulumi engine: set-up has not run (${record}). Run npm start once; it sets everything up`,
      });
    });

    test("because it went away", async () => {
      writeFileSync(record, JSON.stringify({ engineDirectory: join(copy, "engine"), node }));
      expectRefusal(await start(), {
        exitCode: 2,
        line:
          `there is no Pulumi engine: ${join(copy, "engine")} has no pulumi (${record}). ` +
          "Run npm start once; it sets everything up",
      });
    });
  });
});

describe("in a running sandbox", () => {
  const airlock = (...args: string[]) => sandbox.airlock(args, { cwd: sandbox.workspace });

  beforeAll(async () => {
    succeeded(await sandbox.airlock(["sandbox", "start"]));
    // Signed in before a file is broken: signing in reads it too.
    await sandbox.variables();
  });

  test.each([
    {
      what: "an unknown identity",
      args: ["sandbox", "env", "--as", "sp-nobody"],
      line:
        'the sandbox has no identity or group "sp-nobody" (it has sp-onestream-platform). ' +
        "Identities and groups are made by the shared stack: pulumi up -s shared",
    },
    {
      what: "an unknown environment",
      args: ["promote", image, "--to", "prdo"],
      line: 'unknown environment "prdo", the path is dev → staging → prod. Did you mean "prod"?',
    },
    {
      what: "an unknown column of the matrix",
      args: ["access", "--who-can", "push", "prdo"],
      line: 'unknown column "prdo". Did you mean "prod"?',
    },
    {
      what: "a malformed digest",
      args: ["publish", `${image}@sha256:123`, "--version", "1.0.0"],
      line: 'malformed digest "sha256:123". A digest is "sha256:" and 64 lower-case hexadecimal digits',
    },
    {
      what: "a tag in the place of a digest",
      args: ["publish", `${image}:1.0.0`, "--version", "1.0.0"],
      line: `${image}:1.0.0 names no digest. An image is published as <repository>@sha256:<64 hex digits>`,
    },
    {
      what: "an unknown command",
      args: ["promotr"],
      line: "unknown command 'promotr'. Did you mean promote?",
    },
  ])("$what: exit code 2", async ({ args, line }) => {
    expectRefusal(await airlock(...args), { exitCode: 2, line });
  });

  test("an environment that would be skipped: refused, exit code 1", async () => {
    const file = join(sandbox.workspace, "Pulumi.dev.yaml");
    const published = `  onestream:images:\n    ${image}: { version: 1.0.0, digest: "${digest}" }\n`;
    const skip = await withEdit(
      file,
      (text) => text.replace(/(onestream:environment: dev\n)/, `$1${published}`),
      () => airlock("promote", image, "--to", "prod"),
    );
    expectRefusal(skip, {
      exitCode: 1,
      line:
        `${image} can't skip staging on its way to prod: staging doesn't run it. ` +
        `First: airlock promote ${image} --to staging`,
    });
  });

  describe("files that are wrong", () => {
    const unknownKey = {
      file: () => join(sandbox.workspace, "Pulumi.dev.yaml"),
      edit: (text: string) => text.replace("onestream:environment:", "onestream:enviroment:"),
      line: 'unknown key "enviroment" (Pulumi.yaml or Pulumi.dev.yaml, onestream:enviroment). Did you mean "environment"?',
    };
    const duplicateRegistry = {
      file: () => projectFile(sandbox),
      edit: (text: string) => text.replace("registry: onestreamprod", "registry: onestreamdev"),
      line:
        'registry "onestreamdev" is used twice on the promotion path by environments "dev" and "prod" ' +
        "(Pulumi.yaml or Pulumi.dev.yaml, onestream:path). Give each environment its own registry",
    };
    const files = [
      ["an unknown key, with the nearest that exists", unknownKey],
      ["one registry for two environments", duplicateRegistry],
    ] as const;

    test.each(files)("%s: airlock, exit code 2", async (_, { file, edit, line }) => {
      expectRefusal(await withEdit(file(), edit, () => airlock("status")), { exitCode: 2, line });
    });

    test.each(files)("%s: pulumi preview, one line as well", async (_, { file, edit, line }) => {
      const preview = await withEdit(file(), edit, () => sandbox.pulumi(["preview", "-s", "dev"]));
      expect(preview.exitCode).not.toBe(0);
      const diagnostics = preview.output.split(/^Diagnostics:$/m)[1].split(/^Resources:$/m)[0];
      expect(diagnostics.split("\n").filter((text) => text.trim() !== "")).toEqual([
        "  pulumi:pulumi:Stack (onestream-dev):",
        `    error: ${line}`,
      ]);
    });
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((listening, failed) => {
    const server = createServer().once("error", failed);
    server.listen(port, () => listening(server));
  });
}
