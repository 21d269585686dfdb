import * as fc from "fast-check";
import { digestOf, judgeRunning, runningContainers, type Pod } from "../../../model/delivery/running";

const good = `sha256:${"a".repeat(64)}`;
const bad = `sha256:${"b".repeat(64)}`;
const repository = "contosostaging.azurecr.io/iam/auth-service";
const reference = `${repository}@${good}`;

/** A pod with one container, as kubelet reports it. */
function pod(name: string, image = reference, imageID = image): Pod {
  return {
    metadata: { name },
    spec: { containers: [{ name: "auth-service", image }] },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "auth-service", image, imageID, state: { running: {} } }],
    },
  };
}

const judged = (...pods: Pod[]) => judgeRunning(runningContainers(pods), reference);

test.each([
  [reference, good],
  [`docker-pullable://${reference}`, good],
  [`localhost:7443/iam/auth-service@${bad}`, bad],
  [good, undefined],
  [`docker://${good}`, undefined],
  [`${repository}@sha256:${"A".repeat(64)}`, undefined],
  ["", undefined],
])("the digest of imageID %s", (imageId, digest) => {
  expect(digestOf(imageId)).toBe(digest);
});

test("pods that run what was promoted", () => {
  expect(judged(pod("a"), pod("b", reference, `docker-pullable://${reference}`))).toEqual({
    state: "healthy",
  });
});

test("a pod that runs something else than it was told to is named, with expected and actual", () => {
  const other = `${repository}@${bad}`;
  expect(judged(pod("a"), pod("b", reference, other), pod("c", reference, bad))).toEqual({
    state: "failed",
    reason: `expected ${reference}; b (auth-service) runs ${bad} (told ${reference}); c (auth-service) runs ${bad} (told ${reference})`,
  });
});

test("a pod of the version before is waited for, and named", () => {
  const other = `${repository}@${bad}`;
  expect(judged(pod("a"), pod("b", other))).toEqual({
    state: "waiting",
    reason: `expected ${reference}; b (auth-service) runs ${other}`,
  });
});

test("the same digest from another registry is not what was promoted here", () => {
  const other = `contosodev.azurecr.io/iam/auth-service@${good}`;
  expect(judged(pod("a", other, other)).state).toBe("waiting");
});

test("an image by tag that happens to be the one", () => {
  expect(judged(pod("a", `${repository}:1.2.3`, reference)).state).toBe("waiting");
  expect(judged(pod("a", `${repository}:1.2.3`, `${repository}@${bad}`)).state).toBe("failed");
});

test("what only plays a node repeats the image; a node that still pulls does so too, and runs nothing", () => {
  expect(judged(pod("a", reference, ""))).toEqual({ state: "healthy" });
  const pulling = {
    ...pod("a"),
    status: { containerStatuses: [{ name: "auth-service", image: reference, imageID: "" }] },
  };
  expect(judged(pod("b"), pulling)).toEqual({
    state: "waiting",
    reason: "nothing says yet which digest runs in a",
  });
});

test("pods on their way out don't count, and without any there is nothing to judge", () => {
  const other = `${repository}@${bad}`;
  const leaving = pod("b", other);
  const gone = {
    ...leaving,
    metadata: { name: "b", deletionTimestamp: "2026-11-21T20:00:00Z" },
  };
  const evicted = { ...leaving, status: { ...leaving.status, phase: "Failed" } };
  expect(judged(pod("a"), gone, evicted)).toEqual({ state: "healthy" });
  expect(judged(gone)).toEqual({ state: "waiting", reason: "no pod of it runs" });
  expect(judged()).toEqual({ state: "waiting", reason: "no pod of it runs" });
});

describe("containers beside the workload's own", () => {
  const injected = { "istio-proxy": "mcr.microsoft.com/oss/v2/istio/proxyv2" };
  const own = { name: "auth-service", image: reference };
  const beside = (kind: string, image: string, name = "istio-proxy"): Pod => ({
    ...pod("a"),
    spec: { containers: [own], [kind]: [...(kind === "containers" ? [own] : []), { name, image }] },
  });
  const of = (one: Pod, taken: Record<string, string> = injected) =>
    judgeRunning(runningContainers([one], taken), reference);
  const kinds = ["containers", "initContainers", "ephemeralContainers"];

  test.each(kinds)("of the mesh, in %s, are left out by name and repository", (kind) => {
    const { "istio-proxy": proxy } = injected;
    expect(of(beside(kind, `${proxy}:1.30`)).state).toBe("healthy");
    expect(of(beside(kind, `${proxy}@${bad}`)).state).toBe("healthy");
    for (const image of [`${proxy}-evil:1`, `evil.example/proxyv2:1`, proxy, `evil.example/${proxy}:1`])
      expect(of(beside(kind, image))).toEqual({
        state: "waiting",
        reason: `expected ${reference}; a (istio-proxy) runs ${image}`,
      });
    expect(of(beside(kind, `${proxy}:1.30`), {}).state).toBe("waiting");
    expect(of(beside(kind, `${proxy}:1.30`, "constructor")).state).toBe("waiting");
  });

  test("an ephemeral one runs what the node says", () => {
    const debugged = beside("ephemeralContainers", reference, "debugger");
    const status = { name: "debugger", image: reference, imageID: `${repository}@${bad}` };
    const told: Pod = { ...debugged, status: { ...debugged.status, ephemeralContainerStatuses: [status] } };
    expect(of(told)).toEqual({
      state: "failed",
      reason: `expected ${reference}; a (debugger) runs ${bad} (told ${reference})`,
    });
  });
});

test("healthy means that every container runs the one digest, whatever else is said", () => {
  const image = fc.constantFrom(reference, `${repository}@${bad}`, `${repository}:1.2.3`, "");
  const imageId = fc.constantFrom(reference, `${repository}@${bad}`, good, `docker://${good}`, "");
  const any = fc.tuple(image, imageId, fc.boolean()).map(([told, runs, leaves]) => {
    const made = pod("a", told, runs);
    return leaves ? { ...made, metadata: { name: "a", deletionTimestamp: "now" } } : made;
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 4 }), (pods) => {
      const staying = pods.filter(({ metadata }) => !("deletionTimestamp" in (metadata ?? {})));
      const runs = ({ spec, status }: Pod) => {
        const [told, id] = [spec?.containers?.[0].image, status?.containerStatuses?.[0].imageID];
        // An id without a registry that is the digest: that of a store which names images by their manifests.
        return told === reference && [reference, good, ""].includes(id ?? "");
      };
      expect(judged(...pods).state === "healthy").toBe(staying.length > 0 && staying.every(runs));
    }),
  );
});
