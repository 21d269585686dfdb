import { nearest } from "../../model/config/nearest";
import type { Properties } from "../azure/resource-type";
import { loaderOf } from "./es-packages";
import { watched } from "./watched";

/** A field that an object's schema refuses. */
export interface WrongField {
  /** `spec.template.spec.containers[0].image`. */
  readonly path: string;
  readonly reason: string;
}

/** The packages that hold the published schemas, each by a file for a kind: `apps/v1/Deployment.js`. */
const packages = ["kubernetes-models", "@kubernetes-models/argo-rollouts", "@kubernetes-models/istio"];

interface Problem {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Properties;
  readonly message?: string;
}

/** A class of these packages. Its validator was compiled from the schema. */
interface Model {
  readonly prototype: { validate(this: unknown): void };
}

const models = new Map<string, Model | undefined>();

/** Whether a schema of the kind is published. */
export function hasSchema(apiVersion: string, kind: string): boolean {
  return modelOf(apiVersion, kind) !== undefined;
}

/**
 * What the kind's schema refuses in an object; nothing for a kind without one.
 * @param isUnknown whether a value is not known yet, and stands for one that will do
 */
export function wrongFields(
  object: { readonly apiVersion: string; readonly kind: string },
  isUnknown: (value: unknown) => boolean,
): WrongField[] {
  const model = modelOf(object.apiVersion, object.kind);
  if (!model) return [];
  const { value, unread } = watched(object);
  const refused = problemsOf(model, value).filter(({ instancePath }) => !isUnknown(at(object, instancePath)));
  return [
    ...refused.map((problem) => ({ path: written(problem.instancePath), reason: reasonOf(problem, object) })),
    ...unread().map(({ pointer, known }) => ({
      path: written(pointer),
      reason: noSuchField(object.kind, lastStep(pointer), known),
    })),
  ];
}

function problemsOf(model: Model, value: unknown): readonly Problem[] {
  try {
    model.prototype.validate.call(value);
    return [];
  } catch (error) {
    const { errors } = error as { errors?: readonly Problem[] };
    if (!errors) throw error;
    return errors;
  }
}

function reasonOf({ keyword, params, message, instancePath }: Problem, object: unknown): string {
  const found = at(object, instancePath);
  switch (keyword) {
    case "required":
      return `the field '${String(params.missingProperty)}' is missing`;
    case "type":
      return `expected ${String(params.type)}, and it is ${JSON.stringify(found)}`;
    case "enum":
      return `expected one of ${(params.allowedValues as unknown[]).join(", ")}, and it is ${JSON.stringify(found)}`;
    default:
      return `${JSON.stringify(found)} ${message ?? `breaks its rule '${keyword}'`}`;
  }
}

function noSuchField(kind: string, field: string, known: readonly string[]): string {
  const close = nearest(field, known);
  const expected = close === undefined ? `expected one of ${known.join(", ")}` : `did you mean '${close}'?`;
  return `${kind} has no field '${field}' here; ${expected}`;
}

function modelOf(apiVersion: string, kind: string): Model | undefined {
  const key = `${apiVersion}/${kind}`;
  if (!models.has(key)) models.set(key, load(apiVersion, kind));
  return models.get(key);
}

function load(apiVersion: string, kind: string): Model | undefined {
  // Both come from a program: they must not lead out of the package.
  if (!/^([a-z0-9.-]+\/)?v[a-z0-9]+$/.test(apiVersion) || !/^[A-Za-z0-9]+$/.test(kind)) return undefined;
  for (const name of packages) {
    try {
      return (loaderOf(name)(`./${apiVersion}/${kind}.js`) as Record<string, Model>)[kind];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function lastStep(pointer: string): string {
  return stepsOf(pointer).at(-1)!;
}

/** `/spec/containers/0/image` as `spec.containers[0].image`. */
function written(pointer: string): string {
  return stepsOf(pointer)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : /^[\w$-]+$/.test(step) ? `.${step}` : `["${step}"]`))
    .join("")
    .replace(/^\./, "");
}

/** The value at a path, or the one above it that has no such part. */
function at(object: unknown, pointer: string): unknown {
  let value = object;
  for (const step of stepsOf(pointer)) {
    if (typeof value !== "object" || value === null) return value;
    value = (value as Properties)[step];
  }
  return value;
}
