import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import { environments, promoters, type Environment } from "../story/world";
import { moments, shuffled } from "./random";
import type { Promotions } from "./promotions";
import { finish, settled, unlock } from "./recovery";
import { daemonOf, survivors, Update, type Course, type Victim } from "./update";
import { brokenFiles } from "./whole";

const nothingWrong = { unexplained: false, broken: [], left: [], unsettled: [] };
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** How often updates are killed while prod's images are replaced. */
export const kills = Number(process.env.AIRLOCK_KILLS ?? 20);

/** One update with one kill in it, and all that brings the stack to what its file says. */
async function killed(
  sandbox: TestSandbox,
  stack: Environment,
  as: string | undefined,
  victim: Victim,
  moment: number,
  course: Course,
) {
  const began = Date.now();
  const update = await Update.start(sandbox, stack, as);
  await update.reaches(moment, course);
  const { hit, children } = await update.kill(victim, sandbox);
  const at = Date.now();
  await update.ended;
  const ended = seconds(at);
  if (victim === "sandbox") {
    succeeded(await sandbox.airlock(["sandbox", "start"]));
    sandbox.signInAgain();
  }
  const broken = brokenFiles(sandbox);
  const unlocked = await unlock(sandbox, stack);
  const left = await survivors(children);
  const { imports } = await finish(sandbox, stack, as, unlocked);
  if (process.env.AIRLOCK_KILLS) {
    const pending = unlocked.pending.map(({ operation, type, name }) => `${operation} ${type} ${name}`);
    process.stderr.write(
      `${stack}, ${victim} ${hit ? "killed" : "missed"} at ${moment.toFixed(3)}: ended after ${ended}, in all ${seconds(began)}; ` +
        `${unlocked.ended.length} orphans, ${unlocked.cleared.length} half-written, ${imports} imports, in the air: ${pending.join(", ") || "nothing"}\n`,
    );
  }
  // Before its first operation an update may not have taken the lock yet.
  const holds = hit && victim === "engine" && update.changes;
  const unexplained = holds && unlocked.dead[0] !== update.pid;
  return { unexplained, broken, left, unsettled: settled(sandbox, stack) };
}

/** Kills updates while an environment is made. */
export function survivesKillsOfTheFirstUpdate(sandbox: TestSandbox, random: () => number): void {
  // 22 resources, each begun and ended.
  const course = { start: 2000, operations: 40 };

  test.each(moments(2, random).map((moment, index) => [environments[index], moment] as const))(
    "%s, at %f",
    async (environment, moment) => {
      expect(await killed(sandbox, environment, undefined, "engine", moment, course)).toEqual(nothingWrong);
      succeeded(await sandbox.pulumi(unchanged(environment)));
    },
  );

  test("prod, when Azure made the registry and the engine never heard of it", async () => {
    const update = await Update.start(sandbox, "prod");
    await update.prints(/azure-native:resources:Resource prod creating/);
    // The request waits in front of the sandbox until nobody is there any more to hear the answer.
    const daemon = daemonOf(sandbox);
    process.kill(daemon, "SIGSTOP");
    try {
      await update.pauses(500);
      await update.kill("engine", sandbox);
      await update.ended;
    } finally {
      process.kill(daemon, "SIGCONT");
    }
    // A kill a moment earlier leaves the attributes of the state half-written: without help the engine is lost then.
    writeFileSync(join(sandbox.home, "state/.pulumi/stacks/onestream/prod.json.attrs"), "");
    const lost = await sandbox.pulumi(["stack", "export", "-s", "prod"]);
    expect(lost.output).toBe("error: failed to load checkpoint: EOF\n");
    const unlocked = await unlock(sandbox, "prod");
    expect(unlocked.cleared).toContain("stacks/onestream/prod.json.attrs");
    expect(unlocked.pending).toContainEqual(
      expect.objectContaining({
        operation: "creating",
        type: "azure-native:resources:Resource",
        name: "prod",
        command: expect.stringMatching(
          /^pulumi import azure-native:resources:Resource prod \S+\/registries\/onestreamprod --parent /,
        ),
      }),
    );
    const { imports } = await finish(sandbox, "prod", undefined, unlocked);
    expect(imports).toBeGreaterThan(0);
    expect(settled(sandbox, "prod")).toEqual([]);
    succeeded(await sandbox.pulumi(unchanged("prod")));
  });
}

/** Kills updates that replace prod's images; each time the next one, with what `airlock unlock` says, finishes the work. */
export function survivesKillsOfPromotions(
  sandbox: TestSandbox,
  promotions: Promotions,
  random: () => number,
): void {
  const victims: Victim[] = Array.from(
    { length: kills },
    (_, index) => (["engine", "engine", "provider", "engine", "sandbox"] as const)[index % 5],
  );
  const cases = shuffled(victims, random);

  test.each(moments(kills, random).map((moment, index) => [index + 1, cases[index], moment] as const))(
    "kill %i: the %s, at %f",
    async (_, victim, moment) => {
      promotions.next();
      expect(await killed(sandbox, "prod", promoters.prod, victim, moment, promotions.course)).toEqual(
        nothingWrong,
      );
      expect(await promotions.held()).toEqual(promotions.expected());
    },
  );

  test("nothing is left to do", async () => {
    succeeded(await sandbox.pulumi(unchanged("prod"), { as: "sp-onestream-drift" }));
  });
}

/** Fails when the cloud, the state and the program differ. */
function unchanged(environment: Environment): string[] {
  return ["preview", "-s", environment, "--expect-no-changes", "--refresh"];
}
