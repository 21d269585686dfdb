import type { AccessGrantArgs, AccessPrincipalArgs } from "../components";
import { expandMatrix, roleGuidFor, type CellGrant } from "../model/access/matrix";
import { settings } from "./settings";

/** What the matrix grants on one target, by identity and role, and who these identities are. */
export function accessOn(
  isTarget: (target: CellGrant["target"]) => boolean,
  principals: { [identity: string]: AccessPrincipalArgs },
): { grants: { [key: string]: AccessGrantArgs }; principals: { [identity: string]: AccessPrincipalArgs } } {
  const cells = expandMatrix(settings).filter(({ target }) => isTarget(target));
  const grants = cells.map(({ identity, role, condition }) => {
    const roleName = role.kind === "custom" ? role.key : role.name.toLowerCase().replaceAll(" ", "-");
    const roleGuid = roleGuidFor(role, settings.subscriptionId, settings.organization);
    return [`${identity}-${roleName}`, { identity, roleGuid, condition }] as const;
  });
  return {
    grants: Object.fromEntries(grants),
    // These alone, so that a reviewer's preview names nobody else.
    principals: Object.fromEntries(cells.map(({ identity }) => [identity, principals[identity]])),
  };
}
