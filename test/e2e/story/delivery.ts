import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { digests, hostOf, projectFile, promoters, repository, withEdit } from "./world";

/** What was promoted to prod runs in prod's own cluster, by whom the matrix lets in, and by nobody else. */
export function deliversToProd(sandbox: TestSandbox): void {
  const stack = "prod-delivery";
  const deployer = "sp-production-deploy";
  const cells = "prod.cluster: [cluster-user, deploy iam]";
  const file = join(sandbox.workspace, `Pulumi.${stack}.yaml`);
  const withReplicas = (count: number) =>
    writeFileSync(file, readFileSync(file, "utf8").replace(/replicas: \d+/, `replicas: ${count}`));

  test("the deployer runs it there, and a second run would change nothing", async () => {
    succeeded(await sandbox.up(stack, { as: deployer }));
    const output = succeeded(await sandbox.pulumi(["stack", "output", "-s", stack, "--json"])).stdout;
    const reference = `${hostOf(sandbox, "prod")}/${repository}@${digests["1.1.0"]}`;
    expect(JSON.parse(output)).toEqual({
      environment: "prod",
      context: "onestream-prod",
      workloads: { "auth-service": { version: "1.1.0", reference } },
    });
    const again = ["preview", "-s", stack, "--expect-no-changes", "--policy-pack", "policies"];
    succeeded(await sandbox.pulumi(again, { as: deployer }));
  });

  test("who has no cell of the cluster applies nothing there", async () => {
    withReplicas(4);
    const refused = await sandbox.up(stack, { as: promoters.prod });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(
      new RegExp(`deployments.apps "auth-service" is forbidden: User "${promoters.prod}" cannot patch`),
    );
  });

  test("a cell that is taken away is a right that is gone", async () => {
    const without = (text: string) => {
      expect(text.split(cells)).toHaveLength(2);
      return text.replace(cells, "prod.cluster: [none]");
    };
    const { taken, refused } = await withEdit(projectFile(sandbox), without, async () => ({
      taken: await sandbox.up("prod"),
      refused: await sandbox.up(stack, { as: deployer }),
    }));
    expect(
      [...succeeded(taken).stdout.matchAll(/ - +azure-native:authorization:RoleAssignment (\S+) deleted/g)]
        .map(([, name]) => name)
        .sort(),
    ).toEqual(
      [
        `prod.cluster-${deployer}-admissionKeeper`,
        `prod.cluster-${deployer}-azure-kubernetes-service-cluster-user-role`,
        `prod.cluster-airlock-system-${deployer}-admittedKeeper`,
        `prod.cluster-iam-${deployer}-workloadDeployer`,
      ].sort(),
    );
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toMatch(new RegExp(`is forbidden: User "${deployer}" cannot`));
  });
}
