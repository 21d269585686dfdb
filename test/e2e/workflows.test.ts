import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, node } from "../support/sandbox";

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
    const file = join(repository, ".github/workflows/preview.yml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace('vars: "${{ toJSON(vars) }}"', "secrets: none"));
    const { status, output } = lint();
    writeFileSync(file, text);
    expect(status).toBe(1);
    expect(output).toContain('missing input "vars" which is required by action "sign in"');
    expect(output).toContain('input "secrets" is not defined in action "sign in"');
  });
} else {
  // On a user's machine the rest counts.
  test("ran without actionlint: no Go", () => {
    if (process.env.CI === "true") throw new Error("actionlint has to be seen working in CI. Install Go");
  });
}
