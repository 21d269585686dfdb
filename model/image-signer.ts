import { isRepository } from "./image-reference";
import { patternCovers } from "./repository-pattern";
import type { ImageSigner, SigningSettings } from "./settings";

/** Who must have signed the images of a repository; undefined when the configuration names nobody. */
export function imageSigner(
  { publicKey, keyless }: SigningSettings,
  repository: string,
): ImageSigner | undefined {
  if (!keyless) return publicKey === undefined ? undefined : { publicKey };
  const { issuer, identities, trustedRoot } = keyless;
  const found = Object.entries(identities).find(([pattern]) => patternCovers(pattern, repository));
  return found && isRepository(repository) ? { keyless: { issuer, ...found[1], trustedRoot } } : undefined;
}
