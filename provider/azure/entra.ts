import type { TokenCredential } from "@azure/core-auth";
import type { Entra } from "./azure";
import type { HttpOptions } from "./http";
import { RestReader, type Entry } from "./rest-reader";

export interface EntraOptions extends HttpOptions {
  readonly credential: TokenCredential;
  /** Resource Manager and Microsoft Graph; without them, those of public Azure. */
  readonly arm?: string;
  readonly graph?: string;
}

const assignmentsVersion = "2022-04-01";

/** Reads back what is left of an account. */
export function entraReader({
  arm = "https://management.azure.com",
  graph = "https://graph.microsoft.com",
  ...options
}: EntraOptions): Entra {
  const manager = new RestReader("Resource Manager", arm, options);
  const directory = new RestReader("Microsoft Graph", graph, options);
  return {
    async account(applicationId, servicePrincipalId) {
      const path = `/v1.0/applications/${applicationId}`;
      const [application, credentials, principal] = await Promise.all([
        directory.get(path),
        directory.list(`${path}/federatedIdentityCredentials`),
        directory.get(`/v1.0/servicePrincipals/${servicePrincipalId}`),
      ]);
      return {
        ...(application && {
          application: {
            name: String(application.displayName),
            clientId: String(application.appId),
            secrets: secretsOf(application),
            federatedCredentials: (credentials ?? []).map(({ name }) => String(name)),
          },
        }),
        ...(principal && {
          servicePrincipal: {
            clientId: String(principal.appId),
            // What Graph leaves out is not known to be disabled.
            enabled: principal.accountEnabled !== false,
            secrets: secretsOf(principal),
          },
        }),
      };
    },

    // Unlike a filter by principalId, this one also finds what a group gives.
    async assignments(scope, principalId) {
      const query = new URLSearchParams({
        "api-version": assignmentsVersion,
        $filter: `assignedTo('${principalId}')`,
      });
      const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?${query.toString()}`;
      return ((await manager.list(path)) ?? []).map(({ id }) => String(id));
    },
  };
}

function secretsOf({ passwordCredentials, keyCredentials }: Entry): number {
  return [passwordCredentials, keyCredentials].flatMap((list) => (list ?? []) as unknown[]).length;
}
