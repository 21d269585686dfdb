import type { Properties } from "../../azure/resource-type";

/** One type of `azuread` in terms of the directory. The guard stands before every write. */
export interface DirectoryType {
  readonly token: string;
  readonly required: readonly string[];
  readonly replaceOn: readonly string[];
  readonly computed: readonly string[];
  create(inputs: Properties): { id: string; outputs: Properties };
  read(id: string): Properties | undefined;
  update?(id: string, inputs: Properties): Properties;
  /** Object id behind the Pulumi id. */
  objectOf(id: string): string;
}

/** Object id at the end of a Pulumi id. */
export const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1).toLowerCase();

export const without = (properties: Properties, ...names: string[]): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
