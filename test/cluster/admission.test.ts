import { AdmissionPolicy } from "../../components";
import { ApiServer } from "../../sandbox/kubernetes/control-plane/api-server";
import { folderOf, type KubernetesObject } from "../../sandbox/kubernetes/control-plane/objects";
import { apiServerPrograms } from "../../sandbox/kubernetes/control-plane/programs";
import { register } from "../support/recorder";
import { checkout } from "../support/sandbox";
import {
  admitted,
  host,
  kinds,
  other,
  pod,
  promoted,
  refused,
  restricted,
  sidecar,
  unlisted,
  unpromoted,
} from "./corpus";
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
      return first.status === 422 && second.status === 201;
    });
  });
  afterAll(() => cluster.stop().finally(remove));

  test("the corpus has twenty of each at least", () => {
    expect(Math.min(refused.length, admitted.length)).toBeGreaterThanOrEqual(20);
  });

  test.each(refused)("refused: %s", async (_, object, words) => {
    for (const dryRun of [true, false]) {
      const { status, body } = await send(cluster, object, { dryRun });
      expect(body.message).toContain(refusal(words));
      expect({ dryRun, status, reason: body.reason }).toEqual({ dryRun, status: 422, reason: "Invalid" });
    }
  });

  test.each(unlisted)(
    "refused, and taken by a dry run of which nothing stays: %s",
    async (_, object, words) => {
      const tried = await send(cluster, object, { dryRun: true });
      expect({ status: tried.status, message: tried.body.message }).toEqual({
        status: 201,
        message: undefined,
      });
      const { status, body } = await send(cluster, object);
      expect(body.message).toContain(refusal(words));
      expect(status).toBe(422);
      expect((await cluster.call("GET", `${folderOf(object)}/it`)).status).toBe(404);
    },
  );

  test.each([
    ...["dryRun", "dryRun=", "dryRun=all", "dryRun=true", "dryRun=All&dryRun=", "dryRun=&dryRun=All"],
    ...["dryrun=All", "DryRun=All", "dry_run=All", "dryRun%00=All", "dryRun=%41ll%00", "x=dryRun=All"],
  ])("what only looks like a dry run lets nothing in: ?%s", async (query) => {
    const object = { ...pod({ containers: [{ name: "app", image: unpromoted }] }), dryRun: ["All"] };
    const path = `${folderOf(object)}`;
    const posted = await cluster.call("POST", `${path}?${query}`, object);
    const applied = await cluster.call("PATCH", `${path}/it?fieldManager=it&${query}`, object, {
      type: "application/apply-patch+yaml",
    });
    expect([posted.status, applied.status].filter((status) => status < 400)).toEqual([]);
    expect((await cluster.call("GET", `${path}/it`)).status).toBe(404);
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

  test("of a dry run nothing stays, by whatever address of an object and whatever verb", async () => {
    const app = (image: string) => ({ name: "app", image });
    const standing = await cluster.apply(kinds.Deployment({ containers: [app(promoted)] }));
    const running = (await cluster.call("GET", `${folderOf(pod({}))}/it`)).body;
    const merge = { type: "application/merge-patch+json" };
    const json = { type: "application/json-patch+json" };
    const strategic = { type: "application/strategic-merge-patch+json" };
    const ofPod = { spec: { containers: [app(unpromoted)] } };
    const ofTemplate = { spec: { template: ofPod } };
    const debug = { spec: { ephemeralContainers: [{ ...app(unpromoted), name: "debug" }] } };
    const replaced = (at: string) => [{ op: "replace", path: `${at}/containers/0/image`, value: unpromoted }];
    const [deployments, pods] = [folderOf(standing), folderOf(pod({}))];
    const asked: readonly (readonly [string, object, { type: string }])[] = [
      [`${deployments}/it`, ofTemplate, strategic],
      [`${deployments}/it`, ofTemplate, merge],
      [`${deployments}/it`, replaced("/spec/template/spec"), json],
      [`${deployments}/it/status`, ofTemplate, merge],
      [`${deployments}/it/scale`, { spec: { replicas: 7 } }, merge],
      [`${pods}/it`, ofPod, strategic],
      [`${pods}/it`, replaced("/spec"), json],
      [`${pods}/it/status`, ofPod, strategic],
      [`${pods}/it/ephemeralcontainers`, debug, strategic],
    ];
    const answers = [];
    for (const [path, body, type] of asked)
      answers.push((await cluster.call("PATCH", `${path}?dryRun=All`, body, type)).status);
    expect(answers).toEqual(asked.map(() => 200));
    const now = [`${deployments}/it`, `${pods}/it`].map((path) => cluster.call("GET", path));
    expect((await Promise.all(now)).map(({ body }) => body)).toEqual([standing, running]);
    // In earnest each that would run it is refused, and the rest does not touch what runs.
    const earnest = [];
    for (const [path, body, type] of asked.filter(([path]) => !path.endsWith("/scale"))) {
      const { status, body: said } = await cluster.call("PATCH", path, body, type);
      earnest.push(said.message?.includes(`not promoted to prod: ${unpromoted}`) ? "refused" : status);
    }
    const [refused, status] = ["refused", 200];
    expect(earnest).toEqual([refused, refused, refused, status, refused, refused, status, refused]);
    const after = [`${deployments}/it`, `${pods}/it`].map((path) => cluster.call("GET", path));
    expect(JSON.stringify(await Promise.all(after))).not.toContain(unpromoted);
  });

  const maps = "/api/v1/namespaces/airlock-system/configmaps";

  /** The steps of an update in which other images are admitted: new parameters, and the old ones go. */
  async function change(from: string[], to: string[]): Promise<void> {
    const [[, former], [, parameters]] = [await objectsOf(from), await objectsOf(to)];
    await cluster.apply(parameters);
    await cluster.call("DELETE", `${maps}/${former.metadata.name}`);
  }

  test("what left the list stays as it is, may be labelled, and doesn't come again; what is on both lists is refused at no time", async () => {
    // In earnest: a dry run is taken whatever the list says.
    const staying = (name: string) => {
      const { metadata, ...rest } = pod({ containers: [{ name: "app", image: other }] }, "utility");
      return { ...rest, metadata: { ...metadata, name } } as KubernetesObject;
    };
    let changing = true;
    const seen = new Set<string>();
    const watching = (async () => {
      for (let count = 0; changing; count++) {
        const { status, body } = await send(cluster, staying(`it-${count}`));
        seen.add(`${status} ${body.message}`);
      }
    })();
    await change([promoted, other], [other]);
    const again = pod({ containers: [{ name: "app", image: promoted }] }, "utility");
    await cluster.until(async () => (await send(cluster, again)).status === 422);
    changing = false;
    await watching;
    expect([...seen]).toEqual(["201 undefined"]);
    const { body: made } = await cluster.call("GET", "/api/v1/namespaces/iam/pods/it");
    const labelled = { ...made, metadata: { ...made.metadata, labels: { seen: "yes" } } };
    expect((await send(cluster, labelled, { dryRun: true })).status).toBe(200);
    const { body } = await send(cluster, again);
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
