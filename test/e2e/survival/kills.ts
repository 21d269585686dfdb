import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage } from "../../../cli/story/image";
import { setConfigValue, setImage } from "../../../model/config/stack-file";
import { companionTag } from "../../../model/signing/simple-signing";
import { succeeded, type TestSandbox } from "../../support/sandbox";
import {
  environments,
  projectFile,
  promoters,
  pushSigned,
  signingKey,
  type Environment,
} from "../story/world";
import { expectedInProd, heldIn } from "./held";
import { moments, randomFrom, shuffled } from "./random";
import { finish, unlock } from "./recovery";
import { survivors, Update, type Victim } from "./update";
import { brokenFiles } from "./whole";

const seed = Number(process.env.AIRLOCK_SEED ?? Math.floor(Math.random() * 1e6));
const kills = Number(process.env.AIRLOCK_KILLS ?? 20);
const repositories = ["iam/auth-service", "iam/session-service"];

/** Versions in the order of their promotion: one that runs, one to measure by, and one for each kill. */
const versions = Array.from({ length: kills + 2 }, (_, index) => `1.${index}.0`);

/** Kills updates at random moments; each time the next one, with what `airlock unlock` says, finishes the work. */
export function survivesKills(sandbox: TestSandbox): void {
  const random = randomFrom(seed);
  const fresh = moments(4, random);
  const promotions = moments(kills, random);
  const victims = shuffled(
    promotions.map(
      (_, index): Victim => (["engine", "engine", "provider", "engine", "sandbox"] as const)[index % 5],
    ),
    random,
  );
  let took = { all: 4000, start: 2500 };
  const signatures: Record<string, string> = {};

  beforeAll(async () => {
    process.stderr.write(`AIRLOCK_SEED=${seed} AIRLOCK_KILLS=${kills}\n`);
    succeeded(await sandbox.airlock(["sandbox", "start"]));
    sandbox.trust();
    const { ran } = await (await Update.start(sandbox, "shared")).measured();
    succeeded(ran);
    const publicKey = await (await signingKey(sandbox)).publicKey();
    rewrite(projectFile(sandbox), (text) =>
      setConfigValue(text, "onestream", "signing", { publicKey }, { structured: true }),
    );
  });

  /** One update with one kill in it, and all that brings the stack to what its file says. */
  async function killed(stack: Environment, as: string | undefined, victim: Victim, moment: number) {
    const began = Date.now();
    const update = await Update.start(sandbox, stack, as);
    await update.reaches(moment, took);
    const { hit, children } = await update.kill(victim, sandbox);
    await update.ended;
    if (victim === "sandbox") {
      succeeded(await sandbox.airlock(["sandbox", "start"]));
      sandbox.signInAgain();
    }
    const broken = brokenFiles(sandbox);
    const unlocked = await unlock(sandbox, stack);
    const left = await survivors(children);
    const { imports } = await finish(sandbox, stack, as, unlocked);
    const afterwards = await unlock(sandbox, stack);
    if (process.env.AIRLOCK_KILLS) {
      const pending = unlocked.pending.map(({ operation, type, name }) => `${operation} ${type} ${name}`);
      const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
      process.stderr.write(
        `${stack}, ${victim} at ${moment.toFixed(3)}: ${took}, ${hit ? "" : "not "}hit, ${imports} imports, ${unlocked.ended.length} ended; ${pending.join(", ")}\n`,
      );
    }
    // Before its first operation an update may not have taken the lock yet.
    const holds = hit && victim === "engine" && update.firstOperation !== undefined;
    return { broken, left, afterwards, unexplained: holds && unlocked.dead[0] !== update.pid };
  }

  const nothingWrong = {
    unexplained: false,
    broken: [],
    left: [],
    afterwards: { stack: expect.any(String), unlocked: false, dead: [], ended: [], pending: [] },
  };

  describe("while an environment is made", () => {
    const order: Environment[] = ["dev", "staging", "prod"];
    test.each(order.map((environment, index) => [environment, fresh[index]] as const))(
      `seed ${seed}: %s, at %f`,
      async (environment, moment) => {
        expect(await killed(environment, undefined, "engine", moment)).toEqual(nothingWrong);
        succeeded(await sandbox.pulumi(preview(environment)));
      },
    );
  });

  describe("while images are promoted to prod", () => {
    const stackFile = (environment: Environment) => join(sandbox.workspace, `Pulumi.${environment}.yaml`);
    const promote = (index: number) =>
      rewrite(stackFile("prod"), (text) => withImages(text, versions[index], 3));

    beforeAll(async () => {
      for (const repository of repositories) {
        for (const version of versions) {
          await pushSigned(sandbox, version, repository);
        }
      }
      // The rollback window of staging holds them all.
      rewrite(stackFile("staging"), (text) =>
        versions.reduce((present, version) => withImages(present, version, versions.length), text),
      );
      succeeded(await sandbox.up("staging", { as: promoters.staging }));
      for (const repository of repositories) {
        const { tags } = await heldIn(sandbox, "staging", repository);
        for (const version of versions) {
          const { digest } = buildImage(repository, version);
          signatures[digest] = tags[companionTag(digest, "sig")].digest;
        }
      }
      promote(0);
      succeeded(await sandbox.up("prod", { as: promoters.prod }));
      promote(1);
      const { ran, ...measured } = await (await Update.start(sandbox, "prod", promoters.prod)).measured();
      succeeded(ran);
      took = measured;
    });

    test.each(promotions.map((moment, index) => [index + 1, victims[index], moment] as const))(
      `seed ${seed}, kill %i: the %s, at %f`,
      async (number, victim, moment) => {
        promote(number + 1);
        expect(await killed("prod", promoters.prod, victim, moment)).toEqual(nothingWrong);
        const text = readFileSync(stackFile("prod"), "utf8");
        for (const repository of repositories) {
          expect(await heldIn(sandbox, "prod", repository)).toEqual(
            expectedInProd(text, repository, versions.slice(0, number + 1), signatures),
          );
        }
      },
    );

    test("nothing is left to do", async () => {
      for (const environment of environments) {
        succeeded(await sandbox.pulumi(preview(environment), { as: "sp-onestream-drift" }));
      }
    });
  });
}

function withImages(text: string, version: string, window: number): string {
  return repositories.reduce((present, repository) => {
    const { digest } = buildImage(repository, version);
    return setImage(present, "onestream", repository, { version, digest }, { window });
  }, text);
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

/** Fails when the cloud, the state and the program differ. */
function preview(environment: Environment): string[] {
  return ["preview", "-s", environment, "--expect-no-changes", "--refresh"];
}
