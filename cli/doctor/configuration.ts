import { type ConfigValues, engineConfig, type Project, stackNames, stackValues } from "../project";
import type { SetupRow } from "./setup";

/** Bytes of one environment variable on Linux, in which the engine hands the program a stack's whole configuration. */
export const configurationLimit = 128 * 1024;
const scarce = 0.8;

/** Bytes that a stack's configuration takes of them. */
export function configurationSize(project: Pick<Project, "name">, values: ConfigValues): number {
  return Buffer.byteLength(`PULUMI_CONFIG=${JSON.stringify(engineConfig(project, values))}\0`);
}

/** Whether the engine can hand over every stack's configuration: beyond the limit it ends with `argument list too long`. */
export function configurationRow(project: Project): SetupRow {
  const sizes = stackNames(project).map((stack) => ({
    stack,
    bytes: configurationSize(project, stackValues(project, stack)),
  }));
  const largest = sizes.reduce((most, one) => (one.bytes > most.bytes ? one : most), { stack: "", bytes: 0 });
  const kilobytes = (bytes: number) => Math.ceil(bytes / 1024);
  const detail = `${largest.stack} takes ${kilobytes(largest.bytes)} KB of ${kilobytes(configurationLimit)} KB that the engine can hand over`;
  const name = "configuration";
  if (largest.bytes <= scarce * configurationLimit) return { name, status: "ok", detail };
  const fix = "Shorten the rollback windows (previous), or move a team's images to a project of its own";
  return { name, status: largest.bytes <= configurationLimit ? "warning" : "problem", detail, fix };
}
