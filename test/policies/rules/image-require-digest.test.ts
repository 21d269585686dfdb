import { imageRequireDigest } from "../../../policies/rules/image-require-digest";
import { type Properties, unknown, type Value } from "../../../policies/values";
import { digest, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const prod = stack("prod");
const host = "contosoprod.azurecr.io";
const pinned = `${host}/iam/auth-service@${digest}`;
const tagged = `${host}/iam/auth-service:1.2.3`;
const check = (type: string, properties: Properties, facts = prod) =>
  verdicts(imageRequireDigest, facts, type, properties);
const byTag = (property: string) =>
  `image "${tagged}" is named by a tag, which can be moved (it: ${property}). Name the image as <host>/<repository>@sha256:<64 hexadecimal digits>`;

const pod = (image: Value): Properties => ({ containers: [{ name: "main", image }] });
const template = (image: Value): Properties => ({ spec: { template: { spec: pod(image) } } });

/** Every place: type, resource with an image in that place, path of the place. */
const places: [type: string, properties: (image: Value) => Properties, property: string][] = [
  ["kubernetes:core/v1:Pod", (image) => ({ spec: pod(image) }), "spec.containers[0].image"],
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "DeploymentPatch"].map(
    (kind): (typeof places)[number] => [
      `kubernetes:apps/v1:${kind}`,
      template,
      "spec.template.spec.containers[0].image",
    ],
  ),
  ["kubernetes:core/v1:ReplicationController", template, "spec.template.spec.containers[0].image"],
  ["kubernetes:batch/v1:Job", template, "spec.template.spec.containers[0].image"],
  [
    "kubernetes:batch/v1:CronJob",
    (image) => ({ spec: { jobTemplate: template(image) } }),
    "spec.jobTemplate.spec.template.spec.containers[0].image",
  ],
  [
    "kubernetes:core/v1:PodTemplate",
    (image) => ({ template: { spec: pod(image) } }),
    "template.spec.containers[0].image",
  ],
  [
    "kubernetes:core/v1:PodList",
    (image) => ({ items: [{ spec: pod(image) }] }),
    "items[0].spec.containers[0].image",
  ],
  ["kubernetes:argoproj.io/v1alpha1:Rollout", template, "spec.template.spec.containers[0].image"],
  ["kubernetes:serving.knative.dev/v1:Service", template, "spec.template.spec.containers[0].image"],
  ["kubernetes:monitoring.coreos.com/v1:Prometheus", (image) => ({ spec: { image } }), "spec.image"],
  ["kubernetes:postgresql.cnpg.io/v1:Cluster", (image) => ({ spec: { imageName: image } }), "spec.imageName"],
  [
    "kubernetes:sparkoperator.k8s.io/v1beta2:SparkApplication",
    (image) => ({ spec: { image } }),
    "spec.image",
  ],
  [
    "kubernetes:core/v1:List",
    (image) => ({ items: [{ apiVersion: "example.com/v1", kind: "Database", spec: { image } }] }),
    "items[0].spec.image",
  ],
  [
    "kubernetes:tekton.dev/v1:Task",
    (image) => ({ spec: { steps: [{ image: pinned }, { image }] } }),
    "spec.steps[1].image",
  ],
  ["kubernetes:example.com/v1:Tools", (image) => ({ spec: { images: [pinned, image] } }), "spec.images[1]"],
  [
    "kubernetes:example.com/v1:Tools",
    (image) => ({ spec: { images: { pullPolicy: "Always", server: image } } }),
    "spec.images.server",
  ],
  [
    "kubernetes:core/v1:Pod",
    (image) => ({
      metadata: { annotations: { "sidecar.istio.io/proxyImage": image, image: tagged } },
      spec: pod(pinned),
    }),
    "metadata.annotations.sidecar.istio.io/proxyImage",
  ],
  [
    "kubernetes:core/v1:Pod",
    (image) => ({
      spec: {
        ...pod(pinned),
        volumes: [{ csi: { driver: "csi-image.warm-metal.tech", volumeAttributes: { image } } }],
      },
    }),
    "spec.volumes[0].csi.volumeAttributes.image",
  ],
  [
    "kubernetes:core/v1:Pod",
    (image) => ({ spec: { ...pod(pinned), initContainers: [{ image }] } }),
    "spec.initContainers[0].image",
  ],
  [
    "kubernetes:core/v1:Pod",
    (image) => ({ spec: { ...pod(pinned), ephemeralContainers: [{ image }] } }),
    "spec.ephemeralContainers[0].image",
  ],
  [
    "kubernetes:core/v1:Pod",
    (image) => ({ spec: { ...pod(pinned), volumes: [{ name: "data", image: { reference: image } }] } }),
    "spec.volumes[0].image.reference",
  ],
  ["azure-native:app:ContainerApp", (image) => ({ template: pod(image) }), "template.containers[0].image"],
  [
    "azure-native:app/v20240301:ContainerApp",
    (image) => ({ template: pod(image) }),
    "template.containers[0].image",
  ],
  [
    "azure-native_app_v20250101:app:ContainerApp",
    (image) => ({ template: { initContainers: [{ image }] } }),
    "template.initContainers[0].image",
  ],
  ["azure-native:app:Job", (image) => ({ template: pod(image) }), "template.containers[0].image"],
  ["azure:containerapp/app:App", (image) => ({ template: pod(image) }), "template.containers[0].image"],
  [
    "azure-native:app:ContainerAppsSessionPool",
    (image) => ({ customContainerTemplate: pod(image) }),
    "customContainerTemplate.containers[0].image",
  ],
  ["azure-native:containerinstance:ContainerGroup", pod, "containers[0].image"],
  ["azure:containerservice/group:Group", pod, "containers[0].image"],
  [
    "azure-native:web:WebApp",
    (image) => ({ siteConfig: { linuxFxVersion: image === unknown ? unknown : `DOCKER|${String(image)}` } }),
    "siteConfig.linuxFxVersion",
  ],
  ["azure-native:web:WebAppSiteContainer", (image) => ({ image, isMain: true }), "image"],
  [
    "azure-native:web:WebAppApplicationSettings",
    (image) => ({ properties: { DOCKER_CUSTOM_IMAGE_NAME: image } }),
    "properties.DOCKER_CUSTOM_IMAGE_NAME",
  ],
  [
    "azure:appservice/linuxWebApp:LinuxWebApp",
    (image) => ({
      siteConfig: {
        applicationStack: {
          dockerRegistryUrl: `https://${host}`,
          dockerImageName: typeof image === "string" ? image.slice(host.length + 1) : image,
        },
      },
    }),
    "siteConfig.applicationStack.dockerImageName",
  ],
  [
    "azure-native:resources:Resource",
    (image) => ({
      resourceProviderNamespace: "Microsoft.ContainerInstance",
      parentResourcePath: "",
      resourceType: "containerGroups",
      resourceName: "group",
      properties: { containers: [{ name: "main", properties: { image } }] },
    }),
    "properties.containers[0].properties.image",
  ],
];

