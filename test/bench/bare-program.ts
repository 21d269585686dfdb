/** A resource as a stack's state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly inputs?: Record<string, unknown>;
  /** By what the program gave: what a provider computed is not in it. */
  readonly propertyDependencies?: Record<string, readonly string[]>;
  readonly outputs?: Record<string, unknown>;
  readonly parent?: string;
  readonly protect?: boolean;
}

const plugin = "airlock";

/**
 * The program that somebody would write without this library: the same resources with the same names, types, parents and
 * values, each written out. A run on the same stack finds everything unchanged.
 */
export function bareProgram(resources: readonly StateResource[]): string {
  const own = resources.filter(
    ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  );
  const variables = new Map(own.map(({ urn }, index) => [urn, `r${index}`]));
  const modules = [...new Set(own.filter(isAzure).map(({ type }) => moduleOf(type)))].sort();
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return [
    `import * as pulumi from "@pulumi/pulumi";`,
    ...modules.map((module) => `import * as ${module} from "@pulumi/azure-native/${module}";`),
    ...own.map((resource) => `const ${variables.get(resource.urn)} = ${construction(resource, variables)};`),
    `module.exports = ${JSON.stringify(stack?.outputs ?? {})};`,
    "",
  ].join("\n");
}

function construction(resource: StateResource, variables: ReadonlyMap<string, string>): string {
  const { type, urn, inputs = {}, propertyDependencies = {}, parent, protect } = resource;
  const name = JSON.stringify(urn.slice(urn.lastIndexOf("::") + 2));
  const of = parent === undefined ? undefined : variables.get(parent);
  const stated = [...(of === undefined ? [] : [`parent: ${of}`]), ...(protect ? ["protect: true"] : [])];
  const options = `{ ${stated.join(", ")} }`;
  const given = Object.keys(inputs).filter((input) => input in propertyDependencies);
  const values = JSON.stringify(Object.fromEntries(given.map((input) => [input, inputs[input]])));
  if (type === "pulumi:pulumi:StackReference") return `new pulumi.StackReference(${name})`;
  if (!resource.custom) return `new pulumi.ComponentResource("${type}", ${name}, ${values}, ${options})`;
  if (isAzure(resource)) return `new ${moduleOf(type)}.${type.split(":")[2]}(${name}, ${values}, ${options})`;
  if (type.startsWith(`${plugin}:`))
    return `new pulumi.CustomResource("${type}", ${name}, ${values}, ${options})`;
  throw new Error(`the bare program has no way to write ${type}`);
}

function isAzure({ type }: StateResource): boolean {
  return type.startsWith("azure-native:");
}

function moduleOf(type: string): string {
  return type.split(":")[1];
}
