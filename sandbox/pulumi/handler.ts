import type { Caller, Properties } from "../azure/resource-type";

/** The engine's mark for a value that is not known yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** What a provider must know about one Pulumi resource type. */
export interface ResourceHandler {
  readonly token: string;
  /** Inputs that can't be changed in place, at the top or deeper: `location`, `metadata.name`. */
  readonly replaceOn: readonly string[];
  /** The inputs with what the provider decides before it judges them, such as a name. */
  complete?(inputs: Properties, circumstances: Circumstances): Properties;
  check(inputs: Properties): CheckFailure[];
  /** Outputs that are unknown while the resource is only planned: `loginServer`, `properties.vaultUri`. */
  readonly computed: readonly string[];
  /** Inputs that the cloud does not tell back. */
  readonly unread?: readonly string[];
  /** Id that the inputs lead to, when they decide it. */
  idOf?(inputs: Properties): string | undefined;
  /** What the cloud already refuses at preview, where all of the inputs are known. */
  plan?(caller: Caller, inputs: Properties): Promise<void>;
  create(caller: Caller, inputs: Properties): Promise<{ id: string; outputs: Properties }>;
  /** Outputs, and the inputs that would make them; undefined when the resource is gone. */
  read(
    caller: Caller,
    id: string,
  ): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined>;
  update(caller: Caller, id: string, inputs: Properties, former: Former): Promise<Properties>;
  delete(caller: Caller, id: string, outputs: Properties): Promise<void>;
}

/** What else is known of a resource that is checked. */
export interface Circumstances {
  /** Name in the program. */
  readonly name: string;
  /** Inputs of the run before; none for a resource that is made. */
  readonly olds?: Properties;
  /** Random, and the same for a preview and the update that is held to it. */
  readonly seed: Uint8Array;
}

/** What an update comes from. */
export interface Former {
  readonly inputs: Properties;
  /** Paths that the program leaves to others. */
  readonly ignored: readonly string[];
}

/** A Pulumi provider: its types and its functions. */
export interface ProviderModel {
  readonly name: string;
  /** Version of the npm package that speaks to it. */
  readonly version: string;
  handler(token: string): ResourceHandler | undefined;
  /** Tokens of the known types, for the message about an unknown one. */
  readonly tokens: readonly string[];
  invoke(caller: Caller, token: string, args: Properties): Promise<Properties | undefined>;
  /** The provider as one `pulumi:providers:…` resource states it; left out where its configuration decides about nothing. */
  configured?(configuration: Properties): Promise<ProviderModel>;
  /** Configuration with which the resources move elsewhere. */
  readonly replaceConfigurationOn?: readonly string[];
  /** What a run is told once. */
  readonly notice?: Notice;
}

/** Something that a run says, beside what it does. */
export interface Notice {
  readonly isWarning: boolean;
  readonly text: string;
}

/** One failure for each required input that is absent; an unknown one counts as given. */
export function missing(required: readonly string[], inputs: Properties): CheckFailure[] {
  return required
    .filter((name) => inputs[name] === undefined || inputs[name] === null || inputs[name] === "")
    .map((name) => ({ property: name, reason: `missing required property '${name}'` }));
}

/** `read` of a type whose outputs hold its inputs. */
export function readOf(
  type: { read(id: string): Properties | undefined } & Pick<ResourceHandler, "computed">,
): ResourceHandler["read"] {
  return async (_caller, id) => {
    const outputs = type.read(id);
    if (!outputs) return undefined;
    const inputs = Object.fromEntries(
      Object.entries(outputs).filter(([name]) => !type.computed.includes(name)),
    );
    return { id, outputs, inputs };
  };
}
