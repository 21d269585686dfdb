import { tenantId } from "../places";
import type { Sandbox } from "../sandbox";
import type { Exchange } from "./exchange";

/**
 * What a cloud is made of, `/metadata/endpoints`: with it `az cloud register` needs one address alone. No signing in. True when the
 * path was that.
 */
export function serveMetadata({ endpoint }: Sandbox, exchange: Exchange): boolean {
  if (!/^\/metadata\/endpoints\/?$/i.test(exchange.url.pathname)) return false;
  exchange.reply(200, {
    name: "sandbox",
    resourceManager: endpoint,
    authentication: {
      loginEndpoint: endpoint,
      audiences: [endpoint, "https://management.azure.com", "https://management.core.windows.net"],
      tenant: tenantId,
      identityProvider: "AAD",
    },
    graph: `${endpoint}/graph`,
    graphAudience: `${endpoint}/graph`,
    microsoftGraphResourceId: `${endpoint}/graph`,
    portal: endpoint,
    gallery: endpoint,
    media: endpoint,
    batch: endpoint,
    // Login servers and vaults have no suffix here: the port tells one from another.
    suffixes: { acrLoginServer: "", keyVaultDns: "" },
  });
  return true;
}
