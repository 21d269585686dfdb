import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPlaces } from "../../../cli/places";
import { run } from "../../../cli/program";
import { recordingContext } from "../support/project";

const { checkout } = findPlaces({});

// The programs run in a process of their own, which takes seconds on a busy machine.
jest.setTimeout(300_000);

const byHand = `
import * as authorization from "@pulumi/azure-native/authorization";
new authorization.RoleAssignment("by-hand", {
  scope: registry.registryId,
  principalId: "99999999-9999-4999-8999-999999999999",
  principalType: "User",
  roleDefinitionId: "/subscriptions/2/providers/Microsoft.Authorization/roleDefinitions/2a1e307c-b015-4ebd-883e-5b7698a07328",
});
`;

/** The project of this repository, with stacks that a test may change. */
function editableProject(): string {
  const directory = mkdtempSync(join(tmpdir(), "airlock-"));
  for (const file of readdirSync(checkout).filter((name) => /^Pulumi.*\.yaml$/.test(name))) {
    cpSync(join(checkout, file), join(directory, file));
  }
  cpSync(join(checkout, "stacks"), join(directory, "stacks"), { recursive: true });
  for (const name of ["components", "model", "node_modules", "package.json", "tsconfig.json"]) {
    symlinkSync(join(checkout, name), join(directory, name));
  }
  return directory;
}

async function access(cwd: string, ...words: string[]) {
  const { context, written } = recordingContext(cwd);
  const code = await run(["access", ...words], { ...context, places: findPlaces({}) });
  return { code, ...written };
}

test("nobody pushes to prod, and the ways around are named", async () => {
  const { code, out } = await access(checkout, "--who-can", "push", "prod", "--json");
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(Object.keys(report)).toEqual([
    "capability",
    "column",
    "direct",
    "byChangingAccess",
    "byImport",
    "unjudged",
  ]);
  expect(report.direct).toEqual([]);
  expect(report.byChangingAccess.map(({ name }: { name: string }) => name)).toEqual([
    "sp-onestream-platform",
  ]);
  expect(report.byImport.map(({ name }: { name: string }) => name)).toEqual(["sp-onestream-prod-pipeline"]);
});

test("the promoter alone imports into prod", async () => {
  const { out } = await access(checkout, "--who-can", "import", "prod", "--json");
  const names = JSON.parse(out).direct.map(({ name }: { name: string }) => name);
  expect(names).toEqual(["sp-onestream-prod-pipeline"]);
});

test("the effective matrix is what the matrix of the project grants, and what it implies", async () => {
  const { out } = await access(checkout, "--markdown");
  expect(out).toMatchSnapshot();
});

test("a role assignment written by hand in stacks/ changes the answer", async () => {
  const directory = editableProject();
  appendFileSync(join(directory, "stacks/environment.ts"), byHand);
  const { out } = await access(directory, "--who-can", "push", "prod", "--json");
  expect(JSON.parse(out).direct).toEqual([
    {
      name: "99999999-9999-4999-8999-999999999999",
      kind: "unknown",
      reasons: [
        '99999999-9999-4999-8999-999999999999 holds "Container Registry Repository Writer" on …/registries/onestreamprod',
      ],
    },
  ]);
});

