import { UserError } from "../../model/errors";
import { isDigest } from "../../model/image-reference";
import { bondProblem, type ImageLabels } from "../../model/labels";
import { predecessorOf, type RegistryOfEnvironment } from "../../model/promotion-path";
import { pulledLine } from "../../model/pulled-image";
import {
  listEvidence,
  Unreadable,
  verifySignature,
  type SigningTrust,
  type Verification,
} from "../../model/signing";
import { latestTag, versionTag } from "../../model/tags";
import type { Lock } from "../../provider/azure/azure";
import { CloudError } from "../../provider/errors";
import { readImage } from "../../provider/resources/image-reading";
import type { Declared } from "../promotion/running";
import { readAttached, type Attached } from "./attached";
import type { Asked } from "./reference";
import type { ReadRepository } from "./registry";

/** Whom the project trusts with a repository's images; why nobody, when it says nobody. */
export type Trust = SigningTrust | { readonly nobody: string };

/** Where the stack files have an image, or had it and may go back to it. */
export interface Promotion {
  readonly environment: string;
  readonly state: "running" | "previous";
  readonly version: string;
  /** Environment that it was promoted from; absent in the first, where it was built. */
  readonly from?: string;
}

/** What may still happen to the image where it is; `unread` says why that isn't known. */
export interface LockReport {
  readonly manifest?: Lock;
  /** The tags that its promotion put there. */
  readonly tags: readonly (Lock & { readonly tag: string })[];
  readonly unread?: string;
}

/** What `airlock inspect --json` prints. */
export interface ImageReport {
  readonly image: string;
  readonly registry: { readonly name: string; readonly host: string; readonly environment: string };
  readonly repository: string;
  readonly digest: string;
  /** The tag that was asked for: it may name another image tomorrow. */
  readonly tag?: string;
  readonly mediaType: string;
  readonly platforms: readonly {
    readonly platform: string;
    readonly digest: string;
    readonly size: number;
  }[];
  /** Bytes of all platforms. */
  readonly size: number;
  readonly labels: ImageLabels;
  /** Set when the labels name another environment or registry than the one it is in. */
  readonly misplaced?: string;
  readonly signature: Verification;
  readonly attached: readonly Attached[];
  readonly promotions: readonly Promotion[];
  /** For the environment's logs; absent where the stack files don't have it. */
  readonly pulled?: string;
  readonly lock: LockReport;
}

/**
 * Everything that registry and stack files say of one image.
 * @throws UserError: exit 1 when it is not there or can't be read, exit 3 when the registry refuses.
 */
export async function inspectImage(
  { registry, repository: name, reference }: Asked,
  repository: ReadRepository,
  declared: Declared,
  trust: Trust,
): Promise<ImageReport> {
  const found = await repository.manifest(reference);
  const separator = isDigest(reference) ? "@" : ":";
  if (!found) {
    const what = `${name}${separator}${reference} does not exist in ${repository.host}, the registry of ${registry.name}`;
    throw new UserError({ what, exitCode: 1 });
  }
  const { digest, mediaType } = found;
  const { images, labels } = await readImage(repository, digest);
  const promotions = promotionsOf(declared, name, digest);
  const here = promotions.find(({ environment }) => environment === registry.name);
  const host = registry.customHost ?? registry.host;
  const misplaced = bondProblem(labels, { environment: registry.name, registry: registry.host });
  return {
    image: `${host}/${name}@${digest}`,
    registry: { name: registry.registry, host: registry.host, environment: registry.name },
    repository: name,
    digest,
    ...(separator === ":" && { tag: reference }),
    mediaType,
    platforms: images.flatMap(({ platform, digest, size }) =>
      platform === undefined ? [] : [{ platform, digest, size }],
    ),
    size: images.reduce((sum, { size }) => sum + size, 0),
    labels,
    ...(misplaced !== undefined && { misplaced }),
    ...(await evidenceOf(repository, digest, trust)),
    promotions,
    ...(here && {
      pulled: pulledLine({
        repository: name,
        digest,
        version: here.version,
        registry: host,
        environment: registry.name,
      }),
    }),
    lock: await lockOf(repository, digest, registry, here),
  };
}

/** Every environment of the path whose stack file has the digest. */
function promotionsOf({ settings, running }: Declared, repository: string, digest: string): Promotion[] {
  return settings.path.environments.flatMap(({ name }): Promotion[] => {
    const entry = running[name][repository];
    const before = entry?.previous.find((one) => one.digest === digest);
    const release = entry?.digest === digest ? entry : before;
    if (release === undefined) return [];
    const from = predecessorOf(settings.path, name)?.name;
    return [
      {
        environment: name,
        state: release === before ? "previous" : "running",
        version: release.version,
        ...(from !== undefined && { from }),
      },
    ];
  });
}

async function evidenceOf(
  repository: ReadRepository,
  digest: string,
  trust: Trust,
): Promise<Pick<ImageReport, "signature" | "attached">> {
  try {
    const evidence = await listEvidence(repository, digest);
    if ("nobody" in trust) {
      const problem = `can't be verified: ${trust.nobody}`;
      return {
        signature: { verified: false, problem },
        attached: evidence.map((one) => ({ ...one, problem })),
      };
    }
    const asked = { ...trust, repository: repository.name };
    const attached: Attached[] = [];
    for (const one of evidence) attached.push(await readAttached(repository, one, asked));
    return { signature: await verifySignature(repository, digest, asked), attached };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const what = `what is attached to ${repository.name}@${digest} can't be read: ${error.message}`;
    throw new UserError({ what, exitCode: 1 });
  }
}

/** Locks are metadata, which not everybody who pulls may read. */
async function lockOf(
  repository: ReadRepository,
  digest: string,
  { name }: RegistryOfEnvironment,
  here: Promotion | undefined,
): Promise<LockReport> {
  try {
    const manifest = await repository.manifestLock(digest);
    const tags: (Lock & { tag: string })[] = [];
    for (const tag of here ? [versionTag(here.version, name), latestTag(name)] : []) {
      const found = await repository.tagLock(tag);
      if (found?.digest === digest) tags.push({ tag, canWrite: found.canWrite, canDelete: found.canDelete });
    }
    return { ...(manifest && { manifest }), tags };
  } catch (error) {
    if (!(error instanceof CloudError) || (error.status !== 401 && error.status !== 403)) throw error;
    return { tags: [], unread: `whoever asks may not read it (${error.status})` };
  }
}