describe.each(places)("%s", (type, properties, property) => {
  test(`${property}: a digest passes, with or without a tag beside it`, () => {
    expect(check(type, properties(pinned))).toEqual([]);
    expect(check(type, properties(`${host}/iam/auth-service:1.2.3@${digest}`))).toEqual([]);
  });

  test(`${property}: a tag is refused in every environment`, () => {
    expect(check(type, properties(tagged))).toEqual([byTag(property)]);
    expect(check(type, properties(tagged), stack("dev"))).toEqual([byTag(property)]);
  });

  test(`${property}: unknown is refused where images are protected, and judged during the update elsewhere`, () => {
    for (const name of ["prod", "shared"] as const) {
      expect(check(type, properties(unknown), stack(name))).toEqual([
        `the reference is not known before \`pulumi up\`, so nobody can review it (it: ${property}). Take it from the stack's configuration instead of a resource's output`,
      ]);
    }
    expect(check(type, properties(unknown), stack("dev"))).toEqual([]);
  });
});

describe("what hides containers", () => {
  test.each<[string, Properties]>([
    ["spec", { spec: unknown }],
    ["spec.containers", { spec: { containers: unknown } }],
    ["spec.containers[0]", { spec: { containers: [unknown] } }],
    ["spec.initContainers", { spec: { ...pod(pinned), initContainers: unknown } }],
    ["spec.volumes", { spec: { ...pod(pinned), volumes: unknown } }],
  ])("an unknown %s is refused in a protected environment", (property, properties) => {
    expect(check("kubernetes:core/v1:Pod", properties)).toEqual([
      `the reference is not known before \`pulumi up\`, so nobody can review it (it: ${property}). Take it from the stack's configuration instead of a resource's output`,
    ]);
  });

  test("unknown values elsewhere are nobody's business", () => {
    expect(
      check("kubernetes:core/v1:Pod", {
        metadata: { namespace: unknown },
        spec: { containers: [{ image: pinned, env: [{ name: "image", value: unknown }], args: unknown }] },
      }),
    ).toEqual([]);
    expect(check("kubernetes:core/v1:Service", { spec: unknown })).toEqual([]);
  });

  test("a Pod behind another kind's token is still a Pod", () => {
    const disguised = { apiVersion: "v1", kind: "Pod", spec: pod(tagged) };
    expect(check("kubernetes:core/v1:ConfigMap", disguised)).toEqual([byTag("spec.containers[0].image")]);
  });
});

