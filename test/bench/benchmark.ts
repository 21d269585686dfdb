import type { World } from "./world";

/** A measured number, and how large it may be. */
export interface Claim {
  readonly what: string;
  readonly measured: number;
  readonly limit: number;
  /** `×` for a ratio, `s` for seconds. */
  readonly unit: "×" | "s";
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What one benchmark found. */
export interface Findings {
  readonly claims?: readonly Claim[];
  readonly tables: readonly Table[];
  /** Sentences under the tables. */
  readonly notes?: readonly string[];
}

/** What a benchmark works with. */
export interface Bench {
  /** The sandbox with its stacks; made when the first benchmark asks for it. */
  world(): Promise<World>;
  /** Says what is under way. */
  say(text: string): void;
  /** Try the benchmarks out: small sizes and few rounds, whose figures mean nothing. */
  readonly small: boolean;
}

export interface Benchmark {
  /** What `npm run bench -- <name>` calls it. */
  readonly name: string;
  readonly title: string;
  /** What is measured and how, as a paragraph. */
  readonly measures: string;
  run(bench: Bench): Promise<Findings>;
}
