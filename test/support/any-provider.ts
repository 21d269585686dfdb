import type { ProviderModel, ResourceHandler } from "../../sandbox/pulumi/handler";
import { listen } from "../../sandbox/pulumi/listener";

/** A Pulumi provider for the engine that knows every type and plans whatever it is asked for; it makes nothing. */
export interface AnyProvider {
  /** Value of `PULUMI_DEBUG_PROVIDERS`: every package is this provider. */
  readonly variable: string;
  close(): void;
}

/** @param packages names of the packages whose types programs register. */
export async function startAnyProvider(packages: readonly string[]): Promise<AnyProvider> {
  const model: ProviderModel = {
    name: "any",
    // As new as any program asks for.
    version: "99.0.0",
    tokens: [],
    handler: planned,
    invoke: async () => ({}),
  };
  const { port, close } = await listen(model, { objectId: "nobody", name: "nobody" });
  return { variable: packages.map((name) => `${name}:${port}`).join(","), close };
}

function planned(token: string): ResourceHandler {
  const refuse = () => Promise.reject(new Error(`${token} is planned, and never made`));
  return {
    token,
    replaceOn: [],
    computed: [],
    check: () => [],
    create: refuse,
    read: refuse,
    update: refuse,
    delete: refuse,
  };
}
