import type { Azure } from "../azure/azure";
import { CloudError } from "../errors";

const looks = 6;
const firstWait = 100;

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
  try {
    await act();
  } catch (error) {
    if (await done().catch(() => false)) return;
    throw error;
  }
  for (let look = 1; !(await done()); look++) {
    if (look === looks) throw new CloudError(`${what} was accepted by Azure but has no effect`);
    await azure.pause(firstWait * 2 ** (look - 1));
  }
}
