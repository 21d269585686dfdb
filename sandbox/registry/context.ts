import type { AccessControl } from "./access";
import type { RegistryStore } from "./store";

/** What every endpoint of one registry works with. */
export interface RegistryContext {
  readonly host: string;
  readonly store: RegistryStore;
  readonly access: AccessControl;
}
