import { timingSafeEqual } from "node:crypto";
import { UserError } from "../../model/errors";
import { onlyPull } from "../github/reviews";
import type { Sandbox } from "../sandbox";
import { textOf } from "../text";
import type { Exchange } from "./exchange";

/** What the control API can do to the process it runs in. */
export interface Process {
  readonly controlKey: string;
  stop(): void;
  /** Forgets everything and starts afresh. */
  reset(): Promise<void>;
}

export interface Status {
  readonly endpoint: string;
  readonly pid: number;
  /** Whether clusters have control planes; else their objects are kept, and nothing runs. */
  readonly controlPlanes: boolean;
  readonly registries: readonly { readonly name: string; readonly host: string }[];
}

/** The sandbox's own switchboard, for whoever holds its key. */
export async function serveControl(sandbox: Sandbox, exchange: Exchange, process: Process): Promise<boolean> {
  const match = /^\/sandbox\/(sessions|status|stop|reset|faults|reviews)$/.exec(exchange.url.pathname);
  if (!match) return false;
  if (!sameText(exchange.header("x-sandbox-key") ?? "", process.controlKey)) {
    exchange.reply(401, { error: { what: "the sandbox's control key is missing or wrong", exitCode: 2 } });
    return true;
  }
  const route = `${exchange.method} ${match[1]}`;
  try {
    if (route === "GET status") exchange.reply(200, statusOf(sandbox));
    else if (route === "POST sessions") {
      const { as } = await exchange.json();
      exchange.reply(200, await sandbox.sessions.open(typeof as === "string" ? as : undefined));
    } else if (route === "GET faults") exchange.reply(200, { faults: sandbox.faults.list() });
    else if (route === "POST faults") exchange.reply(200, sandbox.faults.set(await exchange.json()));
    else if (route === "DELETE faults") {
      sandbox.faults.clear();
      exchange.reply(200, {});
    } else if (route === "POST reviews") exchange.reply(200, approveOnGitHub(sandbox, await exchange.json()));
    else if (route === "DELETE reviews") {
      const { id, text } = await exchange.json();
      const change = text === undefined ? { state: "DISMISSED" } : { text: textOf(text) };
      if (!sandbox.reviews.change(Number(id), change, new Date()))
        throw new UserError({ what: `there is no review ${textOf(id)}`, exitCode: 2 });
      exchange.reply(200, {});
    } else if (route === "POST reset") {
      await process.reset();
      exchange.reply(200, {});
    } else if (route === "POST stop") {
      exchange.reply(200, {}, { connection: "close" });
      process.stop();
    } else exchange.reply(405, { error: { what: `${exchange.method} is not possible here`, exitCode: 2 } });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    exchange.reply(400, { error: error.problem });
  }
  return true;
}

/** Somebody with an account on GitHub approves something there. */
function approveOnGitHub({ reviews }: Sandbox, given: Record<string, unknown>): { address: string } {
  const kind = given.kind === "run" ? "run" : "review";
  const repository = textOf(given.repository);
  const [login, text] = [textOf(given.login), textOf(given.text)];
  const { id } = reviews.approve({ kind, repository, login, text }, new Date());
  const path = kind === "run" ? `actions/runs/${id}` : `pull/${onlyPull}#pullrequestreview-${id}`;
  return { address: `https://github.com/${repository}/${path}` };
}

function statusOf(sandbox: Sandbox): Status {
  const registries = sandbox.manager.all("Microsoft.ContainerRegistry/registries");
  return {
    endpoint: sandbox.endpoint,
    pid: process.pid,
    controlPlanes: sandbox.hasControlPlanes,
    registries: registries
      .map(({ name }) => ({ name, host: sandbox.hosts.hostOf(name) }))
      .sort((a, b) => a.host.localeCompare(b.host)),
  };
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
