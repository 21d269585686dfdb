import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parse } from "yaml";
import { checkout } from "../../support/sandbox";

export const folder = join(checkout, "delivery/azure-pipelines");
export const templatesFolder = "poc-pipeline-templates";
export const serviceFolder = "iam-service-poc";

export interface Step {
  readonly task?: string;
  readonly bash?: string;
  readonly checkout?: string;
  readonly template?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly default?: unknown;
}

export interface Job {
  readonly environment?: string;
  readonly pool: { readonly name: string };
  readonly steps: readonly Step[];
}

interface Content {
  readonly parameters?: readonly Parameter[];
  readonly steps?: readonly Step[];
  readonly stages?: readonly object[];
  readonly extends?: Step;
  readonly [key: string]: unknown;
}

export interface File {
  /** Within delivery/azure-pipelines. */
  readonly name: string;
  readonly text: string;
  readonly content: Content;
}

const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith(".yml"));
export const files: readonly File[] = names.sort().map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  return { name, text, content: parse(text) as Content };
});
export const pipelines = files.filter(({ name }) => name.startsWith(serviceFolder));
export const templates = files.filter(({ name }) => name.startsWith(templatesFolder));

export const fileNamed = (name: string) => files.find((one) => one.name === name)!;

/** Jobs of a file, with the condition that their stage is under. */
export function jobsOf({ content }: File): { stage: string; condition?: string; name: string; job: Job }[] {
  return (content.stages ?? []).flatMap((stage) => {
    const [key] = Object.keys(stage);
    const stages = key.startsWith("${{ if") ? (Object.values(stage) as object[][])[0] : [stage];
    return (stages as { stage: string; jobs: Record<string, any>[] }[]).flatMap(({ stage: name, jobs }) =>
      jobs.map((job) => ({
        stage: name,
        ...(key.startsWith("${{ if") && { condition: key }),
        name: (job.job ?? job.deployment) as string,
        job: {
          environment: job.environment as string | undefined,
          pool: job.pool as Job["pool"],
          steps: (job.steps ?? job.strategy.runOnce.deploy.steps) as Step[],
        },
      })),
    );
  });
}

/** Every step of every template, with the file that it stands in. */
export const steps = templates.flatMap((file) =>
  [...(file.content.steps ?? []), ...jobsOf(file).flatMap(({ job }) => job.steps)].map((step) => ({
    where: file.name,
    ...step,
  })),
);

/** Where a template is called, with the file that is called. */
export const calls = [
  ...steps.flatMap(({ where, template, parameters }) =>
    template === undefined
      ? []
      : [{ where, called: normalize(join(dirname(where), template)), given: parameters ?? {} }],
  ),
  ...pipelines.map(({ name, content }) => ({
    where: name,
    called: join(templatesFolder, content.extends!.template!.replace(/@templates$/, "")),
    given: content.extends!.parameters ?? {},
  })),
];

/** What runs as a script: a step of its own, or what is handed to the step that signs in. */
export const scripts = steps.flatMap(({ where, bash, inputs, parameters, env }) => {
  const signedIn = typeof parameters?.script === "string" ? parameters.script : undefined;
  const script = bash ?? signedIn ?? (inputs?.inlineScript as string | undefined);
  const variables = (env ?? parameters?.env ?? {}) as Record<string, string>;
  return script === undefined ? [] : [{ where, script, variables, signedIn: signedIn !== undefined }];
});

/** What the agent runs for the script that has these words: what signs in goes before it. */
export function scriptWith(words: string): string {
  const { script, signedIn } = scripts.find((one) => one.script.includes(words))!;
  const [{ inputs }] = fileNamed(join(templatesFolder, "steps/azure.yml")).content.steps!;
  return signedIn ? String(inputs!.inlineScript).replace("${{ parameters.script }}", () => script) : script;
}
