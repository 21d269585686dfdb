import type { Attempt } from "./attempts";
import type { AzureCli } from "./azure-cli";

/** Rows of the Azure CLI's table: a command in words, those in quotes kept together. */
export function azureCliRows(cli: AzureCli) {
  return {
    /** One that works; `expected` is what it answers to a query of az's own. */
    row: (who: string, does: string, command: string, expected?: unknown): Attempt => ({
      who,
      does,
      attempt: async (as) => expect(await cli.az(as, ...words(command))).toEqual(expected),
    }),
    refusedRow: (who: string, does: string, command: string, refusal: string): Attempt => ({
      who,
      does,
      attempt: (as) => cli.az(as, ...words(command)),
      refusal,
    }),
  };
}

export function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

/** How Resource Manager refuses, as az shows it. */
export function unauthorized(who: string, action: string, scope: string): string {
  return `(AuthorizationFailed) The client '${who}' with object id '<id>' does not have authorization to perform action '${action}' over scope '${scope}'.`;
}
