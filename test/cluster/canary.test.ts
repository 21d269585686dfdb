import { unmeasuredIn } from "../../model/delivery/analysis";
import { clusterPrograms, ControlPlane } from "../../sandbox/kubernetes/control-plane";
import { checkout } from "../support/sandbox";
import { Addresses, sound } from "./addresses";
import { canaryOf, image, intervalSeconds, replicas, surroundings } from "./canary-objects";
import { kinds } from "./corpus";
import { RolloutWatch } from "./rollout-watch";
import { newHome, send, withoutGo } from "./support";

jest.setTimeout(1_800_000);

const programs = clusterPrograms(checkout);
const [first, good, bad, sick, unmeasured, stuck] = ["1", "2", "3", "4", "5", "6"].map(image);
const unpromoted = image("7");
const all = (runs: string): string[] => Array<string>(replicas).fill(runs);

const stable = "primary: stable 100, canary 0";
const tenth = "x-canary: canary 100; primary: stable 90, canary 10";

if (programs) {
  const { home, remove } = newHome();
  const addresses = new Addresses();
  const figures: string[] = [];
  let cluster: ControlPlane;
  let service: RolloutWatch;

  beforeAll(async () => {
    cluster = new ControlPlane({ port: 17923, home, services: await addresses.open(17929) });
    await cluster.start(programs);
    service = new RolloutWatch(cluster, "auth-service", "iam");
    const promoted = [first, good, bad, sick, unmeasured, stuck];
    for (const object of await surroundings(promoted)) await cluster.apply(object, "pulumi");
    const rollout = kinds.Rollout({ containers: [{ name: "by-tag", image: "by:tag" }] });
    await cluster.until(async () => (await send(cluster, rollout, { dryRun: true })).status === 422);
    for (const object of await canaryOf(first)) await cluster.apply(object, "pulumi");
  });
  afterAll(async () => {
    await cluster.stop();
    addresses.close();
    remove();
    console.log(figures.join("\n"));
  });

  /** Another version, as `pulumi up` applies it: what Argo writes is left to it. */
  async function deploy(runs: string, change: (spec: any) => void = () => undefined): Promise<void> {
    for (const object of await canaryOf(runs)) {
      if (["VirtualService", "DestinationRule", "Service"].includes(object.kind)) continue;
      const copy = structuredClone(object);
      if (copy.kind === "Rollout") change(copy.spec);
      await cluster.apply(copy, "pulumi");
    }
  }

  /** Waits for what comes of a version that was aborted, and notes how long each part took. */
  async function takenBack(what: string): Promise<void> {
    const aborted = Date.parse((await service.status()).abortedAt!);
    const detection = (aborted - (await service.firstFailure())) / 1000;
    const since = () => ((Date.now() - aborted) / 1000).toFixed(1);
    await cluster.until(async () => (await service.shares()) === stable);
    const start = since();
    await cluster.until(() => service.runsOnly(all(good)));
    figures.push(
      `${what}, measured every ${intervalSeconds} s instead of 30 s: aborted ${detection} s after the first bad measurement, ` +
        `its share gone within ${start} s of that, all pods the old ones within ${since()} s`,
    );
  }

  test("the first version gets everything at once", async () => {
    const { seen, status } = await service.end();
    expect({ seen, phase: status.phase }).toEqual({ seen: [stable], phase: "Healthy" });
    expect(await service.running()).toEqual(all(first));
  });

  test("a good version gets a tenth, and whoever asks for it; then it gets everything", async () => {
    await deploy(good);
    await cluster.until(async () => (await service.shares()) === tenth);
    const [header] = await service.routes();
    expect(header.match).toEqual([{ headers: { "x-canary": { exact: "true" } } }]);
    const { status } = await service.end();
    expect(status.phase).toBe("Healthy");
    await cluster.until(async () => (await service.shares()) === stable);
    await cluster.until(() => service.runsOnly(all(good)));
    expect([...addresses.asked].map((asked) => asked.replace(/istio_requests_total\{[^}]+\}/g, "…"))).toEqual(
      expect.arrayContaining([
        "http://auth-service-canary.iam.svc.cluster.local:8080/health",
        "60 * sum(rate(…[2m]))",
        "100 * sum(rate(…[2m])) / sum(rate(…[2m]))",
      ]),
    );
  });

  test("a version with errors is taken back, and runs nowhere", async () => {
    addresses.canary = { ...sound, errorsPerMinute: 40, successPercent: 60 };
    await deploy(bad);
    const { seen, status } = await service.end();
    // The share comes first, and the route of the header a moment later.
    expect(seen).toContain(tenth);
    expect(status).toMatchObject({
      phase: "Degraded",
      abort: true,
      message:
        'RolloutAborted: Rollout aborted update to revision 3: Metric "errors-per-minute" assessed Failed due to failed (4) > failureLimit (3)',
    });
    expect(unmeasuredIn(await service.analysis())).toBeUndefined();
    await takenBack("errors");
  });

  /** The declared state names the version before again. */
  async function repaired(): Promise<void> {
    await deploy(good);
    const { seen, status } = await service.end();
    expect({ seen, phase: status.phase }).toEqual({ seen: [stable], phase: "Healthy" });
  }

  test("the declaration that names the version before again is healthy at once", repaired);

  test("a version whose health does not answer 200 is taken back", async () => {
    addresses.canary = { ...sound, health: 503 };
    await deploy(sick);
    const { status } = await service.end();
    expect(status).toMatchObject({ phase: "Degraded", abort: true });
    expect(status.message).toContain('Metric "health" assessed Error due to consecutiveErrors (4) >');
    expect(unmeasuredIn(await service.analysis())).toBeUndefined();
    await takenBack("health");
    await repaired();
  });

  test("a version that nobody can measure is taken back, and its analysis says by what", async () => {
    addresses.canary = sound;
    addresses.prometheus = 503;
    await deploy(unmeasured);
    const { status } = await service.end();
    expect(status).toMatchObject({ phase: "Degraded", abort: true });
    expect(unmeasuredIn(await service.analysis())).toEqual({
      metric: "errors-per-minute",
      error: "server_error: server error: 503",
    });
    await takenBack("Prometheus away");
    addresses.prometheus = 200;
    await repaired();
  });

  test("a version whose pods are not ready gets no request, until the one before is declared again", async () => {
    await deploy(stuck, (spec) => {
      // As no node is.
      spec.template.spec.nodeSelector = { "kubernetes.io/os": "windows" };
    });
    await cluster.until(async () => (await service.waiting()).includes(stuck));
    expect(await service.shares()).toBe(stable);
    expect(await service.runsOnly(all(good))).toBe(true);
    await repaired();
    await cluster.until(async () => (await service.waiting()).length === 0);
  });

  test("a version that was never promoted does not come as far as Argo", async () => {
    await expect(deploy(unpromoted)).rejects.toThrow(`not promoted to prod: ${unpromoted}`);
  });
} else {
  withoutGo("Argo Rollouts promoting a good version and taking bad ones back");
}
