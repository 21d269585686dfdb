import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { addressOf } from "../kinds";
import { pluralOf } from "../object";

/** An object of Kubernetes, as it is applied. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: KubernetesObject & { readonly message?: string };
}

/** The objects in files of YAML, in their order. */
export function objectsIn(files: readonly string[]): KubernetesObject[] {
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8"))
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((object) => object !== null),
  );
}

/** Where objects of this one's kind are, in its namespace: `/apis/apps/v1/namespaces/iam/deployments`. */
export function folderOf({ apiVersion, kind, metadata: { namespace } }: KubernetesObject): string {
  // Of the kinds that are applied here none is irregular: nobody has to be asked for their names.
  const resource = { name: pluralOf(kind), kind, namespaced: namespace !== undefined };
  return addressOf({ apiVersion, kind, namespace, name: "" }, resource);
}
