import { UserError } from "../../model/errors";
import { imagesOf, listEvidence } from "../../model/signing";
import type { Azure, Repository } from "../azure/azure";
import { CloudError } from "../errors";
import type { Properties } from "../properties";
import type { Checked, ResourceType, State } from "../resource";
import * as rules from "../rules";

/** Inputs of `airlock:index:ImageLock`, all known. */
export interface ImageLockInputs {
  readonly loginServer: string;
  readonly repository: string;
  readonly digest: string;
  /** Tags that can be neither moved nor deleted. */
  readonly tags: readonly string[];
  /** False also refuses new tags and referrers of the manifest. */
  readonly manifestWriteEnabled: boolean;
  /** Computed by `check`, always false: so that a manifest unlocked by hand is a difference. */
  readonly manifestDeleteEnabled: boolean;
  /** The same for the images of an index and for the evidence: true when one of them may be deleted. */
  readonly attachedDeleteEnabled: boolean;
}

const schema: Record<string, rules.Property> = {
  loginServer: { rule: rules.host },
  repository: { rule: rules.repository },
  digest: { rule: rules.digest },
  tags: { rule: rules.tags },
  manifestWriteEnabled: { rule: rules.flag },
  // What is attached is found by itself: a change of this only says that there is something new to lock.
  carriedAttestations: { rule: rules.digests, optional: true },
};

const looks = 5;
const firstWait = 100;
const closed = { canWrite: false, canDelete: false };
const open = { canWrite: true, canDelete: true };

/**
 * The lock of an image: its tags and its manifest, whose locks are independent of each other in Azure, and against deletion
 * also what it can't do without, the images of an index and the signatures.
 */
export class ImageLock implements ResourceType {
  readonly replaceOn = ["loginServer", "repository", "digest"];
  /** The old one unlocks when it goes, and that may be the image that the new one has just locked. */
  readonly deleteBeforeReplace = true;

  constructor(private readonly azure: Azure) {}

  async check(_olds: Properties | undefined, news: Properties): Promise<Checked> {
    const given: Properties = { manifestWriteEnabled: true, ...news };
    return {
      inputs: { ...given, manifestDeleteEnabled: false, attachedDeleteEnabled: false },
      failures: rules.judge(given, schema),
    };
  }

  preview(inputs: Properties): Properties {
    return inputs;
  }

  async create(properties: Properties): Promise<{ id: string; outputs: Properties }> {
    const inputs = properties as unknown as ImageLockInputs;
    await this.lock(inputs);
    return { id: `${inputs.loginServer}/${inputs.repository}@${inputs.digest}#lock`, outputs: properties };
  }

  async read({ inputs }: State): Promise<State | undefined> {
    const { digest, tags } = inputs as unknown as ImageLockInputs;
    const repository = this.repository(inputs as unknown as ImageLockInputs);
    const manifest = await repository.manifestLock(digest);
    if (!manifest) return undefined;
    const locked = await Promise.all(tags.map((tag) => this.tagIsLocked(repository, tag, digest)));
    const found = {
      ...inputs,
      tags: tags.filter((_, index) => locked[index]),
      manifestWriteEnabled: manifest.canWrite,
      manifestDeleteEnabled: manifest.canDelete,
      attachedDeleteEnabled: (await deletable(repository, digest)).length > 0,
    };
    return { inputs: found, outputs: found };
  }

  async update(news: Properties, olds: Properties): Promise<Properties> {
    const inputs = news as unknown as ImageLockInputs;
    await this.lock(inputs);
    const dropped = (olds as unknown as ImageLockInputs).tags.filter((tag) => !inputs.tags.includes(tag));
    for (const tag of dropped) await this.unlockTag(this.repository(inputs), tag, inputs.digest);
    return news;
  }

  /**
   * Unlocks, so that retention can collect the image; deletes nothing. The images of an index stay locked: another index, which
   * still runs, may hold the same ones.
   */
  async delete(properties: Properties): Promise<void> {
    const inputs = properties as unknown as ImageLockInputs;
    const repository = this.repository(inputs);
    for (const tag of inputs.tags) await this.unlockTag(repository, tag, inputs.digest);
    if (!(await repository.manifestLock(inputs.digest))) return;
    await repository.setManifestLock(inputs.digest, open);
    for (const { digest } of await listEvidence(repository, inputs.digest)) {
      if (await repository.manifestLock(digest))
        await repository.setManifestLock(digest, { canDelete: true });
    }
  }

  /** Locks what is not locked, and believes what it reads back. */
  private async lock(inputs: ImageLockInputs): Promise<void> {
    const repository = this.repository(inputs);
    for (let look = 1; ; look++) {
      const unlocked = await this.closeWhatIsOpen(repository, inputs);
      if (unlocked.length === 0) return;
      if (look === looks) {
        throw new CloudError(
          `${unlocked.join(" and ")} stayed unlocked in ${inputs.loginServer} after ${looks - 1} tries`,
        );
      }
      if (look > 1) await this.azure.pause(firstWait * 2 ** (look - 2));
    }
  }

  /** @returns what was found open, by name. */
  private async closeWhatIsOpen(repository: Repository, inputs: ImageLockInputs): Promise<string[]> {
    const { digest, manifestWriteEnabled: canWrite } = inputs;
    const image = `${repository.name}@${digest}`;
    const unlocked: string[] = [];
    const manifest = await repository.manifestLock(digest);
    if (!manifest) throw absent(image, repository.host);
    if (manifest.canDelete || manifest.canWrite !== canWrite) {
      unlocked.push(image);
      await repository.setManifestLock(digest, { canWrite, canDelete: false });
    }
    for (const tag of inputs.tags) {
      const name = `${repository.name}:${tag}`;
      const found = await repository.tagLock(tag);
      if (!found) throw absent(name, repository.host);
      if (found.digest !== digest) {
        const what = `${name} names ${found.digest} in ${repository.host}, not ${digest}: it can't be locked`;
        throw new UserError({ what, exitCode: 1 });
      }
      if (!found.canWrite && !found.canDelete) continue;
      unlocked.push(name);
      await repository.setTagLock(tag, closed);
    }
    for (const attached of await deletable(repository, digest)) {
      unlocked.push(`${repository.name}@${attached}`);
      await repository.setManifestLock(attached, { canDelete: false });
    }
    return unlocked;
  }

  private async tagIsLocked(repository: Repository, tag: string, digest: string): Promise<boolean> {
    const found = await repository.tagLock(tag);
    return found !== undefined && found.digest === digest && !found.canWrite && !found.canDelete;
  }

  /** A tag that names another image by now is not ours to unlock. */
  private async unlockTag(repository: Repository, tag: string, digest: string): Promise<void> {
    const found = await repository.tagLock(tag);
    if (found?.digest === digest && !(found.canWrite && found.canDelete))
      await repository.setTagLock(tag, open);
  }

  private repository({ loginServer, repository }: ImageLockInputs): Repository {
    return this.azure.repository(loginServer, repository);
  }
}

/** What hangs on an image and may be deleted: images of an index, signatures, attestations. */
async function deletable(repository: Repository, digest: string): Promise<string[]> {
  const images = (await imagesOf(repository, digest)).slice(1);
  const evidence = (await listEvidence(repository, digest)).map((one) => one.digest);
  const found: string[] = [];
  for (const attached of new Set([...images, ...evidence])) {
    if ((await repository.manifestLock(attached))?.canDelete) found.push(attached);
  }
  return found;
}

function absent(name: string, host: string): UserError {
  return new UserError({ what: `${name} does not exist in ${host}: it can't be locked`, exitCode: 1 });
}
