import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../model/errors";

/** What `make` returns; what it refuses becomes an error of the component. @param label by which errors call it */
export function refusing<T>(component: pulumi.Resource, label: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new pulumi.ResourceError(`${label}: ${error.message}`, component);
  }
}