describe("a template", () => {
  const type = "azure-native:resources:Deployment";
  const deploy = (
    image: string,
    properties: Value = { containers: [{ name: "c", properties: { image } }] },
  ): Properties => ({
    resourceGroupName: "g",
    properties: {
      template: {
        resources: [{ type: "Microsoft.ContainerInstance/containerGroups", name: "c", properties }],
      },
    },
  });
  const place = "properties.template.resources[0].properties";

  test("is judged by what stands in it", () => {
    expect(check(type, deploy(pinned))).toEqual([]);
    expect(check(type, deploy(tagged), stack("dev"))).toEqual([
      byTag(`${place}.containers[0].properties.image`),
    ]);
  });

  test.each([
    ["an image", deploy("[parameters('image')]"), `${place}.containers[0].properties.image`],
    ["what holds its images", deploy("", "[parameters('all')]"), place],
  ])("that computes %s is refused in every stack, since no run knows it", (_, properties, property) => {
    const said = `the template computes its image (it: ${property}). Write the reference into the template, by digest`;
    expect(check(type, properties)).toEqual([said]);
    expect(check(type, properties, stack("dev"))).toEqual([said]);
  });
});

test("a generic resource whose properties are not known may run anything", () => {
  const generic: Properties = {
    resourceProviderNamespace: "Microsoft.App",
    resourceType: "containerApps",
    parentResourcePath: "",
    resourceName: "api",
    properties: unknown,
  };
  expect(check("azure-native:resources:Resource", generic)).toEqual([
    "the reference is not known before `pulumi up`, so nobody can review it (it: properties). Take it from the stack's configuration instead of a resource's output",
  ]);
  expect(check("azure-native:resources:Resource", generic, stack("dev"))).toEqual([]);
});

