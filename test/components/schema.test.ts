import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Analyzer, type AnalyzeResult } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import * as components from "../../components";

jest.setTimeout(300_000);

const checkout = resolve(__dirname, "../..");
const names = Object.entries<unknown>(components)
  .filter(([, value]) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource)
  .map(([name]) => name);
const folder = mkdtempSync(join(tmpdir(), "airlock-schema-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Pulumi's own inference, which makes the library usable from Python, Go, C#, Java and YAML.
function infer(entry: string, classes: readonly string[]): AnalyzeResult {
  const configuration = {
    extends: join(checkout, "tsconfig.json"),
    compilerOptions: { types: [] },
    include: [],
    files: [entry],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  return new Analyzer(folder, "airlock", { main: entry }, new Set(classes)).analyze();
}

test("every component can be used from every language that Pulumi speaks", () => {
  const inferred = infer(join(checkout, "components/index.ts"), names);
  const { resources, types } = generateSchema(
    "airlock",
    "0.0.0",
    "",
    inferred.components,
    inferred.typeDefinitions,
    inferred.dependencies,
  );
  expect(Object.keys(resources)).toEqual(names.map((name) => `airlock:index:${name}`).sort());
  const properties = [
    ...Object.values(resources).flatMap((resource) => [
      ...Object.entries(resource.inputProperties ?? {}),
      ...Object.entries(resource.properties ?? {}),
    ]),
    ...Object.values(types).flatMap((type) => Object.entries(type.properties ?? {})),
  ];
  // An argument of any type passes the inference, and says nothing to whoever fills it in.
  expect(properties.filter(([, property]) => JSON.stringify(property).includes("pulumi.json#/Any"))).toEqual(
    [],
  );
  expect(properties.filter(([, { description }]) => !description).map(([name]) => name)).toEqual([]);
});

test("an argument that other languages can't express is found", () => {
  const entry = join(folder, "index.ts");
  writeFileSync(
    entry,
    `import * as pulumi from "${checkout}/node_modules/@pulumi/pulumi";
    export interface PickyArgs { accepts: (image: string) => boolean }
    export class Picky extends pulumi.ComponentResource {
      constructor(name: string, args: PickyArgs) { super("airlock:index:Picky", name, args); }
    }`,
  );
  expect(() => infer(entry, ["Picky"])).toThrow(
    "Unsupported type for component 'Picky' property 'PickyArgs.accepts': type '(image: string) => boolean'",
  );
});
