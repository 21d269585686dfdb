export type { RegistryAuthority, RegistryOperation } from "./authority";
export { copyImage, type CopyTarget } from "./copy";
export { RegistryError } from "./errors";
export { registryHandler, type RegistryOptions } from "./handler";
export { sampleImage, type SampleImage } from "./sample-image";
export {
  RegistryStore,
  RegistryView,
  type ManifestWriteLock,
  type Referrer,
  type RepositoryView,
} from "./store";
