import { spawn } from "node:child_process";
import { lstatSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import { isLockedByAnother } from "../../../cli/engine";
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
  const file = (): string => promotions.stackFile("prod");
  const content = (): string => readFileSync(file(), "utf8");
  const lock = (): string => join(dirname(file()), `.${basename(file())}.lock`);
  const locked = (): boolean => lstatSync(lock(), { throwIfNoEntry: false }) !== undefined;
  let [before, after] = ["", ""];
  /** How long the file is locked, in milliseconds. */
  let writing: number;

  /** `airlock promote` as it takes the lock beside the file. */
  async function aboutToWrite() {
    const child = spawn(node, [commandLine, ...promote(repository)], {
      cwd: sandbox.workspace,
      env: sandbox.outerEnvironment(),
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    while (child.exitCode === null && !locked()) await immediate();
    return { child, ended, since: performance.now() };
  }

  beforeAll(async () => {
    promotions.offer();
    before = content();
    const { ended, since } = await aboutToWrite();
    while (locked()) continue;
    writing = performance.now() - since;
    await ended;
    after = content();
    expect(after).not.toBe(before);
  });

  test.each(moments(6, random))("airlock promote, at %f", async (moment) => {
    writeFileSync(file(), before);
    const { child, ended, since } = await aboutToWrite();
    // A few milliseconds in all: too few for a timer.
    while (performance.now() < since + moment * writing) continue;
    child.kill("SIGKILL");
    await ended;
    expect(brokenFiles(sandbox)).toEqual([]);
    expect([before, after]).toContain(content());
    succeeded(await sandbox.airlock(promote(repository), { cwd: sandbox.workspace }));
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
  const clear = ({ exitCode, output }: Ran): boolean => exitCode === 0 || isLockedByAnother(output);

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
