import type { Resource } from "../../../policies/rule";
import { corpus } from "../../policies/corpus";

/** One case of the hostile corpus, as a program of the reference project. */
export interface Sample {
  readonly name: string;
  /** The policies that refuse it. */
  readonly refusedBy?: readonly string[];
  readonly resources: readonly Resource[];
}

/** Packages that the engine is given here. */
const packages = /^(?:azure-native|azuread|kubernetes|airlock)[:_]/;

/**
 * Cases of prod, spread over the corpus: half of them refused, half of them not. What depends on the corpus' own project
 * (its key, its custom roles) or on values that nobody knows yet stays with the rules' own tests.
 */
export function corpusSample(ofEach: number): Sample[] {
  const portable = corpus.flatMap(({ name, stack, resources, refusedBy, whole }, number): Sample[] => {
    const text = JSON.stringify(resources, (_key, value: unknown) => {
      if (typeof value === "symbol") return "<unknown>";
      return value;
    });
    // A registry by itself lacks its logs, and a whole program is judged here.
    const own = /<unknown>|BEGIN PUBLIC KEY|roleDefinitions|"registries"/.test(text);
    if (stack !== "prod" || whole || own || !resources.every(({ type }) => packages.test(type))) return [];
    const moved = JSON.parse(text.replaceAll("contoso", "onestream")) as Resource[];
    const policies = refusedBy && Object.keys(refusedBy);
    return [
      {
        name,
        refusedBy: policies,
        resources: moved.map((one) => ({ ...one, name: `${one.name}-${number}` })),
      },
    ];
  });
  const spread = (cases: readonly Sample[]) =>
    cases.filter((_, index) => index % Math.floor(cases.length / ofEach) === 0).slice(0, ofEach);
  return [
    ...spread(portable.filter(({ refusedBy }) => refusedBy !== undefined)),
    ...spread(portable.filter(({ refusedBy }) => refusedBy === undefined)),
  ];
}

/** A program that registers these resources and nothing else. */
export function programOf(samples: readonly Sample[]): string {
  const lines = samples.flatMap(({ resources }) =>
    resources.map(({ type, name, properties, protect = false }) => {
      const args = [type, name, properties, { protect }].map((value) => JSON.stringify(value));
      return `new CustomResource(${args.join(", ")});\n`;
    }),
  );
  return `import { CustomResource } from "@pulumi/pulumi";\n${lines.join("")}`;
}
