import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expectGolden } from "../../support/golden";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { environments, reviewer, stablePreview } from "./world";

/** What a reviewer sees of each environment before it exists: the engine's state knows the shared stack alone. */
export function previewsFromNothing(sandbox: TestSandbox): void {
  const state = join(sandbox.home, "state-from-nothing");
  const env = { PULUMI_BACKEND_URL: pathToFileURL(state).href };

  beforeAll(() => {
    cpSync(join(sandbox.home, "state"), state, { recursive: true });
    for (const name of environments) rmSync(join(state, `.pulumi/stacks/onestream/${name}.json`));
  });

  test.each(environments)("the whole preview of %s", async (environment) => {
    succeeded(await sandbox.pulumi(["stack", "init", environment, "--no-select"], { env }));
    const preview = await sandbox.pulumi(["preview", "-s", environment, "--diff"], { as: reviewer, env });
    expectGolden(`preview-${environment}.txt`, await stablePreview(sandbox, succeeded(preview).stdout));
  });
}
