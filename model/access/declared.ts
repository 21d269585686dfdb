import { type AzureResource } from "../azure/resource";
import { declaredResources } from "../azure/template";
import { type Properties, textOf } from "../values";

/** One resource that a program registered, or that a stack's state holds; secrets and unknowns already resolved. */
export interface RegisteredResource {
  /** Pulumi type token, of any version: `azure-native:authorization/v20220401:RoleAssignment`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Provider's id; for Azure resources the ARM id. */
  readonly id?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** An Azure resource of a program, or of a template in it. */
export interface DeclaredAzure extends AzureResource {
  /** ARM id; "" when it is not known. */
  readonly id: string;
  /** What the program registered. */
  readonly source: RegisteredResource;
}

/** Inputs under outputs: what the cloud made of a property wins. */
export function propertiesOf({ inputs, outputs }: RegisteredResource): Properties {
  const made = Object.entries(outputs).filter(([, value]) => value !== undefined && value !== null);
  return { ...inputs, ...Object.fromEntries(made) } as Properties;
}

/** Properties that hold another resource's id. */
const references: readonly string[] = [
  ...[
    "scope",
    "parentId",
    "resourceId",
    "scopeMapId",
    "roleDefinitionId",
    "containerRegistryId",
    "keyVaultId",
  ],
];

/** All Azure resources, those in templates included, in the order in which the program registers them. */
export function azureResources(
  resources: readonly RegisteredResource[],
  subscriptionId: string,
): DeclaredAzure[] {
  // Without the cloud, a provider that does not speak ARM has made-up ids: they are told apart by what they stand for.
  const ids = new Map<string, string>();
  const withIds = (properties: Properties): Properties =>
    Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [
        key,
        references.includes(key) && typeof value === "string" ? (ids.get(value) ?? value) : value,
      ]),
    );
  return resources.flatMap((source): DeclaredAzure[] => {
    const { type } = source;
    const properties = withIds(propertiesOf(source));
    const [own, ...contents] = declaredResources({ type, properties }, subscriptionId);
    if (own === undefined) return [];
    const made = source.id ?? textOf(properties.id) ?? "";
    const id = made.startsWith("/") ? made : (own.id ?? "");
    if (id !== "" && made !== "") ids.set(made, id);
    return [{ ...own, id, source }, ...contents.map((inner) => ({ ...inner, id: inner.id ?? "", source }))];
  });
}

/** The subscription that ids speak of; "" when none does. */
export function subscriptionOf(resources: readonly RegisteredResource[]): string {
  for (const { id = "" } of resources) {
    const found = /^\/subscriptions\/([^/]+)/i.exec(id)?.[1];
    if (found !== undefined) return found;
  }
  return "";
}
