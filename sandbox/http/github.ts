import { onlyPull, type Said } from "../github/reviews";
import type { Sandbox } from "../sandbox";
import { textOf } from "../text";
import type { Exchange } from "./exchange";
import { RefusedRequest } from "./refusal";

/** GitHub's interfaces, as far as approvals are read from them: `/github/…`. True when the path was one of it. */
export async function serveGitHub(sandbox: Sandbox, exchange: Exchange): Promise<boolean> {
  const path = /^\/github(\/.*)$/.exec(decodeURIComponent(exchange.url.pathname))?.[1];
  if (path === undefined) return false;
  const refuse = (status: number, message: string) =>
    exchange.reply(status, { message, status: String(status) });
  try {
    if (exchange.bearer() === undefined) refuse(401, "Requires authentication");
    else if (exchange.method === "POST" && path === "/graphql")
      exchange.reply(200, await lastEdited(sandbox, exchange));
    else {
      const found = exchange.method === "GET" ? listAt(sandbox, path) : undefined;
      if (found === undefined) refuse(404, "Not Found");
      else exchange.reply(200, pageOf(exchange.url, found));
    }
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error;
    refuse(error.refusal.status, error.refusal.text);
  }
  return true;
}

function listAt({ reviews }: Sandbox, path: string): unknown[] | undefined {
  const [, pulls, pull] = /^\/repos\/([^/]+\/[^/]+)\/pulls\/(\d+)\/reviews$/.exec(path) ?? [];
  if (pulls !== undefined)
    return Number(pull) === onlyPull ? reviews.of("review", pulls).map(reviewOf) : undefined;
  const [, runs, run] = /^\/repos\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)\/approvals$/.exec(path) ?? [];
  if (runs === undefined) return undefined;
  const found = reviews.of("run", runs).filter(({ id }) => id === Number(run));
  return found.length === 0 ? undefined : found.map(approvalOf);
}

function reviewOf({ id, login, text, state, at }: Said) {
  return { id, node_id: nodeId(id), user: { login }, body: text, state, submitted_at: at };
}

function approvalOf({ login, text, state }: Said) {
  return { state, comment: text, user: { login }, environments: [] };
}

// The one question that REST has no answer to.
async function lastEdited({ reviews }: Sandbox, exchange: Exchange): Promise<object> {
  const { variables } = await exchange.json();
  const asked = textOf((variables as { id?: unknown } | undefined)?.id);
  const found = reviews.find(Number(/^PRR_(\d+)$/.exec(asked)?.[1]));
  return { data: { node: found ? { lastEditedAt: found.editedAt ?? null } : null } };
}

const nodeId = (id: number): string => `PRR_${id}`;

function pageOf({ searchParams }: URL, entries: readonly unknown[]): unknown[] {
  const size = Number(searchParams.get("per_page") ?? 30);
  const page = Number(searchParams.get("page") ?? 1);
  return entries.slice((page - 1) * size, page * size);
}
