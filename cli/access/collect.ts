// Runs a project's stacks under Pulumi's mocks, in a process of its own: the program is loaded as the engine would load it.
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { REGISTER_INSTANCE } from "ts-node";
import type { RegisteredResource } from "../../model/access/from-resources";
import { mockResource } from "./mocks";

/** What the child process is asked, over IPC. */
export interface CollectRequest {
  /** Folder of the project. */
  readonly directory: string;
  /** `main` of the project. */
  readonly main: string;
  readonly project: string;
  readonly organization: string;
  /** In the order of running: a stack may refer to those before it. */
  readonly stacks: readonly CollectStack[];
}

export interface CollectStack {
  readonly name: string;
  readonly subscriptionId: string;
  /** Configuration by full key, structured values as JSON. */
  readonly config: Record<string, string>;
}

/** Its answer: the resources of each stack, or the stack that failed. */
export type CollectReply =
  | { readonly resources: Readonly<Record<string, RegisteredResource[]>> }
  | { readonly failed: { readonly stack: string; readonly message: string } };

async function collect(request: CollectRequest): Promise<CollectReply> {
  // The program's own copy of the SDK, since mocks are global state of that module.
  const load = createRequire(join(request.directory, request.main, "index.ts"));
  const pulumi = load("@pulumi/pulumi") as typeof Pulumi;
  const resources: Record<string, RegisteredResource[]> = {};
  const outputs: Record<string, unknown> = {};
  for (const stack of request.stacks) {
    try {
      const own = (resources[stack.name] = []);
      outputs[stack.name] = await runStack(pulumi, load, request, stack, own, outputs);
    } catch (error) {
      return {
        failed: { stack: stack.name, message: error instanceof Error ? error.message : String(error) },
      };
    }
  }
  return { resources };
}

async function runStack(
  pulumi: typeof Pulumi,
  load: NodeJS.Require,
  request: CollectRequest,
  stack: CollectStack,
  resources: RegisteredResource[],
  outputs: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const mocks: Pulumi.runtime.Mocks = {
    newResource: (registration) => {
      if (registration.type === "pulumi:pulumi:StackReference") {
        const name = String((registration.inputs as { name: unknown }).name);
        const referenced = outputs[name.slice(name.lastIndexOf("/") + 1)] ?? {};
        return { id: name, state: { name, outputs: referenced, secretOutputNames: [] } };
      }
      const resource = mockResource(registration, stack.subscriptionId);
      if (registration.custom !== false) resources.push(resource);
      return { id: resource.id, state: resource.outputs };
    },
    call: ({ inputs }) => inputs as Record<string, unknown>,
  };
  await pulumi.runtime.setMocks(mocks, request.project, stack.name, false, request.organization);
  pulumi.runtime.setAllConfig(stack.config);
  const main = join(request.directory, request.main);
  forgetProgram();
  let exported: unknown;
  await pulumi.runtime.runInPulumiStack(async () => {
    const program: unknown = load(main);
    exported = typeof program === "function" ? await (program as () => unknown)() : program;
    return exported as Record<string, unknown>;
  });
  await pulumi.runtime.disconnect();
  return settled(pulumi, exported);
}

/** The stacks run most of the same modules: one whose text is the same is transpiled once. */
function transpileOnce(): void {
  const service = process[REGISTER_INSTANCE];
  if (service === undefined) return;
  const transpile = service.compile.bind(service);
  const known = new Map<string, { readonly text: string; readonly program: string }>();
  service.compile = (text, file, line) => {
    let entry = known.get(file);
    if (entry?.text !== text) known.set(file, (entry = { text, program: transpile(text, file, line) }));
    return entry.program;
  };
}

// Each stack runs the program's modules anew; packages stay loaded.
function forgetProgram(): void {
  for (const file of Object.keys(require.cache)) {
    if (!file.includes(`${sep}node_modules${sep}`)) delete require.cache[file];
  }
}

function settled(pulumi: typeof Pulumi, exported: unknown): Promise<unknown> {
  const plain: unknown = exported !== null && typeof exported === "object" ? { ...exported } : exported;
  return new Promise((resolve) => {
    (pulumi.output(plain) as Pulumi.Output<unknown>).apply(resolve);
  });
}

transpileOnce();
process.once("message", (request: CollectRequest) => {
  void collect(request).then((reply) => process.send?.(reply, () => process.exit(0)));
});
