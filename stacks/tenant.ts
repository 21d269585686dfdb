import * as pulumi from "@pulumi/pulumi";
import { settings } from "./settings";

/** The Entra tenant, of the stacks that can't do without it. */
export function requiredTenant(): string {
  if (settings.tenantId !== undefined) return settings.tenantId;
  throw new pulumi.RunError(
    `${pulumi.getProject()}:tenantId is missing (Pulumi.yaml). Put the GUID of the Entra tenant there: az account show --query tenantId`,
  );
}