describe("against a commit", () => {
  const directory = editableProject();
  const git = (...words: string[]) => execFileSync("git", words, { cwd: directory, stdio: "pipe" });

  beforeAll(() => {
    writeFileSync(join(directory, ".gitignore"), "node_modules\n");
    for (const name of ["components", "model", "package.json", "tsconfig.json"]) {
      unlinkSync(join(directory, name));
      cpSync(join(checkout, name), join(directory, name), { recursive: true });
    }
    git("init", "--quiet");
    git("add", "--all");
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "before");
    git("tag", "before");
  });

  test("nothing changed", async () => {
    const { code, out } = await access(directory, "--diff", "before", "--exit-code");
    // A cluster that stood there before is said to be nobody's word every time.
    expect(out).toMatch(
      /^No difference in who can do what, from [0-9a-f]{10} to the working tree\.\n\nNot judged, and may let more in:\n {2}onestream-prod \(cluster\): .*\n$/,
    );
    expect(code).toBe(0);
  });

  test("a role assignment written by hand, not yet committed", async () => {
    appendFileSync(join(directory, "stacks/environment.ts"), byHand);
    const text = await access(directory, "--diff", "before");
    expect(text.code).toBe(0);
    expect(text.out.replace(/[0-9a-f]{10} to/, "<commit> to")).toMatchSnapshot("text");
    const markdown = await access(directory, "--diff", "HEAD", "--markdown");
    expect(markdown.out.replace(/[0-9a-f]{10} to/, "<commit> to")).toMatchSnapshot("markdown");
    expect(git("status", "--porcelain").toString()).toBe(" M stacks/environment.ts\n");
    expect(git("worktree", "list").toString().split("\n")).toHaveLength(2);
    const { code, err } = await access(directory, "--diff", "before", "--exit-code");
    expect(code).toBe(1);
    expect(err).toMatch(/^airlock: access grows from [0-9a-f]{10} to the working tree\n$/);
  });

  test("nothing of the commit is left behind, and what a killed run left is removed", async () => {
    const gone = spawnSync("true").pid;
    const left = join(tmpdir(), `airlock-diff-${gone}-left`);
    mkdirSync(left);
    await access(directory, "--diff", "before");
    expect(existsSync(left)).toBe(false);
    const own = readdirSync(tmpdir()).filter((name) => name.startsWith(`airlock-diff-${process.pid}-`));
    expect(own).toEqual([]);
  });

  test("a commit that git doesn't know", async () => {
    expect(await access(directory, "--diff", "--all")).toEqual({
      code: 2,
      out: "",
      err: 'airlock: git knows no commit "--all". Name a branch, a tag or a commit; in a shallow clone, fetch it first\n',
    });
  });
});

test("a project outside of git has no earlier version", async () => {
  const directory = editableProject();
  expect(await access(directory, "--diff", "HEAD")).toEqual({
    code: 2,
    out: "",
    err: `airlock: the project is not in a git repository (${directory}). --diff compares it with a commit of its own\n`,
  });
});

test("a program that fails is named in one line", async () => {
  const directory = editableProject();
  writeFileSync(join(directory, "stacks/environment.ts"), 'throw new Error("no\\nluck");\n');
  expect(await access(directory)).toEqual({
    code: 2,
    out: "",
    err: "airlock: the program of stack dev failed: no; luck (stacks/)\n",
  });
});

test.each([
  [["--who-can", "pusch", "prod"], 'airlock: unknown capability "pusch". Did you mean "push"?\n'],
  [["--who-can", "push", "prd"], 'airlock: unknown column "prd". Did you mean "prod"?\n'],
  [["--diff", "HEAD", "--live"], "airlock: --diff and --live exclude each other\n"],
  [["--exit-code"], "airlock: --exit-code needs --diff\n"],
  [["--administrator", "somebody"], "airlock: --administrator needs --live\n"],
  [["--who-can", "sign", "prod"], "airlock: sign is not asked of prod. Ask about signing\n"],
  [
    ["--who-can", "push", "prod.cluster"],
    "airlock: push is not asked of prod.cluster. Ask about dev, staging, prod\n",
  ],
  [
    ["--who-can", "deploy", "dev.cluster"],
    "airlock: dev.cluster is a column of the proof of concept. Add --poc: airlock access --who-can deploy dev.cluster --poc\n",
  ],
  [
    ["--who-can", "push"],
    "airlock: --who-can needs a column. One of dev, staging, prod, prod.cluster, signing, as in: airlock access --who-can push prod\n",
  ],
])("%j is wrong usage", async (words, err) => {
  expect(await access(checkout, ...words)).toEqual({ code: 2, out: "", err });
});
