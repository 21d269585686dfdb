import { readFileSync } from "node:fs";
import type { Stage } from "./stage";

/**
 * Signs in as an identity: its federated token is exchanged for an access token, as any workflow does it.
 * @param resource what the token is for, e.g. `https://containerregistry.azure.net`.
 */
export async function accessToken(stage: Stage, identity: string, resource: string): Promise<string> {
  const env = await stage.environmentOf(identity);
  const response = await fetch(`${env.AZURE_AUTHORITY_HOST}/${env.AZURE_TENANT_ID}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: env.AZURE_CLIENT_ID ?? "",
      scope: `${resource}/.default`,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: readFileSync(env.AZURE_FEDERATED_TOKEN_FILE ?? "", "utf8"),
    }),
  });
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (!answer.access_token) throw new Error(`${identity} could not sign in: ${answer.error_description}`);
  return answer.access_token;
}
