import { environmentNamed } from "../../../model/promotion-path";
import { billOfMaterials, buildImage, signatureOf } from "../image";
import { accessToken } from "../identity";
import { RegistryClient } from "../registry-client";
import { SigningKey } from "../signing-vault";
import { Stage, upCommand } from "../stage";
import type { Story } from "../story";

/** Version that the story promotes. */
export const version = "1.0.0";

/** Builds an image, pushes it to the first environment as its pipeline, signs it and publishes it. Returns its digest. */
export async function buildAndPublish(story: Story): Promise<string> {
  const { cast, narrator, settings, stage } = story;
  const [first] = settings.path.environments;
  narrator.chapter(
    `A new build of ${cast.repository}, pushed and signed in ${first.name} by ${cast.builder}`,
  );

  const image = buildImage(cast.repository, version);
  const client = await registryClient(story, first.name, cast.builder);
  if ((await client.manifest(cast.repository, signatureTag(image.digest))) === undefined) {
    await client.push(cast.repository, image.tag, image);
    await client.push(
      cast.repository,
      signatureTag(image.digest),
      await sign(story, first.host, image.digest),
    );
    const sbom = billOfMaterials(cast.repository, version, image);
    await client.push(cast.repository, sbom.digest, sbom);
    narrator.output(`pushed    ${first.host}/${cast.repository}@${image.digest}`);
    narrator.output("signed    with the vault's key, which no pipeline ever holds");
    narrator.output("attached  a bill of materials");
  } else {
    narrator.output(`already there: ${first.host}/${cast.repository}@${image.digest}`);
  }

  const reference = `${cast.repository}@${image.digest}`;
  Stage.expectSuccess(
    await stage.airlock(["publish", reference, "--version", version], { as: cast.builder }),
    "airlock publish",
  );
  Stage.expectSuccess(
    await stage.pulumi(upCommand(first.name), {
      as: cast.builder,
    }),
    `pulumi up -s ${first.name}`,
  );
  return image.digest;
}

/** Where cosign's classic form keeps the signatures of a digest. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** The signature of one digest by the vault's key, as the builder. */
export async function sign({ cast, stage }: Story, host: string, digest: string) {
  const keyUri = await stage.pulumi(["stack", "output", "signingKey", "-s", "shared"], { quiet: true });
  const key = new SigningKey(
    keyUri.lines[0],
    await accessToken(stage, cast.builder, "https://vault.azure.net"),
  );
  return signatureOf(host, cast.repository, digest, (hash) => key.sign(hash));
}

/** One environment's registry as an identity sees it. */
export async function registryClient({ settings, stage }: Story, environment: string, identity: string) {
  const { host } = environmentNamed(settings.path, environment);
  return new RegistryClient(host, await accessToken(stage, identity, "https://containerregistry.azure.net"));
}
