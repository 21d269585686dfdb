export * from "./access-matrix";
export * from "./airlock-resources";
export * from "./environment-registry";
export * from "./pipeline-identity";
export type { PrivateNetworkArgs } from "./private-endpoint";
export * from "./promoted-image";
export type { RegistryNetworkArgs } from "./registry-properties";
export * from "./signing-vault";
