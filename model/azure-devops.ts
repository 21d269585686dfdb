/** How the jobs of one service connection sign in, as Azure DevOps shows it: copied from the connection, never built. */
export interface AzureDevOpsConnection {
  readonly issuer: string;
  readonly subject: string;
}

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const issuer = new RegExp(`^https://login\\.microsoftonline\\.com/${uuid}/v2\\.0$`);
// The part after `/a/` is Azure DevOps' own application, 499b84ac-1321-427f-aa17-267ca6975798; then organisation and connection.
const subject = new RegExp(`^/eid1/c/pub/t/[A-Za-z0-9_-]{22}/a/rISbSSETf0KqFyZ8ppdXmA/sc/${uuid}/${uuid}$`);

/** Whether this is Entra ID of one tenant, which issues the tokens of service connections. */
export function isConnectionIssuer(text: string): boolean {
  return issuer.test(text);
}

/** Whether this is the subject of exactly one service connection. */
export function isConnectionSubject(text: string): boolean {
  return subject.test(text);
}
