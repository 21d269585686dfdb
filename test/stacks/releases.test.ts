import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineConfig, findProject, stackValues } from "../../cli/project";
import type { Release } from "../../model/release/release";
import { temporaryProject } from "../cli/support/project";

const present = process.cwd();
afterEach(() => process.chdir(present));

/** What prod's program reads of the releases in a project, run in this folder. */
function readReleases(project: string, folder = project): Release[] {
  const found = findProject(project);
  const config = engineConfig(found, stackValues(found, "prod"));
  let releases: Release[] = [];
  process.chdir(folder);
  jest.isolateModules(() => {
    const pulumi = require("@pulumi/pulumi") as typeof import("@pulumi/pulumi");
    void pulumi.runtime.setMocks({ newResource: jest.fn(), call: jest.fn() }, found.name, "prod");
    pulumi.runtime.setAllConfig(config);
    const program = require("../../stacks/releases") as typeof import("../../stacks/releases");
    try {
      releases = program.readReleases();
    } catch (error) {
      // The engine prints it without a stack.
      expect(pulumi.RunError.isInstance(error)).toBe(true);
      throw error;
    }
  });
  return releases;
}

const stated = (version: string) => ({
  version,
  repositories: ["iam/auth-service"],
  stages: { staging: { opened: "2026-11-21T10:00:00Z" } },
});
const releaseFile = (version: string) =>
  `config:\n  contoso:kind: release\n  contoso:release: ${JSON.stringify(stated(version))}\n`;

test("every release that has a file, in whatever folder of the project the program runs", () => {
  const project = temporaryProject({
    "Pulumi.release-v0.0.1.yaml": releaseFile("v0.0.1"),
    "Pulumi.release-v0.0.2.yaml": releaseFile("v0.0.2"),
  });
  expect(readReleases(project)).toEqual([
    expect.objectContaining(stated("v0.0.1")),
    expect.objectContaining(stated("v0.0.2")),
  ]);
  expect(readReleases(temporaryProject())).toEqual([]);
});

test.each([
  [
    "of another kind",
    "config:\n  contoso:kind: environment\n  contoso:environment: dev\n",
    'stack "release-v0.0.2" says that it is environment "dev" (Pulumi.release-v0.0.2.yaml, contoso:environment). Call it dev',
  ],
  [
    "without a configuration",
    "encryptionsalt: v1:x\n",
    "the stack doesn't say what it is: its file is missing or empty (Pulumi.release-v0.0.2.yaml, contoso:kind)",
  ],
  [
    "without its release",
    "config:\n  contoso:kind: release\n",
    "a release stack says which release it is (Pulumi.release-v0.0.2.yaml, contoso:release)",
  ],
])("a release's file %s stops the program", (_, text, problem) => {
  const project = temporaryProject({
    "Pulumi.release-v0.0.1.yaml": releaseFile("v0.0.1"),
    "Pulumi.release-v0.0.2.yaml": text,
  });
  expect(() => readReleases(project)).toThrow(problem);
});

test("outside of its project nobody knows the releases, and the program stops", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "airlock-"));
  expect(() => readReleases(temporaryProject(), elsewhere)).toThrow(
    "the releases can't be read: no folder from here upwards has the Pulumi.yaml of project contoso. Run the program inside its project",
  );
});
