import type * as pulumi from "@pulumi/pulumi";
import { AccessMatrix, EnvironmentRegistry, type RegistryNetworkArgs } from "../components";
import { registryColumn } from "../model/access/matrix";
import {
  environmentNamed,
  registriesOf,
  type RegistryNetwork,
  type RegistryOfEnvironment,
} from "../model/promotion-path";
import { takeInCluster } from "./cluster-access";
import { accessOn } from "./grants";
import { names, tagsFor } from "./naming";
import { promoteImages } from "./promoted-images";
import { readReleases } from "./releases";
import { settings } from "./settings";
import { sharedOutputs } from "./shared-outputs";
import { standardRegistry } from "./standard-registry";

const environment = environmentNamed(settings.path, settings.environment ?? "");
const [own, beside] = registriesOf(environment);
const shared = sharedOutputs();
const releases = environment.attested ? readReleases() : [];

const registry = new EnvironmentRegistry(environment.name, {
  resourceGroupName: names.resourceGroup(environment.name),
  ...registryArgs(own),
});
const access = accessTo(own, environment.name, registry.registryId);

new AccessMatrix(`${environment.name}-rg`, {
  subscriptionId: settings.subscriptionId,
  scope: registry.resourceGroupId,
  ...accessOn(
    (target) => target.kind === "resourceGroup" && target.environment === environment.name,
    shared.principals,
  ),
});

const { cluster } = environment;
if (cluster) takeInCluster({ ...environment, cluster }, registry.registryId, shared.principals);

const standard = beside && standardRegistry(beside, registryArgs(beside), registry.resourceGroupName);
const standardAccess =
  beside && standard && accessTo(beside, `${environment.name}-standard`, standard.registryId);
const receiver = beside?.promotions ? beside : undefined;

/** What runs here, by repository. */
export const running = promoteImages({
  environment: environment.name,
  registryId: registry.registryId,
  ...(receiver && standard && { standard: { registry: receiver, id: standard.registryId } }),
  images: settings.images,
  releases,
  lock: environment.protected,
  dependsOn: [registry, access, standard, standardAccess].filter((one) => one !== undefined),
});
/** Address of the registry. */
export const loginServer = registry.loginServer;

function registryArgs({ registry, host, mode, network, replications, zoneRedundant }: RegistryOfEnvironment) {
  return {
    registryName: registry,
    host,
    location: settings.location,
    permissionMode: mode,
    network: networkArgs(network),
    ...(replications && { replications: [...replications] }),
    ...(zoneRedundant && { zoneRedundant }),
    workspaceId: shared.workspaceId,
    tags: tagsFor(environment.name),
  };
}

function networkArgs({ access, ipRules }: RegistryNetwork): RegistryNetworkArgs {
  return {
    access,
    ...(access === "restricted" && { ipRules: [...ipRules] }),
    ...(access === "private" && { endpoint: shared.registryEndpoint }),
  };
}

function accessTo({ column, mode }: RegistryOfEnvironment, name: string, scope: pulumi.Input<string>) {
  return new AccessMatrix(name, {
    subscriptionId: settings.subscriptionId,
    scope,
    permissionMode: mode,
    ...accessOn((target) => registryColumn(target) === column, shared.principals),
  });
}
