import type { Azure } from "../azure/azure";
import { CloudError } from "../errors";

const looks = 9;
const firstWait = 100;
/** Seconds from the first look to the last. */
const patience = Math.round((firstWait * (2 ** (looks - 1) - 1)) / 1000);

/**
 * Makes something so, unless it is so already. An error of `act` counts only when the effect is not there: the answer to a
 * request that Azure carried out can get lost. What Azure shows late is looked at again.
 *
 * @param what for the error when the effect doesn't show.
 */
export async function converge(
  azure: Azure,
  what: string,
  done: () => Promise<boolean>,
  act: () => Promise<void>,
): Promise<void> {
  if (await done()) return;
  // Azure may still be at it.
  let lost: CloudError | undefined;
  try {
    await act();
  } catch (error) {
    if (await done().catch(() => false)) return;
    if (!(error instanceof CloudError && error.lost)) throw error;
    lost = error;
  }
  if (await shows(azure, done)) return;
  throw (
    lost ??
    new CloudError(`${what} was accepted by Azure but does not show after ${patience} seconds`, {
      fix: "A registry with replicas may show it later: then run this again",
    })
  );
}

/** Looks until it is so, for a bounded time. */
export async function shows(azure: Azure, done: () => Promise<boolean>): Promise<boolean> {
  for (let look = 1; !(await done()); look++) {
    if (look === looks) return false;
    await azure.pause(firstWait * 2 ** (look - 1));
  }
  return true;
}
