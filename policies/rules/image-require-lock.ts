import type { Finding, Resource, StackRule } from "../rule";
import { type Environment, registriesOf } from "../../model/promotion-path";
import { versionTag } from "../../model/tags";
import type { Settings } from "../../model/settings";
import { isList } from "../values";

/** What runs in a protected environment can't be taken away or replaced there. */
export const imageRequireLock: StackRule = {
  name: "image-require-lock",
  displayName: "Locked images",
  description:
    "Every image of a protected environment, and every one in its rollback window, is imported and locked.",
  severity: "high",
  remediationSteps: "Let PromotedImage import and lock it (`lock` is its default).",
  looksAt: [
    "Each `ImageImport` of a protected environment: an `ImageLock` on the same registry, repository and digest, with the version's tag.",
    "Each entry of `images` in the stack's file, `previous` included: it is imported and locked, in the standard registry too when its `promotions` are stated. An entry that the program leaves out is a finding.",
    "It runs after the resources exist: it fails the run, and what it finds is mended by the next one.",
  ],
  why: "A tag that can be moved, or a manifest that can be deleted, makes the digest in the review a wish. A rollback needs the image before, and retention takes what is not locked.",
  checkStack: (resources, { environment, settings }) => {
    if (!environment?.protected) return [];
    const imports = resources.filter(({ type }) => type === "airlock:index:ImageImport");
    const locks = resources.filter(({ type }) => type === "airlock:index:ImageLock");
    return [
      ...imports
        .filter((image) => !locks.some((lock) => holds(lock, image)))
        .map((image) => unlocked(image, environment)),
      ...missing(resources, imports, environment, settings),
    ];
  },
};

const same = ["loginServer", "repository", "digest"] as const;

function holds(lock: Resource, image: Resource): boolean {
  const tags = lock.properties.tags;
  const wanted = image.properties.tags;
  const tagged = !isList(wanted) || (isList(tags) && wanted.every((tag) => tags.includes(tag)));
  return tagged && same.every((key) => lock.properties[key] === image.properties[key]);
}

function unlocked(resource: Resource, { name }: Environment): Finding & { resource: Resource } {
  return {
    resource,
    what: `the image is imported into ${name}, and not locked there`,
    property: "digest",
    fix: "Add an ImageLock with the same repository, digest and tags, as PromotedImage does",
  };
}

/** Entries of the configuration that the program does not import. */
function missing(
  resources: readonly Resource[],
  imports: readonly Resource[],
  environment: Environment,
  { images }: Settings,
): (Finding & { resource: Resource })[] {
  const [stack] = resources;
  if (stack === undefined) return [];
  const entries = Object.entries(images).flatMap(([repository, entry]) =>
    [entry, ...entry.previous].map((release) => ({ repository, ...release })),
  );
  const targets = registriesOf(environment).filter(({ promotions }) => promotions);
  return targets.flatMap(({ name, column, registry, host }) =>
    entries
      .filter(
        ({ repository, digest }) =>
          !imports.some(
            ({ properties }) =>
              properties.repository === repository &&
              properties.digest === digest &&
              properties.loginServer === host,
          ),
      )
      .map(({ repository, version, digest }) => ({
        resource: stack,
        what: `${repository}@${digest} (${versionTag(version, name)}) stands in the configuration, and the program does not import it${column === name ? "" : ` into ${registry}`}`,
        property: `images.${repository}`,
        fix: "Make a PromotedImage of every entry of `images`, as the reference program does",
      })),
  );
}
