import { CloudError } from "../errors";
import { retry, Transient } from "../retry";

/** How long a refusal of one place is doubted, in milliseconds from the first: Azure's roles take effect late. */
const doubt = 15_000;

/**
 * Doubts refusals for a while, because a role that was assigned just now takes effect late. Each place is doubted once, so
 * that whoever lacks a role waits no longer for a hundred images than for one.
 */
export class Patience {
  private readonly until = new Map<string, number>();

  constructor(private readonly pause: (milliseconds: number) => Promise<void>) {}

  /**
   * Runs `action` again while it is refused (401, 403).
   * @param place what refuses: a registry's host, or Resource Manager.
   * @throws CloudError that says what to do when the role is new.
   */
  withRole<T>(place: string, action: () => Promise<T>): Promise<T> {
    const attempt = async (): Promise<T> => {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof CloudError) || (error.status !== 401 && error.status !== 403)) throw error;
        const now = Date.now();
        const until = this.until.get(place) ?? now + doubt;
        this.until.set(place, until);
        throw now < until ? new Transient(refused(error)) : refused(error);
      }
    };
    return retry(attempt, { pause: this.pause, attempts: 6, firstDelay: 1_000, longestDelay: 4_000 });
  }
}

/** Ten minutes is what Azure's own documentation gives an assignment. */
function refused({ status, problem: { what } }: CloudError): CloudError {
  return new CloudError(what, {
    status,
    fix: "Run this as an identity of the matrix that may; a role that it got less than 10 minutes ago may not have taken effect yet: then run this again",
  });
}
