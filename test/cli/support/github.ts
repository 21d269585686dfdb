const server = "https://github.com/contoso/platform";
const api = "https://api.github.com";

interface Review {
  readonly id: number;
  readonly login: string;
  body: string;
  state: string;
  lastEditedAt: string | null;
}

/** GitHub as `fetch` shows it to this process: one pull request, and runs. */
export class FakeGitHub {
  readonly reviews: Review[] = [];
  readonly runs: Record<string, { login: string; comment: string; state: string }[]> = {};
  /** What was asked for, with the token that was shown. */
  readonly asked: string[] = [];
  /** Answers everything with this status, or not at all. */
  broken?: number | "unreachable";

  /** Takes the place of `fetch` until jest restores it. */
  install(): this {
    jest
      .spyOn(globalThis, "fetch")
      .mockImplementation((address, { headers, body } = {}) =>
        this.answer(String(address), headers as Record<string, string>, body as string | undefined),
      );
    return this;
  }

  /** Somebody reviews. @returns the address */
  review(login: string, body: string, state = "APPROVED"): string {
    const id = this.reviews.length + 101;
    this.reviews.push({ id, login, body, state, lastEditedAt: null });
    return `${server}/pull/7#pullrequestreview-${id}`;
  }

  /** Somebody lets a job of a run into its environment. @returns the address of the run */
  letIn(run: number, login: string, comment: string, state = "approved"): string {
    (this.runs[run] ??= []).push({ login, comment, state });
    return `${server}/actions/runs/${run}`;
  }

  private answer(address: string, headers: Record<string, string>, body?: string): Promise<Response> {
    this.asked.push(`${headers.authorization} ${address.replace(api, "")}`);
    if (this.broken === "unreachable")
      return Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") }));
    if (this.broken !== undefined) return Promise.resolve(new Response("{}", { status: this.broken }));
    const found = body === undefined ? this.read(new URL(address)) : this.edited(body);
    return Promise.resolve(
      found === undefined ? Response.json({ message: "Not Found" }, { status: 404 }) : Response.json(found),
    );
  }

  private read({ pathname, searchParams }: URL): unknown {
    if (pathname === "/repos/contoso/platform/pulls/7/reviews") {
      const [size, page] = ["per_page", "page"].map((name) => Number(searchParams.get(name)));
      return this.reviews.slice((page - 1) * size, page * size).map(({ id, login, body, state }) => ({
        id,
        node_id: `PRR_${id}`,
        user: { login },
        body,
        state,
        submitted_at: "2026-11-21T10:00:00Z",
      }));
    }
    const run = /^\/repos\/contoso\/platform\/actions\/runs\/(\d+)\/approvals$/.exec(pathname)?.[1];
    return run === undefined
      ? undefined
      : this.runs[run]?.map(({ login, ...said }) => ({ ...said, user: { login }, environments: [] }));
  }

  private edited(body: string): unknown {
    const { variables } = JSON.parse(body) as { variables: { id: string } };
    const found = this.reviews.find(({ id }) => `PRR_${id}` === variables.id);
    return { data: { node: found ? { lastEditedAt: found.lastEditedAt } : null } };
  }
}
