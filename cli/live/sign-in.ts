import type { TokenCredential } from "@azure/core-auth";
import { UserError } from "../../model/errors";

/** Gives an access token for a scope such as `https://management.azure.com/.default`. */
export type Tokens = (scope: string) => Promise<string>;

/**
 * Signs in like every Azure client: the federated token file when there is one, else the chain of `DefaultAzureCredential`.
 * @param environment `AZURE_*` as every Azure client reads them.
 */
export function signIn(environment: NodeJS.ProcessEnv): Tokens {
  let credential: Promise<TokenCredential> | undefined;
  return async (scope) => {
    try {
      const token = await (await (credential ??= load(environment))).getToken(scope);
      if (token) return token.token;
    } catch (error) {
      throw notSignedIn((error as Error).message.split("\n")[0]);
    }
    throw notSignedIn("there is no token");
  };
}

// Loaded when it is needed: every other command starts without it.
async function load(environment: NodeJS.ProcessEnv): Promise<TokenCredential> {
  const { DefaultAzureCredential, WorkloadIdentityCredential } = await import("@azure/identity");
  const authorityHost = environment.AZURE_AUTHORITY_HOST;
  // The list of authorities that Microsoft publishes can't know one that somebody else runs.
  const authority = authorityHost ? { authorityHost, disableInstanceDiscovery: true } : {};
  return environment.AZURE_FEDERATED_TOKEN_FILE
    ? new WorkloadIdentityCredential(authority)
    : new DefaultAzureCredential(authority);
}

function notSignedIn(why: string): UserError {
  return new UserError({
    what: `signing in to Entra ID failed: ${why}`,
    fix: 'Sign in with az login, or in the sandbox: eval "$(npx airlock sandbox env --as <identity>)"',
    exitCode: 3,
  });
}
