/** What takes effect late, by key. */
export class Delays<T = true> {
  private readonly waiting = new Map<string, { readonly until: number; readonly before: T }>();
  private changes = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** @param before what stands until then. */
  hold(key: string, seconds: number, before: T): void {
    this.waiting.set(key, { until: this.now() + seconds * 1000, before });
    this.changes++;
  }

  /** What stands for this key as yet; undefined when nothing waits. */
  held(key: string): T | undefined {
    this.expire();
    return this.waiting.get(key)?.before;
  }

  get empty(): boolean {
    this.expire();
    return this.waiting.size === 0;
  }

  /** Another one whenever something takes effect or begins to wait. */
  get revision(): number {
    this.expire();
    return this.changes;
  }

  /** Everything takes effect at once. */
  clear(): void {
    this.waiting.clear();
    this.changes++;
  }

  private expire(): void {
    for (const [key, { until }] of this.waiting) {
      if (until > this.now()) continue;
      this.waiting.delete(key);
      this.changes++;
    }
  }
}
