import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout, node, succeeded, type Ran, type TestSandbox } from "../../support/sandbox";
import { promoters } from "../story/world";
import { repositories, type Promotions } from "./promotions";
import { moments } from "./random";
import { settled } from "./recovery";
import { Update } from "./update";
import { brokenFiles } from "./whole";

const commandLine = join(checkout, ".build/airlock.js");
const promote = (repository: string): string[] => ["promote", repository, "--to", "prod"];

/** Kills `airlock promote` itself: its stack file is the old one or the new one, and nothing is in the next one's way. */
export function survivesKillsOfTheCommand(
  sandbox: TestSandbox,
  promotions: Promotions,
  random: () => number,
): void {
  const [repository] = repositories;
  let took: number;
  let [before, after] = ["", ""];
  const content = (): string => readFileSync(promotions.stackFile("prod"), "utf8");

  beforeAll(async () => {
    promotions.offer();
    before = content();
    const began = Date.now();
    succeeded(await sandbox.airlock([...promote(repository), "--dry-run"], { cwd: sandbox.workspace }));
    took = Date.now() - began;
  });

  test.each(moments(6, random))("airlock promote, at %f", async (moment) => {
    const child = spawn(node, [commandLine, ...promote(repository)], {
      cwd: sandbox.workspace,
      env: sandbox.outerEnvironment(),
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    // The last quarter comes after a dry run would have ended: there the file is written.
    await Promise.race([ended, sleep(moment * took * 1.3)]);
    child.kill("SIGKILL");
    await ended;
    expect(brokenFiles(sandbox)).toEqual([]);
    const found = content();
    succeeded(await sandbox.airlock(promote(repository), { cwd: sandbox.workspace }));
    after ||= content();
    expect(found === before || found === after).toBe(true);
    expect(content()).toBe(after);
    expect(promotions.drafts()).toEqual([]);
  });

  test("what it wrote is carried out", async () => {
    succeeded(await sandbox.airlock(promote(repositories[1]), { cwd: sandbox.workspace }));
    succeeded(await sandbox.up("prod", { as: promoters.prod }));
    expect(await promotions.held()).toEqual(promotions.expected());
  });
}

/** Two of a kind at once on one stack: what the second does is whole, or it fails and says why. */
export function keepsTwoApart(sandbox: TestSandbox, promotions: Promotions): void {
  // The second is what the engine says of a lock that is just being written.
  const clear = ({ exitCode, output }: Ran): boolean =>
    exitCode === 0 || /currently locked by \d+ lock|unexpected end of JSON input/.test(output);

  async function finished(): Promise<void> {
    expect(settled(sandbox, "prod")).toEqual([]);
    succeeded(await sandbox.up("prod", { as: promoters.prod }));
    expect(await promotions.held()).toEqual(promotions.expected());
    expect([...brokenFiles(sandbox), ...promotions.drafts()]).toEqual([]);
  }

  test("two updates: one waits for nobody, the other says that the stack is locked", async () => {
    promotions.next();
    const updates = [
      await Update.start(sandbox, "prod", promoters.prod),
      await Update.start(sandbox, "prod", promoters.prod),
    ];
    const ran = await Promise.all(updates.map(({ ended }) => ended));
    expect(ran.map(clear)).toEqual([true, true]);
    await finished();
  });

  test("two airlock promote --apply: both images stand in the stack file, and one update carries them out", async () => {
    promotions.offer();
    const ran = await Promise.all(
      repositories.map((repository) =>
        sandbox.airlock([...promote(repository), "--apply"], { cwd: sandbox.workspace }),
      ),
    );
    for (const { exitCode, stderr } of ran.filter((one) => one.exitCode !== 0)) {
      expect(exitCode).toBe(3);
      expect(stderr).toContain(
        "airlock: another update of prod is under way; the change of Pulumi.prod.yaml stays, and nothing of it was carried out here. " +
          "When that one has ended, run pulumi up -s prod; if it was killed, airlock unlock -s prod first\n",
      );
    }
    await finished();
  });
}
