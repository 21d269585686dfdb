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
import { registryId } from "../model/physical-names";
import { environmentNamed, predecessorOf, type RegistryNetwork } from "../model/promotion-path";
import { accessOn } from "./grants";
import { names, tagsFor } from "./naming";
import { projectFolder, settings } from "./settings";
import { sharedOutputs } from "./shared-outputs";

const environment = environmentNamed(settings.path, settings.environment ?? "");
const predecessor = predecessorOf(settings.path, environment.name);
const shared = sharedOutputs();

const registry = new EnvironmentRegistry(environment.name, {
  registryName: environment.registry,
  host: environment.host,
  resourceGroupName: names.resourceGroup(environment.name),
  location: settings.location,
  permissionMode: environment.mode,
  network: networkArgs(environment.network),
  workspaceId: shared.workspaceId,
  tags: tagsFor(environment.name),
});

const access = new AccessMatrix(environment.name, {
  subscriptionId: settings.subscriptionId,
  scope: registry.registryId,
  permissionMode: environment.mode,
  ...accessOn(
    (target) => target.kind === "registry" && target.environment === environment.name,
    shared.principals,
  ),
});

new AccessMatrix(`${environment.name}-rg`, {
  subscriptionId: settings.subscriptionId,
  scope: registry.resourceGroupId,
  ...accessOn(
    (target) => target.kind === "resourceGroup" && target.environment === environment.name,
    shared.principals,
  ),
});

const images = Object.entries(settings.images).map(([repository, entry]) => ({
  repository,
  image: new PromotedImage(
    repository,
    {
      repository,
      version: entry.version,
      digest: entry.digest,
      previous: Object.fromEntries(entry.previous.map(({ digest, version }) => [digest, version])),
      environment: environment.name,
      targets: { primary: { registryId: registry.registryId, loginServer: environment.host } },
      source: predecessor && {
        registryId: registryId(settings, predecessor),
        loginServer: predecessor.host,
      },
      ...signerOf(repository),
      lock: environment.protected,
      ...(environment.lockManifestWrites && { lockManifestWrites: true }),
    },
    // A registry that is new lets nobody in before its roles are assigned, and is not reached before its endpoint stands.
    { dependsOn: [registry, access] },
  ),
}));

/** Without anybody to trust the key is empty, and the image refused with what to do. */
function signerOf(repository: string): Pick<PromotedImageArgs, "publicKey" | "keyless"> {
  const signer = imageSigner(settings.signing, repository) ?? { publicKey: "" };
  if ("publicKey" in signer) return signer;
  const { file, digest } = signer.keyless.trustedRoot;
  const trustedRoot = { file: relative(process.cwd(), join(projectFolder ?? ".", file)), digest };
  return { keyless: { ...signer.keyless, trustedRoot } };
}

function networkArgs({ access, ipRules }: RegistryNetwork): RegistryNetworkArgs {
  return {
    access,
    ...(access === "restricted" && { ipRules: [...ipRules] }),
    ...(access === "private" && { endpoint: shared.registryEndpoint }),
  };
}

/** Address of the registry. */
export const loginServer = registry.loginServer;
/** What runs here: reference by digest, and whose signature was verified. */
export const running = Object.fromEntries(
  images.map(({ repository, image }) => [
    repository,
    pulumi.output({ reference: image.reference, signedBy: image.signedBy }),
  ]),
);
