import { Command } from "commander";
import type { Context } from "../context";
import { wrongUsage } from "../wrong-usage";

/** Adds one command to the program. */
export type Register = (program: Command, context: Context) => void;

/** Options that several commands share. */
export const cwdOption = [
  "--cwd <folder>",
  "the project's folder (default: the nearest Pulumi.yaml upwards)",
] as const;
export const jsonOption = ["--json", "print JSON"] as const;
export const replaceOption = [
  "--replace",
  "the image that stands there was never carried out: don't keep it for a rollback",
] as const;
export const pocOption = ["--poc", "in the proof of concept, whose environments stand in one file"] as const;
export const dryRunOption = ["--dry-run", "show the change of the stack file and write nothing"] as const;

/**
 * Of these options one may be given.
 * @param options by the flag, as `--json`; what is undefined or false was not given
 * @throws UserError (2) that names those that were
 */
export function refuseTogether(options: Readonly<Record<string, string | boolean | undefined>>): void {
  const given = Object.keys(options).filter((flag) => options[flag] !== undefined && options[flag] !== false);
  if (given.length > 1) throw wrongUsage(`${given.join(" and ")} exclude each other`);
}
