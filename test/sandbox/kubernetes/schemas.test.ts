import { AdmissionPolicy, CanaryWorkload, Workload } from "../../../components";
import { hasSchema, wrongFields } from "../../../sandbox/kubernetes/schemas";
import { unknownValue } from "../../../sandbox/pulumi/handler";
import { register } from "../../support/recorder";

jest.mock("../../../sandbox/kubernetes/es-packages", () => require("../../support/es-packages"));

const isUnknown = (value: unknown): boolean => value === unknownValue;
const wrong = (apiVersion: string, kind: string, fields: object) =>
  wrongFields({ apiVersion, kind, metadata: { name: "it" }, ...fields } as never, isUnknown).map(
    ({ path, reason }) => `${path}: ${reason}`,
  );
const labels = { "app.kubernetes.io/name": "auth-service" };
const template = { metadata: { labels }, spec: { containers: [{ name: "it", image: "it" }] } };

it.each([
  ["v1", "Namespace"],
  ["apps/v1", "Deployment"],
  ["argoproj.io/v1alpha1", "Rollout"],
  ["networking.istio.io/v1", "VirtualService"],
])("has the schema of %s %s", (apiVersion, kind) => expect(hasSchema(apiVersion, kind)).toBe(true));

it.each([
  ["acme.example/v1", "Thing"],
  ["v1", "Deployment"],
  ["v1/../apps/v1", "Deployment"],
  ["apps/v1", "../v1/Pod"],
])("has no schema of %s %s", (apiVersion, kind) => expect(hasSchema(apiVersion, kind)).toBe(false));

it("takes what is not known yet, and any key of a map", () => {
  const selector = { matchLabels: labels };
  expect(wrong("apps/v1", "Deployment", { spec: { replicas: unknownValue, selector, template } })).toEqual(
    [],
  );
  expect(
    wrong("apps/v1", "Deployment", { spec: { selector, template: { ...template, spec: unknownValue } } }),
  ).toEqual([]);
  expect(wrong("v1", "ConfigMap", { data: { "a/b": "c", replicas: "2" } })).toEqual([]);
});

it.each<[string, string, string, object, string[]]>([
  [
    "a field that there is not, with the one that was meant",
    "apps/v1",
    "Deployment",
    { spec: { selector: { matchLabels: labels }, template, replica: 2 } },
    ["spec.replica: Deployment has no field 'replica' here; did you mean 'replicas'?"],
  ],
  [
    "a field that there is not, with all that there are",
    "apps/v1",
    "Deployment",
    { spec: { selector: { matchLabels: labels }, template, strategy: { howeverYouLike: 1 } } },
    [
      "spec.strategy.howeverYouLike: Deployment has no field 'howeverYouLike' here; expected one of rollingUpdate, type",
    ],
  ],
  [
    "a value of another type",
    "argoproj.io/v1alpha1",
    "Rollout",
    {
      spec: {
        selector: { matchLabels: labels },
        template,
        strategy: { canary: { steps: [{ setWeight: "10" }] } },
      },
    },
    ['spec.strategy.canary.steps[0].setWeight: expected integer, and it is "10"'],
  ],
  [
    "a field that is missing",
    "networking.istio.io/v1",
    "VirtualService",
    { spec: { http: [{ route: [{ destination: {} }] }] } },
    ["spec.http[0].route[0].destination: the field 'host' is missing"],
  ],
  [
    "what is none of the values that there are",
    "networking.istio.io/v1",
    "DestinationRule",
    { spec: { host: "it", trafficPolicy: { tls: { mode: "MAYBE" } } } },
    ['spec.trafficPolicy.tls.mode: expected one of DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL, and it is "MAYBE"'],
  ],
  [
    "a field of the metadata that there is not",
    "v1",
    "Service",
    { metadata: { name: "it", "lab/els": {} } },
    [
      expect.stringMatching(
        /^metadata\["lab\/els"\]: Service has no field 'lab\/els' here; .*'labels'\?$/,
      ) as string,
    ],
  ],
])("refuses %s", (_what, apiVersion, kind, fields, expected) =>
  expect(wrong(apiVersion, kind, fields)).toEqual(expected),
);

it("takes every object of the components", async () => {
  const image = `localhost:1/iam/auth-service@sha256:${"a".repeat(64)}`;
  const plan = {
    namespace: "iam",
    environment: "qa",
    image,
    registries: ["localhost:1"],
    version: "1.0.0",
    port: 8080,
  };
  const registered = await register(() => {
    new AdmissionPolicy("qa", { environment: "qa", registries: ["localhost:1"], images: [image] });
    new Workload("login", plan);
    new CanaryWorkload("auth-service", {
      ...plan,
      canary: { prometheus: "http://prometheus.monitoring:9090" },
    });
  });
  const objects = registered.filter(({ type }) => type.startsWith("kubernetes:"));
  expect(objects.length).toBeGreaterThan(10);
  for (const { inputs } of objects) {
    const object = inputs as { apiVersion: string; kind: string };
    expect(hasSchema(object.apiVersion, object.kind)).toBe(true);
    expect(wrongFields(object, isUnknown)).toEqual([]);
  }
});
