import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Keeper } from "../../../sandbox/kubernetes/control-plane/keeper";
import { checkout, node } from "../../support/sandbox";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "airlock-keeper-"))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const processes = () => join(home, "processes");
const runs = (pid: number) =>
  spawnSync("ps", ["-p", String(pid), "-o", "stat="])
    .stdout.toString()
    .trim();
const isGone = (pid: number) => ["", "Z"].includes(runs(pid).slice(0, 1));

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1_000) throw new Error("it does not come to hold");
    await sleep(20);
  }
}

/** Process id of the program that is kept. */
async function kept(): Promise<number> {
  const recorded = () => {
    try {
      return Number(readFileSync(processes(), "utf8").split(" ")[0]);
    } catch {
      return 0;
    }
  };
  await until(() => recorded() > 0);
  return recorded();
}

function complaintOf(keeper: Keeper): string {
  try {
    keeper.assertAlive();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test("a program ends with the process that keeps it, which is killed", async () => {
  const source = `
    const { Keeper } = require("./sandbox/kubernetes/control-plane/keeper");
    const keeper = new Keeper(process.argv[1]);
    keeper.open().then(() => keeper.launch("sleep", "/bin/sleep", ["1000"]));
    setInterval(() => undefined, 1000);`;
  const keeping = spawn(node, ["--require", "ts-node/register/transpile-only", "-e", source, home], {
    cwd: checkout,
  });
  const pid = await kept();
  expect(isGone(pid)).toBe(false);
  keeping.kill("SIGKILL");
  await once(keeping, "exit");
  await until(() => isGone(pid));
});

test("what a killed keeper left is ended by the next one, and nothing else is", async () => {
  const [left, other] = [1, 2].map(() => spawn("/bin/sleep", ["1000"]));
  // The number of the other one has gone to another program since.
  writeFileSync(processes(), `${left.pid} /bin/sleep\n${other.pid} /bin/etcd\n`);
  const keeper = new Keeper(home);
  await keeper.open();
  expect(left.signalCode ?? (await once(left, "exit"))[1]).toBe("SIGKILL");
  expect(isGone(other.pid!)).toBe(false);
  other.kill();
  await keeper.close();
});

test("closing ends the programs; one that ends by itself is named with its last words", async () => {
  const keeper = new Keeper(home);
  await keeper.open();
  keeper.launch("sleep", "/bin/sleep", ["1000"]);
  const pid = await kept();
  keeper.assertAlive();
  keeper.launch("talker", "/bin/sh", ["-c", "echo no room left; exit 1"]);
  await until(() => complaintOf(keeper) !== "");
  expect(complaintOf(keeper)).toBe("talker ended:\n\nno room left\n");
  await keeper.close();
  expect(isGone(pid)).toBe(true);
});

test("a program that isn't there is named", async () => {
  const keeper = new Keeper(home);
  await keeper.open();
  keeper.launch("etcd", "/nowhere/etcd", []);
  await until(() => complaintOf(keeper) !== "");
  expect(complaintOf(keeper)).toBe("etcd ended:\n");
  await keeper.close();
});
