import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(1_800_000);
const sandbox = new TestSandbox(17943);
afterAll(() => sandbox.remove());
const clusters = require("node:fs").readFileSync(join(checkout, "test/e2e/kubernetes.test.ts"), "utf8").match(/const clusters = `([^]*?)`;/)[1];
const workloads = require("node:fs").readFileSync(join(checkout, "test/e2e/kubernetes.test.ts"), "utf8").match(/const workloads = `([^]*?)`;/)[1];
const pulumi = (project: string, env: NodeJS.ProcessEnv, ...args: string[]) =>
  sandbox.pulumi(args, { as: "administrator", cwd: join(sandbox.home, project), env });
beforeAll(async () => {
  console.log(succeeded(await sandbox.airlock(["sandbox", "start", "--cluster"])).output);
  for (const [name, program] of Object.entries({ clusters, workloads })) {
    const project = join(sandbox.home, name);
    mkdirSync(project);
    for (const linked of ["node_modules", "package.json", "tsconfig.json"])
      symlinkSync(join(checkout, linked), join(project, linked));
    writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\nmain: index.ts\n`);
    writeFileSync(join(project, "index.ts"), program as string);
    succeeded(await pulumi(name, {}, "stack", "init", "qa"));
  }
  succeeded(await pulumi("clusters", {}, "up", "--yes", "--skip-preview", "-s", "qa"));
});
it("tries", async () => {
  const env = { CONTEXTS: "aks-one" };
  const show = async (e: NodeJS.ProcessEnv, ...a: string[]) => { const t = Date.now(); console.log((await pulumi("workloads", { ...env, ...e }, ...a, "-s", "qa", "--suppress-progress", "--suppress-outputs")).output, Date.now() - t); };
  await show({}, "preview");
  await show({}, "up", "--yes", "--skip-preview");
  await show({}, "up", "--yes", "--skip-preview");
  await show({}, "refresh", "--yes", "--skip-preview", "--diff");
  await show({}, "up", "--yes", "--skip-preview", "--diff");
  await show({ REPLICAS: "3", WEIGHT: "50" }, "up", "--yes", "--skip-preview");
  await show({}, "destroy", "--yes", "--skip-preview");
  console.log((await sandbox.airlock(["sandbox", "status"])).output);
});
