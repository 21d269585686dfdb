import type { Repository } from "../azure/azure";
import { CloudError } from "../errors";

/**
 * Runs `action`, and once more with the manifest's write lock lifted when the lock stood in the way: whether Azure refuses
 * tags and referrers of a locked manifest is not documented, nor with which status. The lock on deletion stays.
 *
 * Killed while unlocked, the next run finds `deleteEnabled` off and `writeEnabled` on, and `relock` closes it.
 */
export async function despiteWriteLock(
  repository: Repository,
  digest: string,
  action: () => Promise<void>,
): Promise<void> {
  try {
    return await action();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const lock = await repository.manifestLock(digest).catch(() => undefined);
    if (!lock || lock.canWrite) throw error;
  }
  await repository.setManifestLock(digest, { canWrite: true });
  try {
    await action();
  } finally {
    await repository.setManifestLock(digest, { canWrite: false });
  }
}

// Not what says that somebody else is asked for (401), that something is missing, or that it may pass by itself.
const otherReasons: readonly (number | undefined)[] = [401, 404, 408, 429];

function isRefusal(error: unknown): boolean {
  if (!(error instanceof CloudError) || error.status === undefined) return false;
  return error.status >= 400 && error.status < 500 && !otherReasons.includes(error.status);
}

/**
 * Closes a manifest that an earlier, killed run left open for writing. A manifest that may be deleted was never locked,
 * and is left to `ImageLock`.
 */
export async function relock(
  repository: Repository,
  digest: string,
  manifestWriteEnabled: boolean,
): Promise<void> {
  if (manifestWriteEnabled) return;
  const lock = await repository.manifestLock(digest);
  if (lock && lock.canWrite && !lock.canDelete) await repository.setManifestLock(digest, { canWrite: false });
}
