import { unknownCheckingProxy } from "@pulumi/policy";
import { packArgs, rules } from "../../../policies/pack";
import { readProperties } from "../../../policies/values";
import { referenceStack } from "../../../tools/docs/reference-stack";
import { askAbout, askAboutStack, isResourcePolicy, isStackPolicy } from "../../policies/support/engine-side";
import type { Benchmark } from "../benchmark";
import { bestOf } from "../statistics";
import { seconds } from "../units";

const count = 10_000;
const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const digest = `sha256:${"4f1c9a0de2b7c6d8".repeat(4)}`;
const tags = { project: "onestream", environment: "prod", owner: "platform_team", purpose: "bench" };

interface Registered {
  readonly type: string;
  readonly props: object;
}

const pod = (index: number): Registered => ({
  type: "kubernetes:core/v1:Pod",
  props: {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `pod-${index}`, labels: { app: "api" } },
    spec: {
      initContainers: [{ name: "init", image: `onestreamprod.azurecr.io/iam/init@${digest}` }],
      containers: ["api", "proxy"].map((name) => ({
        name,
        image: `onestreamprod.azurecr.io/iam/${name}@${digest}`,
        env: [{ name: "MODE", value: "prod" }],
        ports: [{ containerPort: 8080 }],
        resources: { requests: { cpu: "100m", memory: "128Mi" } },
      })),
    },
  },
});

const assignment = (index: number): Registered => ({
  type: "azure-native:authorization:RoleAssignment",
  props: {
    scope: `${subscription}/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod`,
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/b93aa761-3e63-49ed-ac28-beffa264f7ac`,
    principalId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    principalType: "ServicePrincipal",
  },
});

const group = (index: number): Registered => ({
  type: "azure-native:resources:ResourceGroup",
  props: { resourceGroupName: `group-${index}`, location: "eastus2", tags },
});

const storage = (index: number): Registered => ({
  type: "azure-native:storage:StorageAccount",
  props: {
    resourceGroupName: "onestream-prod-rg",
    accountName: `store${index}`,
    kind: "StorageV2",
    sku: { name: "Standard_ZRS" },
    tags,
  },
});

// A large stack: half of it runs images, and nobody has a thousand assignments that the matrix knows nothing of.
const kinds = [pod, storage, pod, group, pod, storage, pod, group, pod, assignment];

/** The rules in this process, as the policy SDK asks them, without the engine. */
export const pack: Benchmark = {
  name: "pack",
  title: "The policy pack on a large stack",
  measures:
    `${count} resources go through every policy of the pack, then the stack rules: half of them are pods with three images each, the ` +
    "others storage, groups and role assignments. And the same number of pods go through `image-require-digest` alone. In this " +
    "process, without the engine; the best of three, since whatever else runs only adds.",
  async run() {
    const mixed = Array.from({ length: count }, (_, index) => kinds[index % kinds.length](index));
    const pods = Array.from({ length: count }, (_, index) => pod(index));
    const whole = bestOf(3, () => wholePack(mixed)) / 1000;
    const reading = bestOf(3, () => readAll(pods)) / 1000;
    const digest = bestOf(3, () => digestRule(pods)) / 1000;
    const row = (what: string, taken: number) => [
      what,
      seconds(taken),
      `${((taken / count) * 1e6).toFixed(0)} µs`,
    ];
    return {
      claims: [{ what: `${count} pods, the rule on digests`, measured: digest, limit: 1, unit: "s" }],
      tables: [
        {
          columns: [`${count} resources`, "time", "a resource"],
          rows: [
            row(`the whole pack: ${rules.length + 1} policies`, whole),
            row("`image-require-digest`", digest),
            row("of that, reading the properties", reading),
          ],
        },
      ],
    };
  },
};

function wholePack(resources: readonly Registered[]): void {
  const stack = referenceStack();
  const { policies } = packArgs(() => stack);
  resources.forEach((resource, index) => {
    for (const policy of policies)
      if (isResourcePolicy(policy)) askAbout(policy, { ...resource, name: `it-${index}` });
  });
  for (const policy of policies) if (isStackPolicy(policy)) askAboutStack(policy);
}

function readAll(resources: readonly Registered[]): void {
  for (const { props } of resources) readProperties(unknownCheckingProxy(props));
}

function digestRule(resources: readonly Registered[]): void {
  const stack = referenceStack();
  const rule = rules.find(({ name }) => name === "image-require-digest");
  if (rule === undefined || !("check" in rule)) throw new Error("image-require-digest judges resources");
  for (const { type, props } of resources) {
    rule.check({ type, name: "it", properties: readProperties(unknownCheckingProxy(props)) }, stack, []);
  }
}
