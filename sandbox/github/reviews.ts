import type { JsonStore } from "../json-store";

/** What somebody said to a pull request, or when a job of a run waited for them. */
export interface Said {
  readonly kind: "review" | "run";
  /** Owner and name. */
  readonly repository: string;
  /** Of the review, or of the run. */
  readonly id: number;
  readonly login: string;
  readonly text: string;
  /** As GitHub has it: `APPROVED`, `DISMISSED`; of a run `approved`, `rejected`. */
  readonly state: string;
  readonly at: string;
  readonly editedAt?: string;
}

/** The one pull request of every repository: people review what they want to say something about. */
export const onlyPull = 1;

/** Reviews of pull requests, and what was said in runs. Who says something has an account. */
export class Reviews {
  constructor(private readonly store: JsonStore<Said>) {}

  /** Somebody approves. @returns what was said, with its number */
  approve(said: Pick<Said, "kind" | "repository" | "login" | "text">, now: Date): Said {
    const state = said.kind === "review" ? "APPROVED" : "approved";
    const id = Math.max(0, ...this.store.values().map((one) => one.id)) + 1;
    return this.put({ ...said, id, state, at: instant(now) });
  }

  /** What GitHub lets others do to a review: dismiss it, or write something else into it. False when there is none. */
  change(id: number, change: { readonly text?: string; readonly state?: string }, now: Date): boolean {
    const found = this.store.get(String(id));
    if (found?.kind !== "review") return false;
    this.put({ ...found, ...change, ...(change.text !== undefined && { editedAt: instant(now) }) });
    return true;
  }

  find(id: number): Said | undefined {
    return this.store.get(String(id));
  }

  /** In the order in which they were said. */
  of(kind: Said["kind"], repository: string): Said[] {
    return this.store
      .values()
      .filter((one) => one.kind === kind && one.repository.toLowerCase() === repository.toLowerCase())
      .sort((one, other) => one.id - other.id);
  }

  private put(said: Said): Said {
    this.store.set(String(said.id), said);
    return said;
  }
}

const instant = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;
