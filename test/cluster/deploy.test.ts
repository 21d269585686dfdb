import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage, signatureOf } from "../../cli/story/image";
import { signatureTag } from "../../cli/story/new-build";
import { RegistryClient } from "../../cli/story/registry-client";
import { SigningKey } from "../../cli/story/signing-vault";
import { editValue } from "../../model/config/yaml-edit";
import { clusterPrograms } from "../../sandbox/kubernetes/control-plane";
import { checkout, succeeded, TestSandbox } from "../support/sandbox";
import { Addresses, sound } from "./addresses";
import { ServerOf } from "./server-of";
import { withoutGo } from "./support";

jest.setTimeout(1_800_000);

const repository = "iam/auth-service";
const builder = "sp-onestream-poc-dev-pipeline";
/** Environment → who brings images there. */
const promoters = { dev: builder, staging: "sp-onestream-poc-promotion-engine" };
const stack = "poc-staging-delivery";
const rollout = "/apis/argoproj.io/v1alpha1/namespaces/iam/rollouts/auth-service";

if (clusterPrograms(checkout)) {
  const sandbox = new TestSandbox(17883);
  const server = new ServerOf(
    join(sandbox.home, "sandbox/state/clusters/onestream-poc-staging-rg.onestream-poc-staging-aks"),
  );
  const addresses = new Addresses();
  /** Where a Prometheus should be, and no one listens. */
  const nobody = "http://127.0.0.1:1";
  const file = (name: string) => join(sandbox.workspace, `Pulumi.${name}.yaml`);
  const outputs = async (of: string) =>
    JSON.parse(succeeded(await sandbox.pulumi(["stack", "output", "-s", of, "--json"])).stdout);
  const [first, second] = ["1.0.0", "1.1.0"].map((version) => ({
    version,
    image: buildImage(repository, version),
    digest: buildImage(repository, version).digest,
  }));
  const deploy = (...options: string[]) =>
    sandbox.airlock(["deploy", "--stack", stack, ...options], { cwd: sandbox.workspace });

  /** Writes what both environments have, signed by whom: the newest first. */
  let promote: (...releases: { readonly version: string; readonly digest: string }[]) => Promise<void>;

  beforeAll(async () => {
    succeeded(await sandbox.airlock(["sandbox", "start", "--cluster"]));
    sandbox.trust();
    succeeded(await sandbox.up("poc"));
    const { loginServers, signingKey } = await outputs("poc");
    const token = (resource: string) => sandbox.accessToken(builder, resource);
    const key = new SigningKey(signingKey as string, await token("https://vault.azure.net"));
    const client = new RegistryClient(
      loginServers.dev as string,
      await token("https://containerregistry.azure.net"),
    );
    for (const { image } of [first, second]) {
      await client.push(repository, image.tag, image);
      const signature = await signatureOf(loginServers.dev as string, repository, image.digest, (hash) =>
        key.sign(hash),
      );
      await client.push(repository, signatureTag(image.digest), signature);
    }
    const edit = (path: string[], value: object) => {
      const text = readFileSync(file("poc"), "utf8");
      const whole = ["config", "onestream:poc", ...path];
      writeFileSync(
        file("poc"),
        editValue(text, whole, (_, document) => document.createNode(value)),
      );
    };
    edit(["signing"], { publicKey: await key.publicKey() });
    promote = async (...releases) => {
      const [now, ...previous] = releases.map(({ version, digest }) => ({ version, digest }));
      for (const [environment, as] of Object.entries(promoters)) {
        edit(["images", environment], { [repository]: { ...now, previous } });
        succeeded(await sandbox.up("poc", { as }));
      }
    };
    const delivery = readFileSync(file(stack), "utf8");
    writeFileSync(
      file(stack),
      delivery
        .replace("http://prometheus.monitoring:9090", nobody)
        .replace("durationSeconds: 900", "durationSeconds: 20")
        .replace("intervalSeconds: 30", "intervalSeconds: 2"),
    );
  });
  afterAll(async () => {
    addresses.close();
    await sandbox.remove();
  });

  test("what was promoted runs, and is said to", async () => {
    await promote(first);
    const { stdout } = succeeded(await deploy());
    expect(stdout).toContain("auth-service: 1.0.0 is available\n");
    expect(stdout).toContain(`auth-service: its pods run ${first.digest}\n`);
    expect(stdout).toContain("auth-service: /health is not asked: the sandbox's nodes run no container\n");
    expect(stdout).toMatch(
      /^iam\/auth-service 1\.0\.0 is pulled from localhost:\d+, the registry of staging: /m,
    );
  });

  test("a preview of what was just promoted passes, and shows its digest", async () => {
    await promote(second, first);
    const { stdout } = succeeded(await deploy("--dry-run"));
    const change = new RegExp(`~ reference: ".*@${first.digest}" => ".*@${second.digest}"`);
    expect(stdout).toMatch(change);
    // Somebody without rights in the cluster reads the same.
    const preview = ["preview", "-s", stack, "--policy-pack", "policies"];
    expect(succeeded(await sandbox.pulumi(preview, { as: builder })).stdout).toMatch(change);
    // Nothing of either was applied.
    const { spec } = await server.get(rollout);
    expect(spec.template.spec.containers[0].image).toMatch(new RegExp(`@${first.digest}$`));
    const { data } = await server.get("/api/v1/namespaces/airlock-system/configmaps/airlock-staging");
    expect(data.images).not.toContain(second.digest);
  });

  test("what nobody could measure is not rejected: what ran before is declared and runs", async () => {
    const before = readFileSync(file(stack), "utf8");
    const { exitCode, stdout, stderr } = await deploy("--json");
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      aborted: [
        {
          workload: "auth-service",
          version: "1.1.0",
          unmeasured: { metric: "errors-per-minute" },
          instead: { version: "1.0.0", digest: first.digest },
        },
      ],
      workloads: [{ version: "1.0.0", state: "healthy", rejected: [] }],
      diff: "",
    });
    expect(report.aborted[0].unmeasured.error).toContain("127.0.0.1:1: connect: connection refused");
    expect(stderr).toMatch(
      /the canary of auth-service 1\.1\.0 \(sha256:.* could not be measured, 1\.0\.0 \(.* runs now: errors-per-minute: .* is not rejected: mend the Prometheus/,
    );
    expect(readFileSync(file(stack), "utf8")).toBe(before);
    const { spec } = await server.get(rollout);
    expect(spec.template.spec.containers[0].image).toMatch(new RegExp(`@${first.digest}$`));
  });

  test("what its canary aborts is rejected, and what ran before is declared and runs", async () => {
    addresses.canary = { ...sound, errorsPerMinute: 40 };
    const delivered = readFileSync(file(stack), "utf8");
    const before = delivered.replace(nobody, await addresses.open(0));
    writeFileSync(file(stack), before);
    const { exitCode, stdout, stderr } = await deploy("--json");
    expect(exitCode).toBe(1);
    const report = JSON.parse(stdout);
    expect(report.aborted[0].unmeasured).toBeUndefined();
    expect(report).toMatchObject({
      cluster: true,
      aborted: [
        { workload: "auth-service", version: "1.1.0", instead: { version: "1.0.0", digest: first.digest } },
      ],
      workloads: [{ version: "1.0.0", state: "healthy", rejected: [second.digest] }],
    });
    expect(report.workloads[0].running.map(({ digest }: { digest: string }) => digest)).toEqual([
      first.digest,
      first.digest,
    ]);
    expect(stderr).toMatch(
      /the canary of auth-service 1\.1\.0 \(sha256:.* was aborted, 1\.0\.0 \(.* runs now: RolloutAborted: /,
    );
    const after = readFileSync(file(stack), "utf8");
    expect(after.replace(`        rejected:\n          - ${second.digest} # 1.1.0\n`, "")).toBe(before);
    // Once more there is nothing left to do.
    expect(succeeded(await deploy()).stdout).toContain(
      `auth-service: ${second.digest} is rejected in Pulumi.${stack}.yaml`,
    );
  });
} else {
  withoutGo("airlock deploy on a control plane");
}
