import { AdmissionPolicy } from "../../components";
import { ApiServer } from "../../sandbox/kubernetes/control-plane/api-server";
import type { KubernetesObject } from "../../sandbox/kubernetes/control-plane/objects";
import { apiServerPrograms } from "../../sandbox/kubernetes/control-plane/programs";
import { register } from "../support/recorder";
import { checkout } from "../support/sandbox";
import { admitted, host, kinds, other, pod, promoted, refused, restricted, sidecar } from "./corpus";
import { newHome, send, withoutGo } from "./support";

jest.setTimeout(1_200_000);

const programs = apiServerPrograms(checkout);

const policy = (images: string[]) =>
  register(
    () =>
      new AdmissionPolicy("prod", {
        environment: "prod",
        registries: [host],
        images,
        injected: { "istio-proxy": sidecar },
      }),
  );

/** What the component registers, as `pulumi up` would send it. */
async function objectsOf(images: string[]): Promise<KubernetesObject[]> {
  const order = ["Namespace", "ConfigMap", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];
  return (await policy(images))
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ inputs }) => inputs as unknown as KubernetesObject)
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** A custom resource, as far as this needs it: anything may stand in it. */
const rollouts = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "rollouts.argoproj.io" },
  spec: {
    group: "argoproj.io",
    scope: "Namespaced",
    names: { plural: "rollouts", singular: "rollout", kind: "Rollout" },
    versions: [
      {
        name: "v1alpha1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
};

if (programs) {
  const { home, remove } = newHome();
  const cluster = new ApiServer({ port: 17903, home });
  const refusal = (words: string) =>
    `it" is forbidden: ValidatingAdmissionPolicy 'airlock-prod' with binding 'airlock-prod' denied request: ${words}`;

  beforeAll(async () => {
    await cluster.start(programs);
    await cluster.apply(rollouts);
    for (const name of ["iam", "utility"])
      await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    for (const object of await objectsOf([promoted, other])) await cluster.apply(object);
    // As a controller would, which doesn't run here.
    for (const namespace of ["iam", "utility", "default", "kube-system", "airlock-system"])
      await cluster.apply({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "default", namespace },
      });
    // A policy and a new kind take a moment to be known.
    await cluster.until(async () => {
      const tried = [pod({ containers: [{ name: "a", image: "a" }] }), kinds.Rollout({ containers: [] })];
      const [first, second] = await Promise.all(tried.map((one) => send(cluster, one, { dryRun: true })));
      return first.status === 403 && second.status === 201;
    });
  });
  afterAll(() => cluster.stop().finally(remove));

  test("the corpus has twenty of each at least", () => {
    expect(Math.min(refused.length, admitted.length)).toBeGreaterThanOrEqual(20);
  });

  test.each(refused)("refused: %s", async (_, object, words) => {
    const { status, body } = await send(cluster, object, { dryRun: true });
    expect(body.message).toContain(refusal(words));
    expect(status).toBe(403);
  });

  test("beside the policy's parameters a promoted image does nothing to its node", async () => {
    const dryRun = (spec: Record<string, unknown>) =>
      send(cluster, pod(spec, "airlock-system"), { dryRun: true });
    const { status, body } = await dryRun({ ...restricted(promoted), hostPID: true });
    expect([status, body.message]).toEqual([
      403,
      'pods "it" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostPID=true)',
    ]);
    expect((await dryRun(restricted(promoted))).status).toBe(201);
  });

  test.each(admitted)("admitted: %s", async (_, object) => {
    const { status, body } = await send(cluster, object, { dryRun: true });
    expect({ status, message: body.message }).toEqual({ status: 201, message: undefined });
  });

  test("an update is judged by what it changes, an ephemeral container like any other", async () => {
    const made = await cluster.apply(pod({ containers: [{ name: "app", image: promoted }] }));
    const spec = made.spec as { containers: object[] };
    const changed = (image: string) => ({
      ...made,
      spec: { ...spec, containers: [{ ...spec.containers[0], image }] },
    });
    const byTag = `${host}/iam/auth-service:2`;
    const moved = await send(cluster, changed(byTag), { dryRun: true });
    expect(moved.body.message).toContain(refusal(`no digest: ${byTag}`));
    expect((await send(cluster, changed(other), { dryRun: true })).status).toBe(200);
    const debug = (image: string) => ({
      ...made,
      spec: { ...spec, ephemeralContainers: [{ name: "debug", image, targetContainerName: "app" }] },
    });
    const path = "/ephemeralcontainers";
    const debugged = await send(cluster, debug("docker.io/library/busybox:1"), { dryRun: true, path });
    expect(debugged.body.message).toContain(refusal("no digest: docker.io/library/busybox:1"));
    expect((await send(cluster, debug(other), { dryRun: true, path })).status).toBe(200);
  });

  const maps = "/api/v1/namespaces/airlock-system/configmaps";

  /** The steps of an update in which other images are admitted: new parameters, and the old ones go. */
  async function change(from: string[], to: string[]): Promise<void> {
    const [[, former], [, parameters]] = [await objectsOf(from), await objectsOf(to)];
    await cluster.apply(parameters);
    await cluster.call("DELETE", `${maps}/${former.metadata.name}`);
  }

  test("what left the list stays as it is, may be labelled, and doesn't come again; what is on both lists is refused at no time", async () => {
    const staying = pod({ containers: [{ name: "app", image: other }] }, "utility");
    let changing = true;
    const seen = new Set<string>();
    const watching = (async () => {
      while (changing) {
        const { status, body } = await send(cluster, staying, { dryRun: true });
        seen.add(`${status} ${body.message}`);
      }
    })();
    await change([promoted, other], [other]);
    const again = pod({ containers: [{ name: "app", image: promoted }] }, "utility");
    await cluster.until(async () => (await send(cluster, again, { dryRun: true })).status === 403);
    changing = false;
    await watching;
    expect([...seen]).toEqual(["201 undefined"]);
    const { body: made } = await cluster.call("GET", "/api/v1/namespaces/iam/pods/it");
    const labelled = { ...made, metadata: { ...made.metadata, labels: { seen: "yes" } } };
    expect((await send(cluster, labelled, { dryRun: true })).status).toBe(200);
    const { body } = await send(cluster, again, { dryRun: true });
    expect(body.message).toContain(refusal(`not promoted to prod: ${promoted}`));
  });

  test("without its parameters nothing runs", async () => {
    const [, parameters] = await objectsOf([other]);
    await cluster.call("DELETE", `${maps}/${parameters.metadata.name}`);
    const one = pod({ containers: [{ name: "app", image: other }] }, "utility");
    await cluster.until(async () => (await send(cluster, one, { dryRun: true })).status >= 400);
    const { body } = await send(cluster, one, { dryRun: true });
    expect(body.message).toContain("no params found for policy binding with `Deny` parameterNotFoundAction");
  });
} else {
  withoutGo("an API server that refuses and admits");
}
