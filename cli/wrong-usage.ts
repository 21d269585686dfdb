import { UserError } from "../model/errors";

/** A usage error: exit 2. */
export function wrongUsage(what: string, fix?: string): UserError {
  return new UserError({ what, fix, exitCode: 2 });
}
