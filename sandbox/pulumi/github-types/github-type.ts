import type { Properties } from "../../azure/resource-type";
import type { CheckFailure } from "../handler";

/** One type of `github` in terms of the model. The guard stands before every write. */
export interface GitHubType {
  readonly token: string;
  readonly required: readonly string[];
  readonly replaceOn: readonly string[];
  readonly computed: readonly string[];
  /** Inputs that GitHub does not tell back. */
  readonly unread?: readonly string[];
  check?(inputs: Properties): CheckFailure[];
  idOf?(inputs: Properties): string;
  create(inputs: Properties): { id: string; outputs: Properties };
  read(id: string): Properties | undefined;
  update(id: string, inputs: Properties): Properties;
  remove(id: string): void;
}
