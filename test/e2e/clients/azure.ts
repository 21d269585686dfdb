import { ContainerRegistryManagementClient } from "@azure/arm-containerregistry";
import {
  ContainerRegistryClient,
  ContainerRegistryContentClient,
  type OciImageManifest,
} from "@azure/container-registry";
import { WorkloadIdentityCredential } from "@azure/identity";
import { CryptographyClient, KeyClient } from "@azure/keyvault-keys";
import { hostOf, type Environment } from "../story/world";
import { succeeded, type TestSandbox } from "../../support/sandbox";

const subscription = "22222222-2222-4222-8222-222222222222";
const layerType = "application/vnd.oci.image.layer.v1.tar";
const configType = "application/vnd.oci.image.config.v1+json";

// The client expects a vault within the domain that its token is for, and a host of this machine is in none.
const inNoDomain = { disableChallengeResourceVerification: true };

/** Microsoft's own clients, signed in with the federated token of an identity. */
export class AzureClients {
  constructor(private readonly sandbox: TestSandbox) {}

  /** @param tokenOf whose federated token is brought along: one's own, unless somebody tries another's. */
  async credential(as: string, tokenOf = as): Promise<WorkloadIdentityCredential> {
    const variables = await this.sandbox.variables(as);
    return new WorkloadIdentityCredential({
      tenantId: variables.AZURE_TENANT_ID,
      clientId: variables.AZURE_CLIENT_ID,
      tokenFilePath: (await this.sandbox.variables(tokenOf)).AZURE_FEDERATED_TOKEN_FILE,
      authorityHost: variables.AZURE_AUTHORITY_HOST,
      disableInstanceDiscovery: true,
    });
  }

  async registry(as: string, environment: Environment): Promise<ContainerRegistryClient> {
    const host = hostOf(this.sandbox, environment);
    return new ContainerRegistryClient(`https://${host}`, await this.credential(as));
  }

  async content(as: string, environment: Environment, repository: string) {
    const host = hostOf(this.sandbox, environment);
    return new ContainerRegistryContentClient(`https://${host}`, repository, await this.credential(as));
  }

  async management(as: string): Promise<ContainerRegistryManagementClient> {
    return new ContainerRegistryManagementClient(await this.credential(as), subscription, {
      endpoint: `https://localhost:${this.sandbox.port}`,
      credentials: { scopes: ["https://management.azure.com/.default"] },
    });
  }

  async keys(as: string): Promise<KeyClient> {
    return new KeyClient(`https://localhost:${this.sandbox.port - 1}`, await this.credential(as), inNoDomain);
  }

  /** What signs with the current version of the key that signs images. */
  async signingKey(as: string): Promise<CryptographyClient> {
    const stated = await this.sandbox.pulumi(["stack", "output", "signingKey", "-s", "shared"]);
    return new CryptographyClient(succeeded(stated).stdout.trim(), await this.credential(as), inNoDomain);
  }

  /** Pushes an image of one layer, blob by blob. */
  async push(as: string, environment: Environment, repository: string, tag: string): Promise<string> {
    const client = await this.content(as, environment, repository);
    const config = await client.uploadBlob(Buffer.from("{}"));
    const layer = await client.uploadBlob(Buffer.from(`${repository} by Microsoft's own client`));
    const manifest: OciImageManifest = {
      schemaVersion: 2,
      config: { mediaType: configType, digest: config.digest, size: config.sizeInBytes },
      layers: [{ mediaType: layerType, digest: layer.digest, size: layer.sizeInBytes }],
    };
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    return (await client.setManifest({ ...manifest, mediaType }, { tag, mediaType })).digest;
  }

  /** Copies by digest from one environment's registry into another's, inside Azure. */
  async importImage(as: string, from: Environment, to: Environment, image: string, tag: string) {
    const { registries } = await this.management(as);
    const [repository] = image.split("@");
    await registries.beginImportImageAndWait(
      `onestream-${to}-rg`,
      `onestream${to}`,
      {
        source: { resourceId: registryIdOf(from), sourceImage: image },
        targetTags: [`${repository}:${tag}`],
      },
      { updateIntervalInMs: 50 },
    );
  }
}

/** ARM id of an environment's registry. */
export function registryIdOf(environment: Environment): string {
  return `/subscriptions/${subscription}/resourceGroups/onestream-${environment}-rg/providers/Microsoft.ContainerRegistry/registries/onestream${environment}`;
}

/** All that a client lists, page by page. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}
