import { badRequest } from "./arm-error";

/** Body of `importImage`, API 2025-11-01. */
export interface ImportImageParameters {
  readonly source: {
    readonly resourceId?: string;
    readonly registryUri?: string;
    readonly credentials?: { readonly username?: string; readonly password: string };
    readonly sourceImage: string;
  };
  readonly targetTags?: readonly string[];
  readonly untaggedTargetRepositories?: readonly string[];
  readonly mode?: "NoForce" | "Force";
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the body of an import; null is how clients leave a property out. @throws ArmError 400 InvalidParameters */
export function importParameters(body: Json): ImportImageParameters {
  const source = objectAt(body, "source");
  if (!source) throw invalid("The import has no source.");
  const credentials = objectAt(source, "credentials");
  const mode = textAt(body, "mode");
  if (mode !== undefined && mode !== "NoForce" && mode !== "Force")
    throw invalid(`The mode '${mode}' is not NoForce or Force.`);
  return {
    source: {
      resourceId: textAt(source, "resourceId"),
      registryUri: textAt(source, "registryUri"),
      ...(credentials && {
        credentials: {
          username: textAt(credentials, "username"),
          password: textAt(credentials, "password") ?? "",
        },
      }),
      sourceImage: textAt(source, "sourceImage") ?? "",
    },
    targetTags: textsAt(body, "targetTags"),
    untaggedTargetRepositories: textsAt(body, "untaggedTargetRepositories"),
    ...(mode && { mode }),
  };
}

function objectAt(body: Json, key: string): Json | undefined {
  const value = at(body, key);
  if (value === undefined) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(`'${key}' is not an object.`);
  return value as Json;
}

function textAt(body: Json, key: string): string | undefined {
  const value = at(body, key);
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`'${key}' is not a string.`);
}

function textsAt(body: Json, key: string): string[] {
  const value = at(body, key) ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw invalid(`'${key}' is not a list of strings.`);
}

const at = (body: Json, key: string): unknown =>
  Object.hasOwn(body, key) ? (body[key] ?? undefined) : undefined;
const invalid = (text: string) => badRequest("InvalidParameters", text);
