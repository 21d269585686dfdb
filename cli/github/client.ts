import type * as z from "zod";
import { UserError } from "../../model/errors";
import { wrongUsage } from "../wrong-usage";

const deadline = 20_000;

/** GitHub's REST interface, and its GraphQL for what REST doesn't say. It is only read. */
export class GitHub {
  constructor(
    private readonly options: {
      readonly api: string;
      readonly graphql: string;
      /** `https://github.com`: what its addresses begin with. */
      readonly server: string;
      readonly token: string;
    },
  ) {}

  get server(): string {
    return this.options.server;
  }

  /** An object, or undefined where GitHub shows none to this token. @throws UserError (3) when it doesn't say */
  async get<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const answer = await this.ask(`${this.options.api}${path}`);
    return answer === undefined ? undefined : understood(answer, schema);
  }

  /** @throws UserError (3) when it doesn't say */
  async query<T>(query: string, variables: object, schema: z.ZodType<T>): Promise<T> {
    return understood(await this.ask(this.options.graphql, { query, variables }), schema);
  }

  private async ask(address: string, body?: object): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(address, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${this.options.token}`,
          "content-type": "application/json",
          "user-agent": "airlock",
          "x-github-api-version": "2022-11-28",
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // The token is meant for this host alone.
        redirect: "error",
        signal: AbortSignal.timeout(deadline),
      });
      if (response.ok) return await response.json();
    } catch (error) {
      const { message, cause } = error as Error & { cause?: Error };
      throw silent(`${new URL(address).host} can't be reached: ${cause?.message ?? message}`);
    }
    if (response.status === 404) return undefined;
    throw silent(`${new URL(address).host} answered ${response.status}`);
  }
}

/**
 * GitHub as Actions names it in a workflow: `GITHUB_API_URL`, `GITHUB_GRAPHQL_URL`, `GITHUB_SERVER_URL`; github.com otherwise.
 * @throws UserError (2) without a token, and for an address to which a token is not sent
 */
export function gitHubFrom(env: NodeJS.ProcessEnv): GitHub {
  const token = env.GITHUB_TOKEN;
  if (!token) {
    throw wrongUsage(
      "GITHUB_TOKEN is not set, and without it no review can be read on GitHub",
      "Set it to a token that reads the repository's pull requests and actions, or record a signed file",
    );
  }
  const api = addressIn(env, "GITHUB_API_URL", "https://api.github.com");
  // GitHub Enterprise Server has /api/v3 beside /api/graphql.
  const graphql = addressIn(env, "GITHUB_GRAPHQL_URL", `${api.replace(/\/v3$/, "")}/graphql`);
  return new GitHub({
    api,
    graphql,
    server: addressIn(env, "GITHUB_SERVER_URL", "https://github.com"),
    token,
  });
}

function addressIn(env: NodeJS.ProcessEnv, name: string, usual: string): string {
  const address = (env[name] || usual).replace(/\/+$/, "");
  if (/^https:\/\/[^/@\s]+(?:\/\S*)?$/.test(address)) return address;
  throw wrongUsage(`${name} is ${JSON.stringify(address)}, and GitHub is asked by https alone`);
}

function understood<T>(answer: unknown, schema: z.ZodType<T>): T {
  const { data, success } = schema.safeParse(answer);
  if (success) return data;
  throw silent("GitHub's answer is not what was asked for");
}

function silent(what: string): UserError {
  return new UserError({
    what: `GitHub does not say who approved: ${what}`,
    fix: "Run it again when GitHub answers, with a GITHUB_TOKEN that reads pull requests and actions",
    exitCode: 3,
  });
}
