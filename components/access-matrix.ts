import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { assignmentName } from "../model/access/names";
import { roleDefinitionId } from "../model/access/roles";
import { refusalOf } from "../model/proof";
import { withoutTraces } from "./without-traces";

/** One filled cell: an identity holds a role. */
export interface AccessGrantArgs {
  /** Identity, by its name in the matrix. */
  identity: string;
  /** GUID of the role definition. */
  roleGuid: string;
  /** Narrows the role to repositories, in Azure's language of conditions (version 2.0). */
  condition?: string;
}

/** Who an identity is in Entra ID. */
export interface AccessPrincipalArgs {
  /** Object id of the service principal or group (never the client id). */
  objectId: pulumi.Input<string>;
  /** `ServicePrincipal` or `Group`: Azure looks a new principal up by it. */
  principalType: string;
}

export interface AccessMatrixArgs {
  /** Subscription that role definitions are named in. */
  subscriptionId: string;
  /** ARM id of what the roles are assigned on: a registry, a vault, a resource group. */
  scope: pulumi.Input<string>;
  /** The registry's permission mode, `abac` or `rbac`; left out for anything else. */
  permissionMode?: string;
  /** The filled cells, by a stable key. */
  grants: { [key: string]: AccessGrantArgs };
  /** Every identity that a grant names. */
  principals: { [identity: string]: AccessPrincipalArgs };
}

/** The role assignments of one scope: one a filled cell, and none besides. */
export class AccessMatrix extends pulumi.ComponentResource {
  constructor(name: string, args: AccessMatrixArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:AccessMatrix", name, args, opts);
    const refuse = (why: string) => new pulumi.ResourceError(`AccessMatrix "${name}": ${why}`, this);
    const mode = args.permissionMode;
    if (mode !== undefined && mode !== "abac" && mode !== "rbac") {
      throw refuse(`permissionMode is ${mode}; expected abac or rbac`);
    }
    for (const [key, { identity }] of Object.entries(args.grants)) {
      if (args.principals[identity] === undefined)
        throw refuse(`grants.${key} names ${identity}, who is not among the principals`);
    }
    const assignments = Object.entries(args.grants).map(([key, { identity, roleGuid, condition }]) => ({
      where: `grants.${key}`,
      principal: identity,
      roleGuid: roleGuid.toLowerCase(),
      condition: condition ?? null,
    }));
    const refusal = refusalOf({ environments: [{ name, mode, assignments }] });
    if (refusal !== undefined) throw refuse(refusal);

    withoutTraces(() => this.registerAssignments(name, args, opts?.dependsOn));
    this.registerOutputs({});
  }

  private registerAssignments(
    name: string,
    args: AccessMatrixArgs,
    dependsOn: pulumi.ComponentResourceOptions["dependsOn"],
  ): void {
    for (const key of Object.keys(args.grants).sort()) {
      const { identity, roleGuid, condition } = args.grants[key];
      const principal = args.principals[identity];
      const roleId = roleDefinitionId(args.subscriptionId, roleGuid);
      new authorization.RoleAssignment(
        `${name}-${key}`,
        {
          roleAssignmentName: pulumi
            .all([args.scope, principal.objectId])
            .apply(([scope, objectId]) => assignmentName(scope, objectId, roleId)),
          scope: args.scope,
          principalId: principal.objectId,
          principalType: principal.principalType,
          roleDefinitionId: roleId,
          ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
        },
        // Azure allows one assignment of a role to a principal on a scope, so the old one has to go first. What the component
        // depends on, such as a role's definition, outlives its assignments.
        { parent: this, deleteBeforeReplace: true, dependsOn },
      );
    }
  }
}
