import { createHash } from "node:crypto";
import { bundleReferrer, promotionStatement, signedBytes } from "../../model/attestation";
import { UserError } from "../../model/errors";
import { unsignedPromotion, type Unsigned, type Wanted } from "../attestation/statement";
import { line, type Io } from "../output/io";
import type { Places } from "../places";
import { openProject } from "../project";
import { readRunning } from "../promotion/running";
import { readReleases } from "../release/files";
import { standingStage } from "./by-hand";
import { digestOf } from "./image";
import { registryClient, signingKey } from "./new-build";
import type { Artifact } from "./registry-client";

/** Attests in the first environment that an image may enter another one, as its pipeline would with cosign. */
export async function sandboxAttest(places: Places, io: Io, wanted: Wanted): Promise<void> {
  const story = await standingStage(places, io);
  const project = openProject(places.workspace);
  const unsigned = unsignedPromotion(readRunning(project), readReleases(project), wanted);
  const { repository, digest, predicate } = unsigned;
  const [first] = story.settings.path.environments;
  const client = await registryClient(story, first.name, story.cast.builder);
  const image = await client.manifest(repository, digest);
  if (image === undefined)
    throw new UserError({ what: `${repository}@${digest} does not exist in ${first.host}`, exitCode: 1 });
  const key = await signingKey(story);
  const attestation = await attestationOf(unsigned, image, (hash) => key.sign(hash));
  await client.push(repository, attestation.digest, attestation);
  const release = predicate.release && `, for release ${predicate.release.version}`;
  line(io.out, `attested  ${unsigned.image} may enter ${predicate.environment}${release ?? ""}`);
}

/** The attestation as a referrer of the image. @param image bytes of its manifest */
export async function attestationOf(
  { digest, predicate }: Pick<Unsigned, "digest" | "predicate">,
  image: Buffer,
  sign: (hash: Buffer) => Promise<Buffer>,
): Promise<Artifact & { readonly digest: string }> {
  const statement = promotionStatement(digest, predicate);
  const signature = await sign(createHash("sha256").update(signedBytes(statement)).digest());
  const { mediaType } = JSON.parse(image.toString("utf8")) as { mediaType: string };
  const subject = { mediaType, digest, size: image.length };
  const { blobs, ...referrer } = bundleReferrer(subject, { statement, signature });
  return {
    ...referrer,
    blobs: blobs.map((bytes) => ({ digest: digestOf(bytes), bytes })),
    digest: digestOf(referrer.manifest),
  };
}
