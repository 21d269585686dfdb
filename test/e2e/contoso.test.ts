import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { succeeded, checkout, TestSandbox, type Ran } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17503);
afterAll(() => sandbox.remove());

/** Another organisation: every name is another one, and there is one environment more. */
const project = join(checkout, "examples/contoso");
const foreign = /onestream/i;
const environments = ["dev", "qa", "uat", "prod"];
const promoters = { qa: "cd-qa", uat: "cd-uat", prod: "cd-live" };

describe("contoso, from dev by qa and uat to prod", () => {
  let story: Ran;
  let output: string;
  beforeAll(async () => {
    story = await sandbox.airlock(["story"], { env: { AIRLOCK_PROJECT: project } });
    output = story.output;
  });

  test("the whole story goes well", () => {
    expect(succeeded(story).stderr).toBe("");
  });

  test("every door is shut", () => {
    const doors = [...output.matchAll(/^ {2}(✔ shut|✘ OPEN) {2}(.*)$/gm)].map(([, verdict, door]) => [
      door,
      verdict,
    ]);
    expect(doors).toEqual(
      [
        "push to prod by the pipeline that builds (ci-builds)",
        "push to prod by the promoter itself (cd-live)",
        "push to prod by a developer (payments)",
        "delete the locked image, by the custodian, who may delete (janitor)",
        "overwrite the locked tag by an import of another image (cd-live)",
        "promote an unsigned image to qa",
        "promote an image whose signature is for another digest to qa",
        "promote from dev straight to prod",
        "a role assignment, written by hand, that lets somebody push",
        "a deployment that names its image by tag",
      ].map((door) => [door, "✔ shut"]),
    );
  });

  test("each promoter takes the same digest one step further", () => {
    const commands = [...output.matchAll(/^\$ pulumi up -s (\S+) .*# as (\S+)$/gm)].map(([, stack, as]) => [
      stack,
      as,
    ]);
    expect(commands).toEqual([
      ...["shared", ...environments].map((stack) => [stack, "sp-ctso-platform"]),
      ["dev", "ci-builds"],
      ...Object.entries(promoters),
    ]);
    const [, row] = /^ {2}payments\/auth-service {2}(.*)$/m.exec(output)!;
    const cells = row.split(/ {2,}/);
    expect(cells).toEqual(
      environments.map(() => expect.stringMatching(/^1\.0\.0 sha256:[0-9a-f]{12}$/) as string),
    );
    expect(new Set(cells).size).toBe(1);
  });

  test("nothing of the reference project is in what it prints or makes", async () => {
    expect(output.replaceAll(checkout, "")).not.toMatch(foreign);
    const stacks = ["shared", ...environments];
    const exports = await Promise.all(
      stacks.map((stack) => sandbox.pulumi(["stack", "export", "-s", stack])),
    );
    for (const exported of exports) {
      expect(succeeded(exported).stdout.replaceAll(checkout, "")).not.toMatch(foreign);
    }
  });

  test("its own promoter alone imports into prod", async () => {
    const access = await sandbox.airlock(["access", "--who-can", "import", "prod", "--json"], {
      cwd: sandbox.workspace,
    });
    const { direct } = JSON.parse(succeeded(access).stdout) as { direct: { name: string }[] };
    expect(direct.map(({ name }) => name)).toEqual(["cd-live"]);
  });
});

test("the reference project's name is data: no code has it", () => {
  const code = ["model", "components", "policies", "provider", "cli", "sandbox", "stacks", "tools"];
  const files = code.flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\/node_modules(\/|$)/.test(entry.parentPath))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  // The pages of the policies, and the examples on them, speak of the reference project.
  const written = files.filter(
    (file) => !/\/bin\/.*\.(js|map)$|\/policies\/examples\/|\/tools\/docs\//.test(file),
  );
  expect(written.length).toBeGreaterThan(200);
  expect(
    written.filter((file) => foreign.test(file.slice(checkout.length) + readFileSync(file, "utf8"))),
  ).toEqual([]);
});
