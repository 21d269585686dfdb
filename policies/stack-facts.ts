import type { Settings } from "../model/config";
import {
  type Environment,
  environmentNamed,
  type RegistryOfEnvironment,
  registriesOn,
} from "../model/promotion-path";

/** What the rules know: all of it from the stack's configuration, nothing from what the program passes around. */
export interface StackFacts {
  readonly settings: Settings;
  /** The stack's own environment; other kinds of stack have none. */
  readonly environment?: Environment;
  /** What can't be judged is refused: in a protected environment, and in stacks on which all environments rest. */
  readonly strict: boolean;
  /** The day of the run, `YYYY-MM-DD` in UTC: exemptions end by it. */
  readonly today: string;
}

/** @throws UserError (2) when the stack's environment is not on the path. */
export function stackFacts(settings: Settings, today: string): StackFacts {
  if (settings.kind !== "environment") return { settings, strict: true, today };
  const environment = environmentNamed(settings.path, settings.environment ?? "");
  return { settings, environment, strict: environment.protected, today };
}

/** What levels and exemptions call a stack by: its environment, or `shared`. */
export function scopeOf({ settings, environment }: StackFacts): string {
  return environment?.name ?? settings.kind;
}

/** The registries into which nobody may push: all of the protected environments. */
export function protectedRegistries({ settings }: StackFacts): readonly RegistryOfEnvironment[] {
  return registriesOn(settings.path).filter((registry) => registry.protected);
}
