import { refusalOf } from ".";
import { registryFacts } from "./read/registry";

/** A registry as a component is about to make it. */
export interface RegistryPlan {
  readonly registryName: string;
  /** Left out for a group that is not made with it. */
  readonly resourceGroupName?: string;
  /** `Premium`, … */
  readonly sku: string;
  /** Properties as ARM spells them. */
  readonly properties: object;
}

/** Why promotion could not work with such a registry, as the end of an error message; undefined when nothing says so. */
export function registryRefusal(environment: string, plan: RegistryPlan): string | undefined {
  const { registryName, resourceGroupName, sku } = plan;
  const registry = {
    where: "properties",
    module: "containerregistry",
    kind: "Registry",
    properties: { ...plan.properties, registryName },
    inputs: { sku: { name: sku } },
  };
  return refusalOf({
    // Which side of an import it will be on is the path's to say: it has to be able to be both.
    environments: [
      {
        name: environment,
        imports: true,
        registry: registryFacts({ registry, id: registryName, others: [] }),
      },
    ],
    names: [
      { kind: "registry", name: registryName, where: "registryName" },
      ...(resourceGroupName === undefined
        ? []
        : [{ kind: "resourceGroup" as const, name: resourceGroupName, where: "resourceGroupName" }]),
    ],
  });
}
