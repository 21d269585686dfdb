import { UserError } from "../errors";
import { isHost, isRepository, parseImageReference } from "../image-reference";

/** What one environment's cluster admits. */
export interface Admitted {
  /** Login servers of the environment's own registries. */
  readonly registries: readonly string[];
  /** `<login server>/<repository>@sha256:…` of each image that was promoted here. */
  readonly images: readonly string[];
  /** Container that a mesh injects into pods → repository with its registry, whose tags are taken too. */
  readonly injected: Readonly<Record<string, string>>;
}

/** Bytes that Kubernetes takes as the data of one ConfigMap. */
export const parametersLimit = 1024 * 1024;

/**
 * The data of the ConfigMap that the policy reads: a line for each, in a stable order.
 * @throws UserError (2) for what the policy would never match, or would match by accident.
 */
export function admissionParameters({ registries, images, injected }: Admitted): Record<string, string> {
  const wrong = (what: string, fix: string) => new UserError({ what, fix, exitCode: 2 });
  if (registries.length === 0) throw wrong("registries is empty", "Name the environment's registry");
  for (const host of registries)
    if (!isHost(host))
      throw wrong(`"${host}" is not a login server`, "Write it as in contosoprod.azurecr.io");
  for (const image of images) {
    const { registry, tag, digest } = parseImageReference(image);
    if (digest === undefined || tag !== undefined)
      throw wrong(`${image} is not admitted by digest alone`, "Write <registry>/<repository>@sha256:…");
    if (!registries.includes(registry))
      throw wrong(`${image} is of none of the registries`, `They are ${registries.join(", ")}`);
  }
  for (const [container, repository] of Object.entries(injected)) {
    const [host, ...rest] = repository.split("/");
    if (!isHost(host) || !isRepository(rest.join("/")))
      throw wrong(
        `"${repository}" of injected.${container} is no repository with its registry`,
        "Write it without tag",
      );
    // Every tag of it would run, and every digest that was never promoted.
    if (registries.includes(host))
      throw wrong(
        `injected.${container} names ${host}, whose images run by digest`,
        "Leave it out: what a mesh injects comes from elsewhere",
      );
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(container))
      throw wrong(
        `"${container}" is not the name of a container`,
        "Lower-case letters, digits and - make one",
      );
  }
  const text = (lines: readonly string[]) => [...new Set(lines)].sort().join("\n");
  const data = {
    registries: text(registries),
    images: text(images),
    injected: text(Object.entries(injected).map(([container, repository]) => `${container}=${repository}`)),
  };
  const bytes = new TextEncoder().encode(Object.values(data).join("")).length;
  if (bytes <= parametersLimit) return data;
  throw wrong(
    `${images.length} images take ${bytes} bytes; Kubernetes allows ${parametersLimit} in one ConfigMap`,
    "Shorten the rollback windows (previous)",
  );
}
