import { imageRequireOwnRegistry } from "../../../policies/rules/image-require-own-registry";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { digest, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const own = `contosoprod.azurecr.io/iam/auth-service@${digest}`;
const fix = "Promote the image to prod and name it contosoprod.azurecr.io/<repository>@sha256:…";
const check = (image: Value, facts = stack("prod"), type = "kubernetes:core/v1:Pod") =>
  verdicts(imageRequireOwnRegistry, facts, type, { spec: { containers: [{ image }] } });
const place = "(it: spec.containers[0].image)";

test("an image of the environment's own registry passes", () => {
  expect(check(own)).toEqual([]);
  expect(check("contosodev.azurecr.io/iam/auth-service:1", stack("dev"))).toEqual([]);
});

test.each([
  "contosostaging.azurecr.io",
  "contosoprod.azurecr.io.example.com",
  "mcr.microsoft.com",
  "localhost:5000",
])("an image of %s is refused", (host) => {
  const image = `${host}/iam/auth-service@${digest}`;
  expect(check(image)).toEqual([
    `image "${image}" comes from ${host}, not from prod's own registry ${place}. ${fix}`,
  ]);
});

test.each(["nginx", "ContosoProd.azurecr.io/iam/auth-service", "contosoprod.azurecr.io", ""])(
  "%j names no registry",
  (image) => {
    expect(check(image)).toEqual([`image "${image}" does not name a registry ${place}. ${fix}`]);
  },
);

test("an image that is no text names no registry", () => {
  expect(check(7)).toEqual([`image 7 does not name a registry ${place}. ${fix}`]);
});

test("an unknown image is refused where images are protected alone", () => {
  expect(check(unknown)).toEqual([`the image's registry is not known before \`pulumi up\` ${place}. ${fix}`]);
  expect(check(unknown, stack("dev"))).toEqual([]);
});

test("a template that computes its image names no registry in any stack", () => {
  const resources = [
    {
      type: "Microsoft.ContainerInstance/containerGroups",
      name: "c",
      properties: { containers: [{ properties: { image: "[parameters('image')]" } }] },
    },
  ];
  const deployment = { resourceGroupName: "g", properties: { template: { resources } } };
  const type = "azure-native:resources:Deployment";
  const said = /^the template computes its image, and with it the registry \(it: properties\.template\./;
  for (const environment of ["prod", "dev"] as const) {
    expect(verdicts(imageRequireOwnRegistry, stack(environment), type, deployment)).toEqual([
      expect.stringMatching(said),
    ]);
  }
});

test("a stack without an environment runs no image", () => {
  expect(check(own, stack("shared"))).toEqual([
    `an image runs in a stack that has no environment, and so no registry ${place}. Run it in the stack of an environment`,
  ]);
});

test.each<[string, Properties]>([
  ["azure-native:storage:StorageAccount", { image: "nginx" }],
  ["airlock:index:ImageImport", { digest }],
])("%s is left alone", (type, properties) => {
  expect(verdicts(imageRequireOwnRegistry, stack("prod"), type, properties)).toEqual([]);
});
