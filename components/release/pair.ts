import type * as pulumi from "@pulumi/pulumi";
import type { ReleaseAccessArgs } from "./args";

/** What the resources of one pair of accounts have in common. */
export interface Pair {
  readonly name: string;
  readonly args: ReleaseAccessArgs;
  readonly gitHubAccount: string;
  readonly registryAccount: string;
  /** Whether the accounts can be used. */
  readonly open: boolean;
  readonly parent: pulumi.Resource;
  /** For what lets somebody in: it waits for whatever the component depends on. */
  readonly credential: pulumi.CustomResourceOptions;
  /** For what lets jobs of GitHub in: it waits besides until the GitHub environment is the stage's tag's alone. */
  readonly signIn: pulumi.CustomResourceOptions;
}
