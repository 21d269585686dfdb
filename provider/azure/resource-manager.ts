import type { ImportImageParameters } from "@azure/arm-containerregistry";
import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { CloudError, cloudError } from "../errors";
import type { ImportRequest } from "./azure";
import { parseRegistryId } from "./registry-id";

export interface ResourceManagerOptions {
  readonly credential: TokenCredential;
  /** Without it, public Azure. */
  readonly endpoint?: string;
  readonly lifetime: AbortSignal;
  readonly httpClient?: HttpClient;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** Azure gives no limit of its own, and imports that stay "Running" have been seen. */
const deadline = 15 * 60_000;
const firstPoll = 100;
const slowestPoll = 5_000;

/** Runs an image import to its end. @throws CloudError when Azure refuses it, it fails, or it doesn't end in time. */
export async function importImage(request: ImportRequest, options: ResourceManagerOptions): Promise<void> {
  const { subscriptionId, resourceGroup, registry } = parseRegistryId(request.registryId);
  const client = await managementClient(subscriptionId, options);
  const timeout = AbortSignal.timeout(deadline);
  const abortSignal = AbortSignal.any([options.lifetime, timeout]);
  const doing = `importing ${request.repository}@${request.digest} into ${registry}`;
  try {
    const poller = client.registries.importImage(resourceGroup, registry, parameters(request), {
      abortSignal,
    });
    // The poller's own loop waits two seconds before its first look; a small image is there long before.
    for (let delay = firstPoll; ; delay = Math.min(delay * 2, slowestPoll)) {
      await poller.poll({ abortSignal });
      if (poller.isDone) break;
      await options.pause(delay);
    }
    await poller;
  } catch (error) {
    if (timeout.aborted) throw new CloudError(`${doing} did not end in ${deadline / 60_000} minutes`);
    throw cloudError(doing, error);
  }
}

/** The official client, loaded with the first call: most runs have none. */
export async function managementClient(
  subscriptionId: string,
  { credential, endpoint, httpClient }: Omit<ResourceManagerOptions, "lifetime" | "pause">,
) {
  const { ContainerRegistryManagementClient } = await import("@azure/arm-containerregistry");
  return new ContainerRegistryManagementClient(credential, subscriptionId, {
    ...(endpoint && { endpoint: endpoint.replace(/\/+$/, "") }),
    ...(httpClient && { httpClient }),
    retryOptions: { maxRetries: 5, retryDelayInMs: 200, maxRetryDelayInMs: 30_000 },
  });
}

/** A target without a tag would become `latest`: the untagged list is what keeps a copy by digest untagged. */
function parameters(request: ImportRequest): ImportImageParameters {
  return {
    source: {
      resourceId: request.sourceRegistryId,
      sourceImage: `${request.repository}@${request.digest}`,
    },
    ...(request.tag === undefined
      ? { untaggedTargetRepositories: [request.repository] }
      : { targetTags: [`${request.repository}:${request.tag}`] }),
    mode: request.force ? "Force" : "NoForce",
  };
}
