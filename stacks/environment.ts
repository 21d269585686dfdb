import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  AccessMatrix,
  EnvironmentRegistry,
  PromotedImage,
  type PromotedImageArgs,
  type RegistryNetworkArgs,
} from "../components";
import { imageSigner } from "../model/image-signer";
import { registryColumn } from "../model/access/matrix";
import type { AttestedApprovals } from "../model/attestation";
import { digestReference } from "../model/image-reference";
import { registryId } from "../model/physical-names";
import {
  carriesAttestations,
  environmentNamed,
  predecessorOf,
  referenceHost,
  registriesOf,
  type RegistryNetwork,
  type RegistryOfEnvironment,
} from "../model/promotion-path";
import { releaseRecord, rolesOnRecord } from "../model/release/record";
import type { PromotedEntry } from "../model/settings";
import { accessOn } from "./grants";
import { names, tagsFor } from "./naming";
import { readReleases } from "./releases";
import { projectFolder, settings } from "./settings";
import { sharedOutputs } from "./shared-outputs";
import { standardRegistry } from "./standard-registry";

const environment = environmentNamed(settings.path, settings.environment ?? "");
const predecessor = predecessorOf(settings.path, environment.name);
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

const standard = beside && standardRegistry(beside, registryArgs(beside), registry.resourceGroupName);
const standardAccess =
  beside && standard && accessTo(beside, `${environment.name}-standard`, standard.registryId);
const receiver = beside?.promotions ? beside : undefined;

const images = Object.entries(settings.images).map(([repository, entry]) => ({
  repository,
  standard: receiver && digestReference(referenceHost(receiver), repository, entry.digest),
  image: new PromotedImage(
    repository,
    {
      repository,
      version: entry.version,
      digest: entry.digest,
      previous: Object.fromEntries(entry.previous.map(({ digest, version }) => [digest, version])),
      environment: environment.name,
      targets: {
        primary: target(own, registry.registryId),
        ...(receiver && standard && { standard: target(receiver, standard.registryId) }),
      },
      source: predecessor && {
        registryId: registryId(settings, predecessor),
        loginServer: predecessor.host,
      },
      ...signerOf(repository),
      ...(environment.attested && { attested: attestedOf(repository, entry) }),
      ...(carriesAttestations(settings.path, environment.name) && { carriesAttestations: true }),
      lock: environment.protected,
      ...(environment.lockManifestWrites && { lockManifestWrites: true }),
    },
    // A registry that is new lets nobody in before its roles are assigned, and is not reached before its endpoint stands.
    { dependsOn: [registry, access, standard, standardAccess].filter((one) => one !== undefined) },
  ),
}));

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

/** Without anybody to trust the key is empty, and the image refused with what to do. */
function signerOf(repository: string): Pick<PromotedImageArgs, "publicKey" | "keyless"> {
  const signer = imageSigner(settings.signing, repository) ?? { publicKey: "" };
  if ("publicKey" in signer) return signer;
  const { file, digest } = signer.keyless.trustedRoot;
  const trustedRoot = { file: relative(process.cwd(), join(projectFolder ?? ".", file)), digest };
  return { keyless: { ...signer.keyless, trustedRoot } };
}

function attestedOf(
  repository: string,
  entry: PromotedEntry,
): { roles: string[]; releases: { [digest: string]: { [version: string]: AttestedApprovals } } } {
  const digests = [entry, ...entry.previous].map(({ digest }) => digest);
  return {
    roles: rolesOnRecord(settings.path, environment.name),
    releases: Object.fromEntries(
      digests.map((digest) => {
        const image = { repository, digest, environment: environment.name };
        return [digest, releaseRecord(releases, settings, image).releases];
      }),
    ),
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

function target({ host, customHost }: RegistryOfEnvironment, id: pulumi.Input<string>) {
  return { registryId: id, loginServer: host, ...(customHost !== undefined && { customHost }) };
}

/** Address of the registry. */
export const loginServer = registry.loginServer;
/**
 * What runs here: reference by digest, in the standard registry too when promotions go there; the registry that it is pulled
 * from, what the image says of itself, and whose signature was verified.
 */
export const running = Object.fromEntries(
  images.map(({ repository, standard, image }) => [
    repository,
    pulumi.output({
      reference: image.reference,
      registry: own.host,
      labels: image.labels,
      ...(standard !== undefined && { standard }),
      signedBy: image.signedBy,
    }),
  ]),
);
