import type * as pulumi from "@pulumi/pulumi";
import type { AccessPrincipalArgs } from "../components";
import { settings } from "./settings";

/** Object ids as the matrix's component wants them: with the kind that Entra ID knows. */
export function principalsOf(objectIds: { [identity: string]: pulumi.Input<string> }): {
  [identity: string]: AccessPrincipalArgs;
} {
  return Object.fromEntries(
    Object.entries(objectIds).map(([identity, objectId]) => {
      const principalType = settings.identities[identity].kind === "group" ? "Group" : "ServicePrincipal";
      return [identity, { objectId, principalType }];
    }),
  );
}
