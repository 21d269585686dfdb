import { environmentNamed } from "../../model/promotion-path";
import { billOfMaterials, buildImage, signatureOf, type Image } from "./image";
import { accessToken } from "./identity";
import { RegistryClient, type Artifact } from "./registry-client";
import { SigningKey } from "./signing-vault";
import type { Workshop } from "./story";

/** Builds an image, pushes it to the first environment, signs it with the vault's key and attaches a bill of materials. */
export async function buildAndSign(workshop: Workshop, repository: string, version: string): Promise<Image> {
  const { cast, narrator, settings } = workshop;
  const [first] = settings.path.environments;
  const image = buildImage(repository, version);
  const client = await registryClient(workshop, first.name, cast.builder);
  if ((await client.manifest(repository, signatureTag(image.digest))) !== undefined) {
    narrator.output(`already there: ${first.host}/${repository}@${image.digest}`);
    return image;
  }
  await client.push(repository, image.tag, image);
  const sbom = billOfMaterials(repository, version, image);
  await client.push(repository, sbom.digest, sbom);
  // Last, because it says that all of it is there.
  await client.push(repository, signatureTag(image.digest), await sign(workshop, repository, image.digest));
  narrator.output(`pushed    ${first.host}/${repository}@${image.digest}`);
  narrator.output("attached  a bill of materials");
  narrator.output("signed    with the vault's key, which no pipeline ever holds");
  return image;
}

/** Where cosign's classic form keeps the signatures of a digest. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** The signature of one digest by the vault's key, as the builder. */
export async function sign(workshop: Workshop, repository: string, digest: string): Promise<Artifact> {
  const key = await signingKey(workshop);
  const [{ host }] = workshop.settings.path.environments;
  return signatureOf(host, repository, digest, (hash) => key.sign(hash));
}

/** The vault's key, as the builder may use it. */
export async function signingKey({ cast, stage, vaultStack }: Workshop): Promise<SigningKey> {
  const keyUri = await stage.pulumi(["stack", "output", "signingKey", "-s", vaultStack], { quiet: true });
  return new SigningKey(keyUri.lines[0], await accessToken(stage, cast.builder, "https://vault.azure.net"));
}

/** One environment's registry as an identity sees it. */
export async function registryClient(
  { settings, stage }: Pick<Workshop, "settings" | "stage">,
  environment: string,
  identity: string,
): Promise<RegistryClient> {
  const { host } = environmentNamed(settings.path, environment);
  return new RegistryClient(host, await accessToken(stage, identity, "https://containerregistry.azure.net"));
}
