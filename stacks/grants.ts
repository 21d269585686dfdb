import type { AccessGrantArgs } from "../components";
import { expandMatrix, roleGuidFor, type CellGrant } from "../model/access/matrix";
import { settings } from "./settings";

/** What the matrix grants on one registry or on the vault, by identity and role. */
export function grantsOn(target: (grant: CellGrant["target"]) => boolean): {
  [key: string]: AccessGrantArgs;
} {
  const grants = expandMatrix(settings).filter((grant) => target(grant.target));
  return Object.fromEntries(
    grants.map(({ identity, role, condition }) => {
      const roleName = role.kind === "custom" ? role.key : role.name.toLowerCase().replaceAll(" ", "-");
      const roleGuid = roleGuidFor(role, settings.subscriptionId, settings.organization);
      return [`${identity}-${roleName}`, { identity, roleGuid, condition }];
    }),
  );
}
