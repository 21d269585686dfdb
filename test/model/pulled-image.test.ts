import { pulledEvent, pulledLine } from "../../model/pulled-image";

const digest = `sha256:${"a".repeat(64)}`;
const image = {
  repository: "iam/auth-service",
  digest,
  version: "1.2.3",
  registry: "contosoprod.azurecr.io",
  environment: "prod",
};
const line = `iam/auth-service 1.2.3 is pulled from contosoprod.azurecr.io, the registry of prod: contosoprod.azurecr.io/iam/auth-service@${digest}`;

test("one line names the registry that an image is pulled from", () => {
  expect(pulledLine(image)).toBe(line);
});

test("the event says the same of an object of the cluster", () => {
  const pod = { apiVersion: "v1", kind: "Pod", namespace: "iam", name: "auth-service-7d9f" };
  expect(pulledEvent(image, pod)).toEqual({
    apiVersion: "v1",
    kind: "Event",
    metadata: { generateName: "airlock-pulled-", namespace: "iam" },
    involvedObject: pod,
    type: "Normal",
    reason: "PulledFromRegistry",
    message: line,
    source: { component: "airlock" },
  });
});
