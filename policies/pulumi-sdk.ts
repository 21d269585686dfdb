// What the policy SDK uses of Pulumi's SDK. In the pack's bundle it stands for the whole, which takes long to load.
export * as asset from "@pulumi/pulumi/asset";
export { Output } from "@pulumi/pulumi/output";
