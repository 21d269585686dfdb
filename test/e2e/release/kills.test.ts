import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runningProcesses } from "../../../cli/recovery/processes";
import { digest } from "../../model/release/world";
import { checkout, node } from "../../support/sandbox";
import { moments, randomFrom } from "../survival/random";
import { finishBy, importAs, unlock, type Unlocked } from "../survival/recovery";
import { ReleaseSandbox } from "./world";

jest.setTimeout(600_000);

const sandbox = new ReleaseSandbox(17603);
// `AIRLOCK_SEED=… npm test -- test/e2e/release`: the same kills again.
const seed = Number(process.env.AIRLOCK_SEED ?? Math.floor(Math.random() * 1e6));
const random = randomFrom(seed);

/** How often an advance is killed. */
const kills = Number(process.env.AIRLOCK_KILLS ?? 20);
/** Kills on the way of one release to uat: each time it goes on from where it was. */
const killsEach = 5;
const repository = "iam/login";
/** All that lets somebody in, and what leans on it. */
const accounts = [
  ":Application",
  ":ServicePrincipal",
  ":ApplicationFederatedIdentityCredential",
  ":RoleAssignment",
  ":Token",
  ":TokenPassword",
  ":ActionsEnvironmentSecret",
  ":ActionsEnvironmentVariable",
];

/** An advance that is killed at any moment, and run again, gets there; and no two stages are alive on the way. */
describe(`advances killed with the seed ${seed}`, () => {
  let whole: number;
  const versionOf = (index: number) => `v1.0.${index}`;
  const advance = (version: string) => [
    "release",
    "advance",
    version,
    "--to",
    "uat",
    "--by",
    "carol",
    "--apply",
  ];

  async function ready(version: string): Promise<void> {
    await sandbox.release("create", version, "--repositories", repository, "--apply");
    await sandbox.release("images", version, `${repository}@${digest("a")}`);
    await sandbox.approve(version, "uat", { qa: "quentin", uat: "uma" });
  }

  /** Runs it, with a look at what is alive all the time; `after` milliseconds on all of its processes are killed. */
  async function run(version: string, after: number): Promise<{ hit: boolean; most: number }> {
    const variables = await sandbox.environmentOf();
    const child = spawn(node, [join(checkout, ".build/airlock.js"), ...advance(version)], {
      cwd: sandbox.workspace,
      env: { ...sandbox.outerEnvironment(), SSL_CERT_FILE: variables.SSL_CERT_FILE },
      stdio: "ignore",
    });
    let running = true;
    const ended = once(child, "exit").then(() => (running = false));
    let most = 0;
    const watching = (async () => {
      while (running) {
        most = Math.max(most, (await sandbox.living(version)).length);
        await sleep(50);
      }
    })();
    await Promise.race([sleep(after, undefined, { ref: false }), ended]);
    const hit = running;
    if (running) await killAll(child.pid!);
    await ended;
    await watching;
    return { hit, most };
  }

  function finish(version: string, pending: Unlocked["pending"]): Promise<{ imports: number }> {
    return finishBy(
      () => sandbox.airlock(advance(version), { cwd: sandbox.workspace }),
      (command) => carryOut(sandbox, command),
      pending.flatMap(({ command }) => (command === undefined ? [] : [command])),
    );
  }

  beforeAll(async () => {
    await sandbox.start();
    await ready(versionOf(0));
    const began = Date.now();
    expect(await run(versionOf(0), 300_000)).toEqual({ hit: false, most: 1 });
    whole = Date.now() - began;
    expect(await sandbox.alive(versionOf(0))).toEqual(["uat account", "uat token"]);
  });

  afterAll(() => sandbox.remove());

  test("what was made, and never recorded, is taken over once it is imported as unlock says", async () => {
    const version = versionOf(0);
    const lost = sandbox.forget(version, accounts, "uat");
    const { pending } = await unlock(sandbox, `release-${version}`);
    expect(pending.map(({ name }) => name)).toEqual(lost);
    const { imports } = await finish(version, pending);
    expect(imports).toBe(6);
    expect(await sandbox.alive(version)).toEqual(["uat account", "uat token"]);
    expect(
      (await sandbox.pulumi(["preview", "-s", `release-${version}`, "--expect-no-changes"])).exitCode,
    ).toBe(0);
  });

  const all = moments(kills, random);
  const releases = Array.from({ length: Math.ceil(kills / killsEach) }, (_, index) =>
    all.slice(index * killsEach, (index + 1) * killsEach),
  );
  test.each(releases.map((some, index) => [versionOf(index + 1), some] as const))(
    "%s, killed at %j of the way that is left",
    async (version, some) => {
      await ready(version);
      const pending: Unlocked["pending"][number][] = [];
      for (const moment of some) {
        const { most } = await run(version, moment * whole);
        expect(most).toBeLessThanOrEqual(1);
        // What is killed between two stages leaves none, and never two.
        expect((await sandbox.living(version)).length).toBeLessThanOrEqual(1);
        pending.push(...(await unlock(sandbox, `release-${version}`)).pending);
      }
      await finish(version, pending);
      expect(await sandbox.phases(version)).toBe("qa closed, uat open, prod waiting");
      expect(await sandbox.alive(version)).toEqual(["uat account", "uat token"]);
    },
  );
});

/** What `unlock` printed; the one command of the Azure CLI among it is made of Graph's call, which it is too. */
async function carryOut(sandbox: ReleaseSandbox, command: string): Promise<void> {
  const credential =
    /^az ad app federated-credential delete --id (\S+) --federated-credential-id (\S+)$/.exec(command);
  if (!credential) return importAs(sandbox, command);
  const [, application, name] = credential;
  await sandbox.deleteInGraph(`applications/${application}/federatedIdentityCredentials/${name}`);
}

/** A machine that is switched off: the command and all that it started, at once. */
async function killAll(pid: number): Promise<void> {
  const all = runningProcesses();
  const below = (parent: number): number[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one.pid, ...below(one.pid)]);
  const hit = [pid, ...below(pid)].filter((one) => signal(one, "SIGKILL"));
  // Whoever inherits them may take a moment to let them go.
  while (hit.some((one) => one !== pid && signal(one, 0))) await sleep(20);
}

/** False when there is no such process any more. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
