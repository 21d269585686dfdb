/**
 * Longest lives of what an account may hold when it ends, in minutes. None of these is a promise of Azure's:
 * - Entra's access tokens live for 60 to 90 minutes unless a policy of the tenant says otherwise ("Configurable token lifetimes");
 * - a registry's refresh token lives for three hours ("Authenticate with an Azure container registry", `az acr login`);
 * - a registry's access token says of itself that it lives for 75 minutes.
 */
const longestLives = { entraAccessToken: 90, registryRefreshToken: 180, registryAccessToken: 75 } as const;

const minute = 60_000;

/**
 * Until when an access token may live that somebody came by before the end of an account: at the latest one for which the
 * last sign-in was exchanged at the last moment, twice. A bound from above: it isn't known that registries look no more.
 */
export function accessTokensLiveUntil(ended: Date): string {
  const minutes = Object.values(longestLives).reduce((sum, life) => sum + life, 0);
  return new Date(ended.getTime() + minutes * minute).toISOString();
}
