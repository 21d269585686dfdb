import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "../support/sandbox";

export const folder = join(checkout, "delivery/github");

export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** A file of the folder, as it stands and as it is read. */
export interface File<T> {
  readonly name: string;
  readonly text: string;
  readonly content: T;
}

function read<T>(name: string): File<T> {
  const text = readFileSync(join(folder, name), "utf8");
  return { name, text, content: parse(text) as T };
}

export const workflows = readdirSync(join(folder, "workflows")).map((name) =>
  read<Workflow>(`workflows/${name}`),
);
export const actions = readdirSync(join(folder, "actions")).map((name) =>
  read<{ runs: { steps: Step[] } }>(`actions/${name}/action.yml`),
);

/** Every job with where it stands. */
export const jobs = workflows.flatMap(({ name, content }) =>
  Object.entries(content.jobs).map(([job, one]) => ({ where: `${name}: ${job}`, ...one })),
);

/** Every step, those of the actions included. */
export const steps = [
  ...jobs.flatMap(({ where, steps: own }) => own.map((step) => ({ where, ...step }))),
  ...actions.flatMap(({ name, content }) => content.runs.steps.map((step) => ({ where: name, ...step }))),
];
