import { UserError } from "../../model/errors";
import { parseImageReference } from "../../model/image-reference";
import { registriesOn, type PromotionPath, type RegistryOfEnvironment } from "../../model/promotion-path";

/** An image as the command line names it. */
export interface Asked {
  readonly registry: RegistryOfEnvironment;
  readonly repository: string;
  /** Digest, or a tag, which moves. */
  readonly reference: string;
}

/**
 * Reads `<registry host>/<repository>@sha256:…`, or a tag in the digest's place. Only registries of the project are asked: the
 * token that a registry is shown is good for all of them.
 * @throws UserError (2) for anything else.
 */
export function askedImage(text: string, path: PromotionPath): Asked {
  const { registry: host, repository, tag, digest } = parseImageReference(text);
  const registries = registriesOn(path);
  const registry = registries.find((one) => one.host === host || one.customHost === host);
  if (!registry) {
    throw new UserError({
      what: `${host} is no registry of this project`,
      where: "Pulumi.yaml: path",
      fix: `Its registries are ${registries.map((one) => one.customHost ?? one.host).join(", ")}`,
      exitCode: 2,
    });
  }
  const reference = digest ?? tag;
  if (reference === undefined) {
    throw new UserError({
      what: `${text} names no digest`,
      fix: "Write <registry host>/<repository>@sha256:<64 hexadecimal digits>",
      exitCode: 2,
    });
  }
  return { registry, repository, reference };
}
