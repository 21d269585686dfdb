import type { AccessControl } from "./access";
import type { RegistryStore, RegistryView } from "./store";

/** What every endpoint of one registry works with. */
export interface RegistryContext {
  readonly host: string;
  /** Where it writes. */
  readonly store: RegistryStore;
  /** What it reads: the same, but where the login server is behind. */
  readonly shown: RegistryView;
  readonly access: AccessControl;
}
