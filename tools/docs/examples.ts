import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { transformSync } from "@swc/core";
import { mockResource } from "../../cli/access/mocks";
import { scopeOf } from "../../model/settings";
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
  let options: Pick<Resource, "protect" | "ignoreChanges"> = {};
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        const { type, name } = args;
        const urn = `urn:pulumi:${scopeOf(settings)}::${settings.organization}::${type}::${name}`;
        const properties = readProperties(args.inputs as object);
        registered.push({ type, name, urn, properties, ...options, custom: args.custom !== false });
        const { id, outputs } = mockResource(args, settings.subscriptionId);
        return { id, state: outputs };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    settings.organization,
    scopeOf(settings),
    false,
  );
  readOptions((read) => (options = read));
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

interface Registration {
  getProtect(): boolean;
  getIgnorechangesList(): string[];
}

// Mocks are told of inputs alone: options are read where the request comes in, just before.
function readOptions(read: (options: Pick<Resource, "protect" | "ignoreChanges">) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Registration, callback: unknown): unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    read({ protect: request.getProtect(), ignoreChanges: request.getIgnorechangesList() });
    return register(request, callback);
  };
}

function load(module: string, settings: StackFacts["settings"]): unknown {
  if (module.endsWith("/stacks/settings")) return { settings };
  return standIn(module) ?? require(module.startsWith(".") ? join(examplesFolder, module) : module);
}
