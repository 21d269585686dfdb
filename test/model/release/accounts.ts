import { passwordExpires } from "../../../model/release/password";
import { phaseOf, type Release } from "../../../model/release/release";
import { type Happened, happenedTo, stepBack } from "../../../model/release/steps-back";
import { rules } from "./world";

/** One stage's pair of accounts, as it is in the cloud. */
interface Pair {
  enabled: boolean;
  /** What the engine takes away at the end of an update only. */
  credentials: boolean;
  expires: string;
  proven: boolean;
}

/** What an update makes of a release's file: the accounts in the cloud, whatever the file says of them. */
export class Accounts {
  private readonly pairs = new Map<string, Pair>();
  /** The stages in which somebody could sign in, after each thing that was done. */
  readonly seen: string[][] = [];
  /** What the file said at the last update, if that one succeeded. */
  carriedOut?: Release;
  /** What was recorded at each update that came so far. */
  readonly histories: Happened[] = [];
  /** What was refused as a step back. */
  readonly stepsBack: string[] = [];

  /** One update; it breaks off before the thing with this number. */
  update(release: Release, now: Date, breaksOff = Infinity): boolean {
    this.carriedOut = undefined;
    let done = 0;
    for (const act of this.plan(release, now)) {
      if (done++ === breaksOff || !act()) return false;
      this.seen.push(this.alive());
    }
    this.carriedOut = release;
    return true;
  }

  alive(): string[] {
    return [...this.pairs].filter(([, { enabled }]) => enabled).map(([stage]) => stage);
  }

  get count(): number {
    return this.pairs.size;
  }

  /** As the engine's state shows it. */
  isUnproven(stage: string, now: Date): boolean {
    const pair = this.pairs.get(stage);
    return pair !== undefined && !pair.proven && Date.parse(pair.expires) <= now.getTime();
  }

  /** In the order that dependencies give; what goes comes last. */
  private plan(release: Release, now: Date): (() => boolean)[] {
    const wanted = release.deleted === undefined ? Object.keys(release.stages) : [];
    const ended = wanted.filter((stage) => phaseOf(release, stage) !== "open");
    const closed = wanted.filter((stage) => phaseOf(release, stage) === "closed");
    return [
      ...closed.flatMap((stage) => [() => this.disable(stage), () => this.prove(stage, now)]),
      () => this.record(happenedTo(release)),
      ...wanted
        .filter((stage) => !closed.includes(stage))
        .map((stage) =>
          phaseOf(release, stage) === "open"
            ? () => this.open(stage, passwordExpires(release.stages[stage], rules.releases), now)
            : () => this.disable(stage),
        ),
      ...ended.map((stage) => () => {
        this.pairs.get(stage)!.credentials = false;
        return true;
      }),
      ...[...this.pairs.keys()]
        .filter((stage) => !wanted.includes(stage))
        .map((stage) => () => this.pairs.delete(stage)),
    ];
  }

  private record(happened: Happened): boolean {
    const before = this.histories.at(-1);
    const found = before && stepBack(before, happened);
    if (found) this.stepsBack.push(found.what);
    else this.histories.push(happened);
    return !found;
  }

  private open(stage: string, expires: string, now: Date): boolean {
    const pair = this.pairs.get(stage);
    if (pair?.expires !== expires && Date.parse(expires) <= now.getTime()) return false;
    this.pairs.set(stage, { enabled: true, credentials: true, expires, proven: false });
    return true;
  }

  /** A password that was never made can't be ended. */
  private disable(stage: string): boolean {
    const pair = this.pairs.get(stage);
    if (pair) pair.enabled = false;
    return pair !== undefined;
  }

  private prove(stage: string, now: Date): boolean {
    const pair = this.pairs.get(stage)!;
    pair.proven ||= !pair.enabled && !pair.credentials && now.getTime() < Date.parse(pair.expires);
    return pair.proven;
  }
}
