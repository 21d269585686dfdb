import type { TokenCredential } from "@azure/core-auth";
import { UserError } from "../../model/errors";

/** Gives an access token for a scope such as `https://management.azure.com/.default`. */
export type Tokens = (scope: string) => Promise<string>;

/**
 * Signs in like every Azure client: the federated token file when there is one, else the chain of `DefaultAzureCredential`.
 * @param environment `AZURE_*` as every Azure client reads them.
 */
export function signIn(environment: NodeJS.ProcessEnv): Tokens {
  const credential = credentialOf(environment);
  return async (scope) => (await credential.getToken(scope))!.token;
}

/** The same for Microsoft's own clients. Its errors are `UserError`. */
export function credentialOf(environment: NodeJS.ProcessEnv): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    getToken: async (...asked) => {
      try {
        const token = await (await (credential ??= load(environment))).getToken(...asked);
        if (token) return token;
      } catch (error) {
        throw notSignedIn((error as Error).message.split("\n")[0]);
      }
      throw notSignedIn("there is no token");
    },
  };
}

// Loaded when it is needed: every other command starts without it.
async function load(environment: NodeJS.ProcessEnv): Promise<TokenCredential> {
  const { DefaultAzureCredential, WorkloadIdentityCredential } = await import("@azure/identity");
  const authorityHost = environment.AZURE_AUTHORITY_HOST;
  // The list of authorities that Microsoft publishes can't know one that somebody else runs.
  const authority = authorityHost ? { authorityHost, disableInstanceDiscovery: true } : {};
  const { AZURE_FEDERATED_TOKEN_FILE, AZURE_CLIENT_ID, AZURE_TENANT_ID } = environment;
  return AZURE_FEDERATED_TOKEN_FILE
    ? new WorkloadIdentityCredential({
        ...authority,
        tokenFilePath: AZURE_FEDERATED_TOKEN_FILE,
        clientId: AZURE_CLIENT_ID,
        tenantId: AZURE_TENANT_ID,
      })
    : new DefaultAzureCredential(authority);
}

function notSignedIn(why: string): UserError {
  return new UserError({
    what: `signing in to Entra ID failed: ${why}`,
    fix: 'Sign in with az login, or in the sandbox: eval "$(npx airlock sandbox env --as <identity>)"',
    exitCode: 3,
  });
}
