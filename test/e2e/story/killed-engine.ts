import { checkout, run, succeeded, type TestSandbox } from "../../support/sandbox";
import { builder, digests, heldIn, promoters, pushSigned, repository } from "./world";

/** An engine dies in the middle of a promotion to staging; the next run finishes its work. */
export function survivesAKilledEngine(sandbox: TestSandbox): void {
  const as = promoters.staging;
  let killed: number | undefined;

  beforeAll(async () => {
    await pushSigned(sandbox, "1.1.0");
    const inWorkspace = { cwd: sandbox.workspace };
    const reference = `${repository}@${digests["1.1.0"]}`;
    succeeded(await sandbox.airlock(["publish", reference, "--version", "1.1.0"], inWorkspace));
    succeeded(await sandbox.up("dev", { as: builder }));
    succeeded(await sandbox.airlock(["promote", repository, "--to", "staging"], inWorkspace));

    let children: Promise<number[]> = Promise.resolve([]);
    await sandbox.up("staging", {
      as,
      watch: (output, pid) => {
        if (killed !== undefined || !/ImageImport \S+ creating/.test(output)) return;
        killed = pid;
        process.kill(pid, "SIGSTOP");
        children = descendants(pid).then((found) => {
          process.kill(pid, "SIGKILL");
          return found;
        });
      },
    });
    // What the engine started would go on living without it.
    for (const pid of await children) end(pid);
  });

  test("the dead engine's lock stops the next run", async () => {
    const { exitCode, stderr } = await sandbox.up("staging", { as });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("error: the stack is currently locked by 1 lock(s).");
    expect(stderr).toContain(`(pid ${killed})`);
  });

  test("airlock unlock takes it away, and the next run finishes the promotion", async () => {
    const unlocked = await sandbox.airlock(["unlock", "-s", "staging"], { cwd: sandbox.workspace });
    expect(unlocked).toMatchObject({
      exitCode: 0,
      stdout: `Stack staging is unlocked: process ${killed} of this host is dead.\n`,
      stderr: "",
    });
    succeeded(await sandbox.up("staging", { as }));
    const digest = digests["1.1.0"];
    expect(await heldIn(sandbox, "staging", "1.1.0")).toEqual({
      tags: {
        "1.1.0-staging": { digest, write: true, delete: true },
        "latest-staging": { digest, write: true, delete: true },
      },
      manifest: { write: true, delete: true },
      signature: true,
      referrers: ["application/spdx+json"],
    });
  });
}

/** Processes below one, by id. */
async function descendants(ancestor: number): Promise<number[]> {
  const listed = await run("ps", ["-A", "-o", "pid=,ppid="], { cwd: checkout, env: process.env });
  const pairs = succeeded(listed)
    .stdout.trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [ancestor];
  for (const parent of found) found.push(...pairs.filter(([, of]) => of === parent).map(([pid]) => pid));
  return found.slice(1);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
