import { join } from "node:path";
import type { TestSandbox } from "../../support/sandbox";
import { digests, hostOf, repository, reviewer, withEdit } from "./world";

/** A digest that dev never had enters the stack file of staging. */
export function refusesAnAbsentImage(sandbox: TestSandbox): void {
  test("the preview fails in one line that names the property and the registry", async () => {
    const absent = `sha256:${"0".repeat(64)}`;
    const preview = await withEdit(
      join(sandbox.workspace, "Pulumi.staging.yaml"),
      (text) => text.replace(digests["1.0.0"], absent),
      () => sandbox.pulumi(["preview", "-s", "staging", "--diff"], { as: reviewer }),
    );
    expect(preview.exitCode).not.toBe(0);
    const errors = preview.output.split("\n").filter((line) => line.includes("error:"));
    expect(errors.map((line) => line.trim())).toEqual([
      "error: airlock:index:ImageImport resource 'iam/auth-service@000000000000': " +
        `property digest value {${absent}} has a problem: ` +
        `${repository}@${absent} does not exist in ${hostOf(sandbox, "dev")}: bring it there first, or check the digest`,
    ]);
    expect(preview.output).not.toMatch(/^\s+at /m);
  });
}
