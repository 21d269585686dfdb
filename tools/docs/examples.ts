import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { transformSync } from "@swc/core";
import { mockResource } from "../../cli/access/mocks";
import type { Resource } from "../../policies/rule";
import type { StackFacts } from "../../policies/stack-facts";
import { readProperties } from "../../policies/values";
import { standIn } from "./uninstalled";

/** Whether the policy lets the example pass. */
export type Outcome = "passes" | "fails";

export const examplesFolder = resolve(__dirname, "../../policies/examples");

/** File of an example. */
export function exampleFile(policy: string, outcome: Outcome): string {
  return join(examplesFolder, `${policy}.${outcome}.ts`);
}

/** An example's program, as it stands. */
export function exampleText(policy: string, outcome: Outcome): string {
  return readFileSync(exampleFile(policy, outcome), "utf8");
}

/** Runs an example under Pulumi's mocks, as a program of that stack: what it registers, in its order. */
export async function exampleResources(
  policy: string,
  outcome: Outcome,
  { settings }: StackFacts,
): Promise<Resource[]> {
  const registered: Resource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const request = args.registerRequest;
        registered.push({
          type: args.type,
          name: args.name,
          urn: `urn:pulumi:prod::${settings.organization}::${args.type}::${args.name}`,
          properties: readProperties(args.inputs as object),
          protect: request?.getProtect() ?? false,
          ignoreChanges: request?.getIgnorechangesList() ?? [],
          custom: args.custom !== false,
        });
        const { id, outputs } = mockResource(args, settings.subscriptionId);
        return { id, state: outputs };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    settings.organization,
    settings.environment ?? settings.kind,
    false,
  );
  const { code } = transformSync(exampleText(policy, outcome), {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  // A program is loaded with modules of ours in the place of some: this is what evaluates it.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function("require", "exports", code) as (load: unknown, exports: object) => void;
  run((module: string) => load(module, settings), {});
  await pulumi.runtime.disconnect();
  return registered;
}

function load(module: string, settings: StackFacts["settings"]): unknown {
  if (module.endsWith("/stacks/settings")) return { settings };
  return standIn(module) ?? require(module.startsWith(".") ? join(examplesFolder, module) : module);
}
