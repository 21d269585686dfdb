import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
import { CloudError, cloudError } from "../errors";
import { retry, Transient } from "../retry";

/** When to stop, and how to wait. */
interface Clock {
  readonly lifetime: AbortSignal;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What a federated credential, or the application itself, answers in the minutes after it was made. */
const notThereYet = /AADSTS(70021|700211|700213|700016)\b/;
const deadline = 60_000;

/**
 * Signs in like every Azure client: the federated token file when there is one, else the chain of `DefaultAzureCredential`.
 * The Azure library is loaded at the first sign-in, so that a run without changes starts fast.
 */
export function credentialFrom(environment: NodeJS.ProcessEnv, clock: Clock): TokenCredential {
  let loaded: Promise<TokenCredential> | undefined;
  return patient(
    { getToken: async (...asked) => (await (loaded ??= load(environment))).getToken(...asked) },
    clock,
  );
}

/** Tries again while a new federated credential is not known everywhere; every try has a deadline. */
export function patient(credential: TokenCredential, { lifetime, pause }: Clock): TokenCredential {
  const attempt = async (
    scopes: string | string[],
    options?: GetTokenOptions,
  ): Promise<AccessToken | null> => {
    const signals = [
      lifetime,
      AbortSignal.timeout(deadline),
      options?.abortSignal as AbortSignal | undefined,
    ];
    const abortSignal = AbortSignal.any(signals.filter((signal) => signal !== undefined));
    try {
      return await Promise.race([
        credential.getToken(scopes, { ...options, abortSignal }),
        aborted(abortSignal),
      ]);
    } catch (error) {
      const failure = unreachable(error) ?? cloudError("signing in to Entra ID", error);
      throw notThereYet.test(failure.message) ? new Transient(failure) : failure;
    }
  };
  return {
    getToken: (scopes, options) =>
      retry(() => attempt(scopes, options), { pause, attempts: 7, firstDelay: 2_000, longestDelay: 15_000 }),
  };
}

/** The library goes on when it is told to stop. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** The library's own text for this is a code and a link. */
function unreachable(error: unknown): CloudError | undefined {
  if (!/endpoints_resolution_error|network_error/.test(String(error))) return undefined;
  return new CloudError("Entra ID can't be reached", {
    fix: "Check the network, AZURE_AUTHORITY_HOST and AZURE_TENANT_ID",
  });
}

async function load(environment: NodeJS.ProcessEnv): Promise<TokenCredential> {
  const { DefaultAzureCredential, WorkloadIdentityCredential } = await import("@azure/identity");
  const authorityHost = environment.AZURE_AUTHORITY_HOST;
  // The list of authorities that Microsoft publishes can't know one that somebody else runs.
  const authority = authorityHost ? { authorityHost, disableInstanceDiscovery: true } : {};
  const options = {
    ...authority,
    retryOptions: { maxRetries: 5, retryDelayInMs: 200, maxRetryDelayInMs: 10_000 },
  };
  return environment.AZURE_FEDERATED_TOKEN_FILE
    ? new WorkloadIdentityCredential(options)
    : new DefaultAzureCredential(options);
}
