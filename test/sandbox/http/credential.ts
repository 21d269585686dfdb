import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { WorkloadIdentityCredential } from "@azure/identity";
import { tenantId } from "../../../sandbox/places";
import type { TestSandbox } from "../support";

/** Options with which one of Microsoft's clients trusts the sandbox and asks but once. */
export const transportTo = (test: TestSandbox) => ({
  tlsOptions: { ca: test.authority.certificate },
  retryOptions: { maxRetries: 0 },
});

/** Signs an identity in, as a workload of GitHub's. */
export async function credentialIn(test: TestSandbox, name: string): Promise<WorkloadIdentityCredential> {
  const { clientId, assertion } = await test.sandbox.sessions.open(name);
  const tokenFilePath = path.join(test.places.root, `${clientId}.jwt`);
  writeFileSync(tokenFilePath, assertion);
  return new WorkloadIdentityCredential({
    tenantId,
    clientId,
    tokenFilePath,
    authorityHost: test.sandbox.endpoint,
    disableInstanceDiscovery: true,
    ...transportTo(test),
  });
}
