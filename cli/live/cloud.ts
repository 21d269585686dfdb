import { setTimeout as wait } from "node:timers/promises";
import pLimit from "p-limit";
import { UserError } from "../../model/errors";
import type { Tokens } from "./sign-in";

/** An object of ARM or Graph, as it came. */
export type Entry = Readonly<Record<string, unknown>>;

/** Something that could not be read, and so is neither there nor absent. */
export interface Unread {
  /** `role assignments`. */
  readonly what: string;
  /** What they are of: `contoso-prod-rg`. */
  readonly of: string;
  /** Status and the service's own code: `403 AuthorizationFailed`. */
  readonly why: string;
  /** The service's own words, in one line. */
  readonly message: string;
  /** What it bears upon: an environment, `shared`, or `directory`. */
  readonly area: string;
}

/** What is asked for, for those who are told that it could not be read. */
export type About = Pick<Unread, "what" | "of" | "area">;

export interface CloudOptions {
  /** `https://management.azure.com`, or another one of the kind. */
  readonly endpoint: string;
  readonly tokens: Tokens;
  readonly fetch?: typeof fetch;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

const mostAtOnce = 8;
const attempts = 5;
const deadline = 30_000;

/** Speaks one of Azure's REST interfaces. What it refuses to show is kept in `unread`; what isn't there is nothing. */
export class Cloud {
  readonly unread: Unread[] = [];
  private readonly limit = pLimit(mostAtOnce);
  private readonly endpoint: string;

  constructor(private readonly options: CloudOptions) {
    this.endpoint = options.endpoint.replace(/\/+$/, "");
  }

  /** Every entry of a list, on all its pages; empty when it isn't there or can't be read. */
  async list(path: string, about: About, body?: unknown): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let address: string | undefined = this.endpoint + path; address !== undefined;) {
      const page: Entry | undefined = await this.ask(address, about, body);
      entries.push(...((page?.value as Entry[] | undefined) ?? []));
      const next: unknown = page?.nextLink ?? page?.["@odata.nextLink"];
      address = typeof next === "string" && next !== "" ? this.ownAddress(next) : undefined;
    }
    return entries;
  }

  /** One object; undefined when it isn't there or can't be read. */
  get(path: string, about: About): Promise<Entry | undefined> {
    return this.ask(this.endpoint + path, about);
  }

  /** Whether one object is gone, or out of sight: a right to see it may go with it. A failure says neither. */
  async hides(path: string): Promise<boolean> {
    const { status } = await this.limit(() => this.patiently(this.endpoint + path));
    return status === 404 || status === 403;
  }

  /** Asks for one object to be deleted: undefined once that is accepted, or where there is none; otherwise why not. */
  async remove(path: string): Promise<string | undefined> {
    const { status, text } = await this.limit(() =>
      this.patiently(this.endpoint + path, { method: "DELETE" }),
    );
    if (status < 300 || status === 404) return undefined;
    const { code, message } = errorIn(text);
    const why = `${status} ${code}`.trim();
    if (status === 401) throw failed(`${this.endpoint} does not accept the sign-in: ${why}`);
    return `${why}: ${message}`;
  }

  // The token is meant for this host alone.
  private ownAddress(next: string): string {
    if (new URL(next).origin === new URL(this.endpoint).origin) return next;
    throw failed(`${this.endpoint} continues a list at another host, ${new URL(next).host}`);
  }

  private async ask(address: string, about: About, body?: unknown): Promise<Entry | undefined> {
    const { status, text } = await this.limit(() => this.patiently(address, { body }));
    if (status === 404) return undefined;
    if (status < 300) return parsed(text);
    const { code, message } = errorIn(text);
    const why = `${status} ${code}`.trim();
    if (status === 401) throw failed(`${this.endpoint} does not accept the sign-in: ${why}`);
    // Nobody can be eligible for a role in a tenant that never bought it.
    if (code === "AadPremiumLicenseRequired") return undefined;
    this.unread.push({ ...about, why, message });
    return undefined;
  }

  private async patiently(
    address: string,
    { body, method = body === undefined ? "GET" : "POST" }: { body?: unknown; method?: string } = {},
  ): Promise<{ status: number; text: string }> {
    const { tokens, pause = wait, fetch: fetcher = fetch } = this.options;
    for (let attempt = 1; ; attempt++) {
      let after = 500 * 2 ** attempt;
      try {
        const response = await fetcher(address, {
          method,
          headers: {
            authorization: `Bearer ${await tokens(`${this.endpoint}/.default`)}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: "error",
          signal: AbortSignal.timeout(deadline),
        });
        const busy = response.status === 429 || response.status >= 500;
        if (!busy || attempt === attempts) return { status: response.status, text: await response.text() };
        after = Number(response.headers.get("retry-after")) * 1000 || after;
      } catch (error) {
        if (error instanceof UserError) throw error;
        if (attempt === attempts)
          throw failed(`${new URL(address).host} can't be reached: ${causeOf(error)}`);
      }
      await pause(Math.min(after, deadline));
    }
  }
}

/** What a service says of a refusal, in one line. */
function errorIn(text: string): { readonly code: string; readonly message: string } {
  const { code = "", message = "" } = (parsed(text).error ?? {}) as { code?: string; message?: string };
  return { code, message: message.replace(/[\s\p{Cc}]+/gu, " ").trim() };
}

function parsed(text: string): Entry {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    return {};
  }
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

const failed = (what: string): UserError => new UserError({ what, exitCode: 3 });
