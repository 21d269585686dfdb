import { Delays } from "./delays";
import { parseFault, type Fault, type FaultKind } from "./fault";
import type { Behind } from "./replica";

/** A fault that is switched on, and how often it struck. */
export interface StandingFault extends Fault {
  readonly struck: number;
}

/** The faults of one sandbox. They live as long as its process. */
export class Faults {
  /** Role assignments that don't count as yet, by ARM id. */
  readonly lateRoles: Delays;
  /** What a registry's login server doesn't show as yet. */
  readonly replication: Delays<Behind>;
  private standing: { readonly fault: Fault; struck: number }[] = [];

  /** @param now milliseconds since the epoch */
  constructor(private readonly now: () => number = Date.now) {
    this.lateRoles = new Delays(now);
    this.replication = new Delays(now);
  }

  /** @throws UserError (2) when it is no fault. */
  set(given: unknown): StandingFault {
    const fault = parseFault(given);
    this.standing.push({ fault, struck: 0 });
    return { ...fault, struck: 0 };
  }

  /** What is switched on; one whose times are used up is not. */
  list(): StandingFault[] {
    return this.standing.map(({ fault, struck }) => ({ ...fault, struck }));
  }

  /** Switches all off, and what was late takes effect. */
  clear(): void {
    this.standing = [];
    this.lateRoles.clear();
    this.replication.clear();
  }

  /** What the registries' clock says; undefined when it is right. */
  skewedClock(): Date | undefined {
    const skew = this.standing.find(({ fault }) => fault.kind === "clock-skew");
    return skew && new Date(this.now() + skew.fault.seconds! * 1000);
  }

  /** The first fault of a kind, struck once more by this. */
  take(kind: FaultKind): Fault | undefined {
    for (const fault of this.striking((one) => one.kind === kind)) return fault;
    return undefined;
  }

  /** The faults that fit, in the order in which they were set; each strikes when it is reached. */
  *striking(fits: (fault: Fault) => boolean): Generator<Fault> {
    for (const one of [...this.standing]) {
      // Between two steps others may have used it up, or somebody cleared it.
      if (!fits(one.fault) || !this.standing.includes(one)) continue;
      one.struck++;
      if (one.struck === one.fault.times) this.standing = this.standing.filter((other) => other !== one);
      yield one.fault;
    }
  }
}
