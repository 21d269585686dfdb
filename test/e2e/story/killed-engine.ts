import type { Process } from "../../../cli/recovery/processes";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { survivors, Update } from "../survival/update";
import { builder, digests, heldIn, promoters, pushSigned, repository } from "./world";

/** An engine dies in the middle of a promotion to staging; the next run finishes its work. */
export function survivesAKilledEngine(sandbox: TestSandbox): void {
  const as = promoters.staging;
  let killed: number;
  let children: Process[];

  beforeAll(async () => {
    await pushSigned(sandbox, "1.1.0");
    const inWorkspace = { cwd: sandbox.workspace };
    const reference = `${repository}@${digests["1.1.0"]}`;
    succeeded(await sandbox.airlock(["publish", reference, "--version", "1.1.0"], inWorkspace));
    succeeded(await sandbox.up("dev", { as: builder }));
    succeeded(await sandbox.airlock(["promote", repository, "--to", "staging"], inWorkspace));

    const update = await Update.start(sandbox, "staging", as);
    await update.prints(/ImageImport \S+ creating/);
    ({ children } = await update.kill("engine", sandbox));
    killed = update.pid;
    await update.ended;
  });

  test("the dead engine's lock stops the next run", async () => {
    const { exitCode, stderr } = await sandbox.up("staging", { as });
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("error: the stack is currently locked by 1 lock(s).");
    expect(stderr).toContain(`(pid ${killed})`);
  });

  test("airlock unlock takes it away with what it left running, and the next run finishes the promotion", async () => {
    const host = children.find(({ command }) => command.includes("pulumi-language-nodejs"))!.pid;
    const { exitCode, stdout, stderr } = await sandbox.airlock(["unlock", "-s", "staging"], {
      cwd: sandbox.workspace,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [unlocked, ended, ...rest] = stdout.trimEnd().split("\n");
    expect([unlocked, ended]).toEqual([
      `Stack staging is unlocked: process ${killed} of this host is dead.`,
      `Ended what it had left running: pulumi-language-nodejs, process ${host}.`,
    ]);
    expect(rest.slice(-2)).toEqual(["Next:", "  pulumi up -s staging --policy-pack policies"]);
    expect(await survivors(children)).toEqual([]);

    const again = succeeded(await sandbox.up("staging", { as }));
    expect(again.output).not.toContain("pending operations");
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
