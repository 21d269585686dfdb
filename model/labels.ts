import { printable } from "./printable";
import { shown } from "./signing/registry-reader";

/**
 * What an image says of itself, by the name of the label: OCI's own, and two of airlock's for an image that is built for one
 * environment, or one registry, and for no other. They are part of the image's configuration, and so of its digest.
 */
export const labelNames = {
  source: "org.opencontainers.image.source",
  revision: "org.opencontainers.image.revision",
  version: "org.opencontainers.image.version",
  created: "org.opencontainers.image.created",
  environment: "dev.airlock.environment",
  registry: "dev.airlock.registry",
} as const;

export type LabelName = keyof typeof labelNames;

/** The labels that are there. Where platforms of one image differ, all that they say, with commas between. */
export type ImageLabels = { readonly [Name in LabelName]?: string };

/** Where an image is about to be. */
export interface Destination {
  readonly environment: string;
  /** Login server. */
  readonly registry: string;
}

const names = Object.keys(labelNames) as LabelName[];
/** What binds an image; wherever it stands it counts. */
const bonds = ["environment", "registry"] as const;
const longest = 300;

/**
 * Reads the labels out of what a registry answered.
 * @param labels of each platform's configuration.
 * @param annotations of the manifests; they speak where no label does.
 */
export function readLabels(labels: readonly unknown[], annotations: readonly unknown[]): ImageLabels {
  return Object.fromEntries(
    names.flatMap((name) => {
      const baked = valuesOf(name, labels);
      const binds = (bonds as readonly string[]).includes(name);
      const said = baked.length > 0 && !binds ? baked : [...baked, ...valuesOf(name, annotations)];
      return said.length === 0 ? [] : [[name, [...new Set(said)].join(", ")]];
    }),
  );
}

/** Why an image can't be where it is going; the rest of a sentence that begins with the image. A label that is missing binds nothing. */
export function bondProblem(labels: ImageLabels, destination: Destination): string | undefined {
  const broken = bonds.find((name) => labels[name] !== undefined && labels[name] !== destination[name]);
  if (broken === undefined) return undefined;
  const where = destination[broken];
  const kind = broken === "registry" ? "the registry " : "";
  return `is built for ${kind}${JSON.stringify(labels[broken])} (label ${labelNames[broken]}) and can't enter ${where}: build it for ${where}, or without the label where one build goes all the way`;
}

function valuesOf(name: LabelName, places: readonly unknown[]): string[] {
  return places.flatMap((place) => {
    const value = isObject(place) ? place[labelNames[name]] : undefined;
    return value === undefined || value === null ? [] : [labelText(name, shown(value))];
  });
}

// Whoever built the image wrote this, and it goes into the state: a repository's address may hold a token.
function labelText(name: LabelName, value: string): string {
  const text = name === "source" ? value.replace(/\/\/[^/]*@/g, "//") : value;
  return printable(text.slice(0, longest));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
