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

test("containers of the mesh are left out by name; any other one has to run the image too", () => {
  const proxy = { name: "istio-proxy", image: "mcr.microsoft.com/oss/v2/istio/proxyv2:1.30" };
  const meshed: Pod = {
    ...pod("a"),
    spec: {
      containers: [{ name: "auth-service", image: reference }],
      initContainers: [proxy],
    },
  };
  expect(judgeRunning(runningContainers([meshed], ["istio-proxy"]), reference).state).toBe("healthy");
  expect(judgeRunning(runningContainers([meshed]), reference).state).toBe("waiting");
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
