import type { TokenPassword } from "@azure/arm-containerregistry";
import { CloudError, cloudError } from "../errors";
import type { PasswordFacts, RegistryToken, Slot, TokenAddress, Tokens } from "./azure";
import { parseRegistryId } from "./registry-id";
import { managementClient, type ResourceManagerOptions } from "./resource-manager";

const deadline = 2 * 60_000;
/** Azure may round. */
const second = 1000;

/** Passwords of registry tokens, as Resource Manager makes and ends them. */
export function tokenCredentials(options: ResourceManagerOptions): Omit<Tokens, "signIn"> {
  const call = async <T>(
    doing: string,
    { registryId }: TokenAddress,
    action: (
      client: Awaited<ReturnType<typeof managementClient>>,
      place: readonly [resourceGroup: string, registry: string],
      abort: { readonly abortSignal: AbortSignal },
    ) => Promise<T>,
  ): Promise<T> => {
    const { subscriptionId, resourceGroup, registry } = parseRegistryId(registryId);
    const abortSignal = AbortSignal.any([options.lifetime, AbortSignal.timeout(deadline)]);
    try {
      const client = await managementClient(subscriptionId, options);
      return await action(client, [resourceGroup, registry], { abortSignal });
    } catch (error) {
      throw cloudError(`${doing} in ${registry}`, error);
    }
  };

  return {
    async read(token) {
      try {
        return await call(`reading the token ${token.tokenName}`, token, async (client, place, abort) =>
          tokenFrom(await client.tokens.get(...place, token.tokenName, abort)),
        );
      } catch (error) {
        if (error instanceof CloudError && error.status === 404) return undefined;
        throw error;
      }
    },

    async generate(token, slot, expires) {
      const doing = `generating ${slot} of the token ${token.tokenName}`;
      const answer = await call(doing, token, async (client, place, abort) => {
        const parameters = {
          tokenId: `${token.registryId}/tokens/${token.tokenName}`,
          name: slot,
          expiry: new Date(expires),
        };
        try {
          return await client.registries.generateCredentials(...place, parameters, abort);
        } catch (error) {
          throw withoutAnswer(error);
        }
      });
      const made = answer.passwords?.find(({ name }) => name === slot);
      const facts = made && factsOf(made);
      if (!made?.value || !facts) throw new CloudError(`${doing} gave no password`);
      if (facts.expires === undefined || Date.parse(facts.expires) >= Date.parse(expires) + second) {
        throw new CloudError(`${doing} gave a password that lives until ${facts.expires ?? "for ever"}`, {
          fix: `Delete it: az acr token credential delete --${slot} --name ${token.tokenName}`,
        });
      }
      return { ...facts, value: made.value };
    },

    // How Azure's own command line deletes a password: the token is told which ones it keeps.
    keep: (token, slots) =>
      call(`ending passwords of the token ${token.tokenName}`, token, async (client, place, abort) => {
        const credentials = { passwords: slots.map((name) => ({ name })) };
        await client.tokens.update(...place, token.tokenName, { credentials }, abort);
      }),
  };
}

/** The client repeats an answer that it can't read, and this one holds a password. */
function withoutAnswer(error: unknown): unknown {
  const { statusCode, code, cause } = (error ?? {}) as {
    statusCode?: number;
    code?: string;
    cause?: unknown;
  };
  if (code !== "PARSE_ERROR" && !(statusCode !== undefined && statusCode < 300)) return error;
  return Object.assign(new Error("the answer can't be read"), { name: "RestError", cause });
}

function tokenFrom({
  status,
  credentials,
}: {
  status?: string;
  credentials?: { passwords?: TokenPassword[] };
}): RegistryToken {
  const passwords = (credentials?.passwords ?? []).map(factsOf).filter((facts) => facts !== undefined);
  return { enabled: status !== "disabled", passwords };
}

function factsOf({ name, creationTime, expiry }: TokenPassword): PasswordFacts | undefined {
  if (name === undefined || creationTime === undefined) return undefined;
  return {
    slot: name as Slot,
    createdAt: creationTime.toISOString(),
    ...(expiry && { expires: expiry.toISOString() }),
  };
}
