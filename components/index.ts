export * from "./access-matrix";
export * from "./environment-registry";
export * from "./pipeline-identity";
export * from "./promoted-image";
export * from "./signing-vault";
