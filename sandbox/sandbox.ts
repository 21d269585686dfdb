import { readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { aksServerApplication } from "../model/access/kubernetes";
import type { PermissionMode } from "../model/access/types";
import { platformName } from "../model/physical-names";
import { idKey } from "./azure/arm-id";
import { graphSource, type GraphSource } from "./azure/access-graph";
import { ImageImport } from "./azure/import-image";
import { Registries } from "./azure/registries";
import { registryAuthority } from "./azure/registry-authority";
import { ResourceManager } from "./azure/resource-manager";
import type { Caller, StoredResource } from "./azure/resource-type";
import { TokenPasswords, type PasswordRecord } from "./azure/token-passwords";
import { VaultKeys } from "./azure/vault-keys";
import { Vaults } from "./azure/vaults";
import type { ServerCertificate } from "./certificates";
import { Directory, directoryGuard, type DirectoryGuard } from "./entra/directory";
import type { DirectoryObject } from "./entra/objects";
import { SigningKeys } from "./entra/signing-keys";
import { gitHubIssuer, TokenService } from "./entra/token-service";
import { Faults } from "./faults/faults";
import { GitHub } from "./github/github";
import type { GitHubObject } from "./github/objects";
import { Reviews, type Said } from "./github/reviews";
import { Hosts } from "./hosts";
import { JsonStore } from "./json-store";
import { keptSide, realSide } from "./kubernetes";
import { ClusterAccess } from "./kubernetes/cluster-access";
import type { ClusterPrograms } from "./kubernetes/control-plane";
import { subscriptionId, tenantId, type SandboxPlaces } from "./places";
import { azureNative } from "./pulumi/azure-native";
import { azuread } from "./pulumi/azuread";
import { github } from "./pulumi/github";
import { kubernetes } from "./pulumi/kubernetes";
import type { ManifestWriteLock } from "./registry";
import { type StandingCluster, makeExistingClusters } from "./existing-clusters";
import { type ExistingRegistry, makeExisting } from "./existing-registries";
import { directoryAdministrators, directoryReaders, type PlatformOptions, seed } from "./seed";
import { Sessions } from "./sessions";

/** API servers of clusters come this far after the Azure endpoint, and upwards. */
const clusterOffset = 12;

export interface SandboxOptions extends PlatformOptions {
  /** Prefix of names; decides the platform identity's. */
  readonly organization: string;
  /** Port of the Azure endpoint; registries that have no port of their own come after it, vaults before it. */
  readonly port: number;
  /** Registry name → port, as the project's stack files name them. */
  readonly registryPorts: Readonly<Record<string, number>>;
  /** Permission modes of the path's registries: they decide which roles the platform may assign. */
  readonly modes: readonly PermissionMode[];
  /** Registries that somebody made before airlock came: they stand from the start. */
  readonly existing?: readonly ExistingRegistry[];
  /** Clusters that stand from the start. */
  readonly existingClusters?: readonly StandingCluster[];
  /** What a lock of a manifest for writing does to new tags; Azure's own answer is not verified. */
  readonly manifestWriteLock: ManifestWriteLock;
  /** Programs of clusters' control planes; without them a cluster's objects are kept, and nothing runs. */
  readonly clusterPrograms?: ClusterPrograms;
}

/** Azure, Entra ID and GitHub's environments on this machine: one model of them, and everything that speaks from it. */
export interface Sandbox {
  readonly endpoint: string;
  readonly manager: ResourceManager;
  readonly directory: Directory;
  readonly gitHub: GitHub;
  /** What people say on GitHub. */
  readonly reviews: Reviews;
  readonly graph: GraphSource;
  readonly tokens: TokenService;
  readonly gitHubKeys: SigningKeys;
  readonly entraKeys: SigningKeys;
  readonly vaultKeys: VaultKeys;
  readonly passwords: TokenPasswords;
  readonly imports: ImageImport;
  readonly registries: Registries;
  /** Of the registries. */
  readonly hosts: Hosts;
  readonly sessions: Sessions;
  /** How callers get into clusters. */
  readonly clusters: ClusterAccess;
  /** Whether a cluster has a control plane; else its objects are kept, and nothing runs. */
  readonly hasControlPlanes: boolean;
  /** Starts the control plane of a cluster, where clusters have one. @throws UserError (2) when its port is taken */
  startCluster(clusterId: string): Promise<void>;
  /** File of whom clients of the sandbox trust. */
  readonly certificateFile: string;
  /** What is made to go wrong. */
  readonly faults: Faults;
  /** Whether a token's audience is ARM's. */
  readonly isArmAudience: (audience: string) => boolean;
  /** Whether a caller may read the directory through Graph. */
  readonly mayReadDirectory: (caller: Caller) => boolean;
  /** Refuses whoever may not write to the directory. */
  readonly guardDirectory: DirectoryGuard;
  /** Object ids of the platform's identity, which makes all others; undefined before the seed. */
  platform(): { readonly id: string; readonly applicationId: string } | undefined;
  close(): Promise<void>;
}

/** Opens what is kept in `places.state`, or makes it. @throws UserError (2) when the port of a registry or a vault is taken */
export async function openSandbox(
  places: SandboxPlaces,
  options: SandboxOptions,
  certificate: ServerCertificate,
): Promise<Sandbox> {
  const { organization } = options;
  const at = (...parts: string[]): string => path.join(places.state, ...parts);
  const endpoint = `https://localhost:${options.port}`;
  const resources = new JsonStore<StoredResource>(at("resources"));
  const directory = new Directory(new JsonStore<DirectoryObject>(at("directory")));
  const gitHub = new GitHub(new JsonStore<GitHubObject>(at("github")));
  const passwords = new TokenPasswords(new JsonStore<readonly PasswordRecord[]>(at("token-passwords")));
  const vaultKeys = new VaultKeys(at("vaults"));
  const [entraKeys, gitHubKeys, peopleKeys] = await Promise.all([
    SigningKeys.load(at("issuers"), "entra", `${endpoint}/${tenantId}/v2.0`),
    SigningKeys.load(at("issuers"), "github", gitHubIssuer),
    SigningKeys.load(at("issuers"), "people", `${endpoint}/people`),
  ]);
  const tokens = new TokenService(tenantId, directory, entraKeys, gitHubKeys, peopleKeys);
  seed(resources, directory, organization, options.modes, options);

  const administrators = (): string[] => directoryAdministrators(directory, organization);
  const faults = new Faults();
  const graph = graphSource(resources, directory, administrators, faults.lateRoles);
  const hosts = new Hosts(at("registry-ports.json"), options.registryPorts, options.port + 1, 1);
  const vaultHosts = new Hosts(at("vault-ports.json"), {}, options.port - 1, -1);
  const vaultAddress = (vault: string): string => `https://${vaultHosts.hostOf(vault)}/`;
  const manager = new ResourceManager(resources, graph, {
    subscriptionId,
    tenantId,
    principalKind(objectId) {
      const kind = directory.principal(objectId)?.kind;
      return kind === "application" || kind === "user" || kind === "group" ? kind : undefined;
    },
    loginServer: (registry) => hosts.hostOf(registry),
    vaultUri: vaultAddress,
    ensureKey: (vault, key) => vaultKeys.ensure(vault, key),
    ensureIdentity(resourceId, name) {
      const { id, appId } = directory.ensureManagedIdentity(resourceId, name);
      return { principalId: id, clientId: appId };
    },
  });
  manager.onEvent(({ kind, resource }) => {
    if (kind === "created") delayRole(resource, faults);
    if (kind === "deleted") forget(resource, vaultKeys, passwords, directory);
  });

  const isArmAudience = audienceIn([
    endpoint,
    "https://management.azure.com",
    "https://management.core.windows.net",
  ]);
  const isRegistryAudience = audienceIn(["https://containerregistry.azure.net"]);
  const authority = registryAuthority(
    graph,
    directory,
    tokens,
    passwords,
    (audience) => isRegistryAudience(audience) || isArmAudience(audience),
    () => faults.skewedClock() ?? new Date(),
  );
  const registries = new Registries(
    at("registries"),
    hosts,
    certificate,
    authority,
    options.manifestWriteLock,
    faults,
  );
  await registries.follow(manager);
  const vaultContext = { endpoint, manager, graph, tokens, keys: vaultKeys, address: vaultAddress };
  const vaults = new Vaults(vaultHosts, certificate, vaultContext, faults);
  await vaults.follow(manager);
  await makeExisting(manager, directory, options.existing ?? []);
  await makeExistingClusters(manager, directory, options.existingClusters ?? []);
  const isAdministrator = ({ objectId }: Caller): boolean => administrators().includes(objectId);
  const guard = directoryGuard(isAdministrator);
  const clusters = new ClusterAccess(endpoint, entraKeys.issuer, places.certificateFile, graph);
  const clusterHosts = new Hosts(at("cluster-ports.json"), {}, options.port + clusterOffset, 1);
  const kubernetesSide = options.clusterPrograms
    ? realSide(at("clusters"), manager, options.clusterPrograms, clusterHosts, clusters, (caller) =>
        tokens.accessToken(caller, aksServerApplication),
      )
    : keptSide(at("kubernetes"), manager, graph);
  const sessions = new Sessions(directory, tokens, tenantId, organization, [
    azureNative(manager, packageVersion("@pulumi/azure-native")),
    azuread(directory, guard, tenantId, packageVersion("@pulumi/azuread")),
    github(gitHub, isAdministrator, packageVersion("@pulumi/github")),
    kubernetes(kubernetesSide.clusters, packageVersion("@pulumi/kubernetes")),
  ]);
  return {
    endpoint,
    manager,
    directory,
    gitHub,
    reviews: new Reviews(new JsonStore<Said>(at("reviews"))),
    graph,
    tokens,
    gitHubKeys,
    entraKeys,
    vaultKeys,
    passwords,
    registries,
    imports: new ImageImport(manager, graph, registries, hosts, authority, faults),
    hosts,
    sessions,
    clusters,
    hasControlPlanes: options.clusterPrograms !== undefined,
    startCluster: (id) => kubernetesSide.start(id),
    certificateFile: places.certificateFile,
    faults,
    isArmAudience,
    mayReadDirectory: ({ objectId }) => directoryReaders(directory, organization).includes(objectId),
    guardDirectory: guard,
    platform() {
      const name = platformName(organization);
      const application = directory.all("application").find(({ displayName }) => displayName === name);
      const principal = application && directory.servicePrincipalOf(application.appId);
      return principal && { id: principal.id, applicationId: application.id };
    },
    async close() {
      sessions.close();
      await Promise.all([registries.close(), vaults.close(), kubernetesSide.close()]);
    },
  };
}

/** Removes everything a sandbox keeps but its certificates. It must be closed. */
export function clearState(places: SandboxPlaces): void {
  rmSync(places.state, { recursive: true, force: true });
}

function forget(
  resource: StoredResource,
  vaultKeys: VaultKeys,
  passwords: TokenPasswords,
  directory: Directory,
): void {
  const type = resource.type.toLowerCase();
  if (type === "microsoft.keyvault/vaults/keys") vaultKeys.remove(resource.id.split("/")[8], resource.name);
  if (type === "microsoft.containerregistry/registries/tokens") passwords.forget(resource.id);
  const own = [resource.id, nodesIdentity(resource.properties)];
  directory.removeManagedIdentities((id) => own.some((gone) => gone?.toLowerCase() === id));
}

/** ARM id of the identity that a cluster's nodes act as, which goes with the cluster. */
function nodesIdentity({ identityProfile }: StoredResource["properties"]): string | undefined {
  const { kubeletidentity } = (identityProfile ?? {}) as { kubeletidentity?: { resourceId?: string } };
  return kubeletidentity?.resourceId;
}

// A new one alone: written again, an assignment stays as it was, for it can't be changed in what it grants.
function delayRole({ id, type }: StoredResource, faults: Faults): void {
  if (type !== "Microsoft.Authorization/roleAssignments") return;
  const fault = faults.take("slow-roles");
  if (fault) faults.lateRoles.hold(idKey(id), fault.seconds!, true);
}

/** Whether an audience is one of these, with or without a slash at its end. */
export function audienceIn(known: readonly string[]): (audience: string) => boolean {
  return (audience) => known.includes(audience.replace(/\/+$/, ""));
}

function packageVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
