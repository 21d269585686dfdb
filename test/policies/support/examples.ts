import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "@swc/core";
import type { Resource } from "../../../policies/rule";
import { type Properties } from "../../../policies/values";
import { publicKey } from "./stacks";

export interface Example {
  readonly resources: readonly Resource[];
  /** The message that the page promises after the code. */
  readonly message?: string;
}

/** The text of a policy's page. */
export function page(policy: string): string {
  return readFileSync(join(__dirname, "../../../docs/policies", `${policy}.md`), "utf8");
}

/** The TypeScript block under a heading of a page, run against resources that only record themselves. */
export function example(policy: string, heading: string): Example {
  const block = new RegExp(`^## ${heading}$[^]*?^\`\`\`ts\n([^]*?)^\`\`\`$`, "m").exec(page(policy));
  if (!block) throw new Error(`docs/policies/${policy}.md has no TypeScript under "${heading}"`);
  const { code } = transformSync(block[1], {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  const resources: Resource[] = [];
  const load = (module: string): unknown => loaded(module, resources);
  new Function("require", "exports", code)(load, {});
  return { resources, message: expected(block.index, policy) };
}

function expected(from: number, policy: string): string | undefined {
  return /^```text\n([^]*?)\n```$/m.exec(page(policy).slice(from))?.[1];
}

// `@pulumi/azure-native/authorization` + RoleAssignment → azure-native:authorization:RoleAssignment.
function loaded(module: string, resources: Resource[]): unknown {
  if (module.startsWith("../model/")) return require(join("../../..", module.slice(3)));
  if (module === "../stacks/settings") return { settings: { signing: { publicKey } } };
  if (module === "../components/airlock-resources") return recorder("airlock:index", resources);
  const [provider, ...path] = module.slice("@pulumi/".length).split("/");
  return recorder(`${provider}:${path.join("/")}`, resources);
}

function recorder(prefix: string, resources: Resource[]): object {
  return new Proxy(
    { __esModule: true },
    {
      get: (target, kind) =>
        kind in target
          ? Reflect.get(target, kind)
          : class {
              constructor(name: string, properties: Properties) {
                resources.push({ type: `${prefix}:${String(kind)}`, name, properties });
              }
            },
    },
  );
}
