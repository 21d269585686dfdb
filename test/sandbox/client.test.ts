import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { openSession, resetSandbox, sandboxStatus, startSandbox, stopSandbox } from "../../sandbox/client";
import { freeSandboxPort } from "./support";

let home: string;
let port: number;
beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), "sandbox-client-"));
  port = await freeSandboxPort();
});
afterEach(async () => {
  await stopSandbox({ home });
  rmSync(home, { recursive: true, force: true });
});

const start = () => startSandbox({ home, organization: "contoso", port });

it("starts once, keeps its state over a restart, and forgets it in a reset", async () => {
  const endpoint = `https://localhost:${port}`;
  expect(await start()).toMatchObject({ endpoint, registries: [], already: false });
  expect(await start()).toMatchObject({ endpoint, already: true });
  const before = await openSession({ home });
  expect(before.name).toBe("sp-contoso-platform");
  expect(statSync(path.join(home, "sandbox", "control.key")).mode & 0o777).toBe(0o600);

  expect(await stopSandbox({ home })).toBe(true);
  expect([await stopSandbox({ home }), await sandboxStatus({ home })]).toEqual([false, undefined]);
  expect(existsSync(path.join(home, "sandbox", "daemon.json"))).toBe(false);
  await start();
  expect((await openSession({ home })).objectId).toBe(before.objectId);

  await resetSandbox({ home });
  expect((await openSession({ home })).objectId).not.toBe(before.objectId);
}, 60_000);

it.each([
  ["the sandbox's own", 0],
  ["the first vault's", -1],
])(
  "names the port that is taken, %s",
  async (_, offset) => {
    const other: Server = createServer();
    const taken = port + offset;
    await new Promise<void>((resolve) => other.listen(taken, "127.0.0.1", resolve));
    try {
      await expect(start()).rejects.toMatchObject({
        message: `port ${taken} of this machine is taken. End what uses it, or give the sandbox another port`,
        problem: { exitCode: 2 },
      });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  },
  60_000,
);

it("says how to start what does not run", async () => {
  await expect(openSession({ home }, "iam_team")).rejects.toMatchObject({
    message: "the sandbox does not run. Run: npx airlock sandbox start",
    problem: { exitCode: 2 },
  });
});

it("gives its switchboard to nobody without its key", async () => {
  await start();
  const ca = readFileSync(path.join(home, "sandbox", "ca.pem"), "utf8");
  const { request } = await import("node:https");
  const status = await new Promise((resolve, reject) => {
    const options = { method: "POST", ca, agent: false, headers: { "x-sandbox-key": "guess" } };
    request(`https://localhost:${port}/sandbox/stop`, options, (response) =>
      resolve(response.resume().statusCode),
    )
      .on("error", reject)
      .end();
  });
  expect(status).toBe(401);
}, 60_000);
