import { isDeepStrictEqual } from "node:util";
import type { Properties } from "./properties";

/** A finding of `check`; the engine prints it with the resource and the property. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  /** The inputs that the engine keeps, with what `check` computed. */
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface State {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One resource type of the provider. Every operation converges when it is run again after being killed. */
export interface ResourceType {
  /** Properties whose change makes another resource. */
  readonly replaceOn: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Properties that are secret however they come: encrypted in the state, and never shown. */
  readonly secrets?: readonly string[];
  /** Runs for every resource in preview and again in up. @param olds inputs in the state; undefined for a new resource. */
  check(olds: Properties | undefined, news: Properties): Promise<Checked>;
  /** Outputs as a preview knows them. @param olds outputs in the state; undefined for a new resource. */
  preview(inputs: Properties, olds?: Properties): Properties;
  create(inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** Undefined when the resource is gone. */
  read(state: State): Promise<State | undefined>;
  update(news: Properties, olds: Properties): Promise<Properties>;
  delete(state: Properties): Promise<void>;
}

/** How one property differs. */
export interface PropertyChange {
  readonly property: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** Differences between two sets of inputs, by property. ARM ids differ only when more than their case does. */
export function changesBetween(
  olds: Properties,
  news: Properties,
  replaceOn: readonly string[],
): PropertyChange[] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort();
  return names
    .filter((name) => !isDeepStrictEqual(comparable(name, olds[name]), comparable(name, news[name])))
    .map((property) => ({
      property,
      kind: olds[property] === undefined ? "add" : news[property] === undefined ? "delete" : "update",
      replaces: replaceOn.includes(property),
    }));
}

function comparable(name: string, value: unknown): unknown {
  if (name === "registryId" && typeof value === "string") return value.toLowerCase();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, comparable(key, entry)]));
}