describe("other types and malformed values", () => {
  test.each<[string, Properties]>([
    ["azure-native:storage:StorageAccount", { image: tagged }],
    ["azure-native:app:ManagedEnvironment", { name: "x" }],
    ["kubernetes:core/v1:ConfigMap", { data: { image: tagged } }],
    ["kubernetes:yaml:ConfigFile", { file: "app.yaml" }],
    ["kubernetes:networking.istio.io/v1:VirtualService", { spec: { hosts: ["auth"] } }],
    ["kubernetes:core/v1:PersistentVolume", { spec: { rbd: { image: "disk" } } }],
    [
      "kubernetes:core/v1:PersistentVolume",
      { spec: { csi: { driver: "rbd", volumeAttributes: { image: "x" } } } },
    ],
    [
      "kubernetes:kyverno.io/v1:ClusterPolicy",
      { spec: { rules: [{ validate: { pattern: { spec: pod("*@*") } } }] } },
    ],
    ["kubernetes:policy.sigstore.dev/v1beta1:ClusterImagePolicy", { spec: { images: [{ glob: "**" }] } }],
    ["kubernetes:example.com/v1:Portal", { spec: { logoImageUrl: "https://example.com/logo.png" } }],
    [
      "kubernetes:example.com/v1:Trace",
      { spec: { containers: ["main"], source: { repository: "https://x", tag: "1" } } },
    ],
    [
      "kubernetes:fluentbit.fluent.io/v1alpha2:ClusterInput",
      { spec: { tail: { name: "tail", tag: "kube.*" } } },
    ],
    ["azure-native:web:WebApp", { siteConfig: { linuxFxVersion: "DOTNETCORE|8.0" } }],
    ["azure-native:web:WebApp", { siteConfig: { linuxFxVersion: "sitecontainers" } }],
    ["pulumi:pulumi:Stack", {}],
    ["airlock:index:PromotedImage", { digest: "1.2.3" }],
  ])("%s is left alone", (type, properties) => {
    expect(check(type, properties)).toEqual([]);
  });

  test.each([[7], [true], [["a"]], [{ name: "x" }]])("an image that is %j is no text", (image) => {
    expect(check("kubernetes:core/v1:Pod", { spec: pod(image) })).toEqual([
      "the reference is not a text (it: spec.containers[0].image). Name the image as <host>/<repository>@sha256:<64 hexadecimal digits>",
    ]);
  });

  test("containers that are no list, and empty ones, are left to the API server", () => {
    expect(check("kubernetes:core/v1:Pod", { spec: { containers: "none" } })).toEqual([]);
    expect(check("kubernetes:core/v1:Pod", {})).toEqual([]);
    expect(check("kubernetes:core/v1:Pod", { spec: { containers: [null, {}] } })).toEqual([]);
  });

  test("an operator's image in parts counts as a whole", () => {
    const properties = (image: Properties) => ({ spec: { image } });
    const type = "kubernetes:example.com/v1:Database";
    expect(check(type, properties({ repository: `${host}/iam/auth-service`, tag: "1.2.3" }))).toEqual([
      byTag("spec.image"),
    ]);
    expect(check(type, properties({ registry: host, repository: "iam/auth-service", digest }))).toEqual([]);
    expect(check(type, properties({ registry: host, name: "iam/auth-service", tag: "1.2.3" }))).toEqual([
      byTag("spec.image"),
    ]);
    const beside = { spec: { server: { repository: `${host}/iam/auth-service`, tag: "1.2.3" } } };
    expect(check(type, beside)).toEqual([byTag("spec.server")]);
  });

  test("an artifact that a proxy or a machine fetches is an image", () => {
    const filter = (url: string) =>
      check("kubernetes:extensions.istio.io/v1alpha1:WasmPlugin", { spec: { url } });
    expect(filter(`oci://${pinned}`)).toEqual([]);
    expect(filter(`oci://${tagged}`)).toEqual([byTag("spec.url")]);
  });

  test("what the runtime of a Web App is not known to be, is an image", () => {
    const site = (fx: string) => check("azure-native:web:WebApp", { siteConfig: { linuxFxVersion: fx } });
    expect(site(` DOCKER|${pinned}`)).toEqual([
      'malformed image reference " DOCKER|contosoprod.azurecr.io/iam/auth-service@sha256:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1": it does not begin with a lower-case registry host, such as example.azurecr.io/ (it: siteConfig.linuxFxVersion). Name the image as <host>/<repository>@sha256:<64 hexadecimal digits>',
    ]);
    expect(site(`NODE|${tagged}`)).toEqual([
      'malformed image reference "NODE|contosoprod.azurecr.io/iam/auth-service:1.2.3": it does not begin with a lower-case registry host, such as example.azurecr.io/ (it: siteConfig.linuxFxVersion). Name the image as <host>/<repository>@sha256:<64 hexadecimal digits>',
    ]);
  });
});

describe("airlock's own resources", () => {
  test.each(["ImageImport", "ImageLock", "ImageTag"])("%s names a digest", (kind) => {
    const type = `airlock:index:${kind}`;
    expect(check(type, { digest })).toEqual([]);
    expect(check(type, { digest: "1.2.3" })).toEqual([
      '"1.2.3" is not a digest (it: digest). Write "sha256:" and 64 lower-case hexadecimal digits',
    ]);
    expect(check(type, { digest: unknown })).toEqual([
      "the digest is not known before `pulumi up`, so nobody can review it (it: digest). Take it from the stack's configuration instead of a resource's output",
    ]);
    expect(check(type, {})).toEqual([
      'the digest is not a text (it: digest). Write "sha256:" and 64 lower-case hexadecimal digits',
    ]);
  });
});

test("ten thousand pods are judged in one go", () => {
  const findings = Array.from({ length: 10_000 }, (_, index) =>
    check("kubernetes:core/v1:Pod", { spec: pod(index % 2 === 0 ? pinned : tagged) }),
  );
  expect(findings.flat()).toHaveLength(5_000);
});
