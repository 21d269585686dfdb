import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { setRelease } from "../../../model/config/release-file";
import { instant } from "../../../model/release/instant";
import { registryAccount } from "../../../model/release/names";
import type { Release } from "../../../model/release/release";
import { clearFaults, setFault } from "../../../sandbox/client";
import { digest } from "../../model/release/world";
import { succeeded } from "../../support/sandbox";
import { ReleaseSandbox, type Environment } from "./world";

jest.setTimeout(600_000);

const sandbox = new ReleaseSandbox(17643);
beforeAll(() => sandbox.start());
afterAll(() => sandbox.remove());

const repository = "iam/login";
const day = 24;
/** In milliseconds: what is left of a password when it is made. */
const lives = 60_000;
const [accepted, refused] = [200, 401];

// Passwords that end or are renewed, a clock that is wrong and a registry that does not answer.
describe("what is not proven goes no further", () => {
  /** What no command writes: stages that were left or opened when nobody looked. */
  const edit = (version: string, stages: Release["stages"]) => {
    const file = join(sandbox.workspace, `Pulumi.release-${version}.yaml`);
    const text = readFileSync(file, "utf8");
    const { config } = parse(text) as { config: { "shop:release": Release } };
    writeFileSync(file, setRelease(text, "shop", { ...config["shop:release"], stages }));
  };
  /** Tries a password where clients sign in. */
  async function status(version: string, environment: Environment, password: string): Promise<number> {
    const account = registryAccount({ version, environment });
    const basic = Buffer.from(`${account}:${password}`).toString("base64");
    const host = sandbox.host(environment);
    const { status } = await fetch(`https://${host}/oauth2/token?service=${host}&account=${account}`, {
      headers: { authorization: `Basic ${basic}` },
    });
    return status;
  }
  async function ready(version: string): Promise<void> {
    await sandbox.release("images", version, `${repository}@${digest("a")}`);
    await sandbox.approve(version, "uat", { qa: "quentin", uat: "uma" });
  }
  /** What a command that can't go on says last, in one line. */
  async function refusal(...words: string[]): Promise<string> {
    const { exitCode, output } = await sandbox.airlock(["release", ...words], { cwd: sandbox.workspace });
    expect(exitCode).not.toBe(0);
    return output;
  }
  afterEach(() => clearFaults(sandbox));

  const left = { version: "v3.0.1", at: 0 };

  // Its password ends while the others have their turn.
  test("a stage is left, and nobody runs the second update in time", async () => {
    const { version } = left;
    await sandbox.release("create", version, "--repositories", repository);
    await ready(version);
    left.at = Date.now();
    const at = instant(new Date(left.at));
    const opened = instant(new Date(left.at - 7 * day * 3_600_000 + lives));
    edit(version, { qa: { opened } });
    await sandbox.release("create", version, "--repositories", repository, "--apply");
    edit(version, { qa: { opened, closing: at } });
    succeeded(await sandbox.up(`release-${version}`));
    expect(await sandbox.alive(version)).toEqual([]);
    edit(version, { qa: { opened, closing: at, closed: at }, uat: { opened: at, by: "carol" } });
  });

  describe("a stage that is open for longer than its password lives", () => {
    const version = "v3.0.0";
    const advance = ["advance", version, "--to", "uat", "--by", "carol", "--apply"];
    const passwords: string[] = [];

    test("a renewal makes another password, while the one before goes on; the registry's clock may be wrong", async () => {
      await setFault(sandbox, { kind: "clock-skew", seconds: 300 });
      await sandbox.release("create", version, "--repositories", repository, "--apply");
      passwords.push(await sandbox.password(version, "qa"));
      sandbox.letPass(version, 6.9 * day);
      expect(await refusal(...advance)).toContain("v3.0.0 names no image of iam/login");
      await sandbox.release("renew", version, "--apply");
      passwords.push(await sandbox.password(version, "qa"));
      expect(await Promise.all(passwords.map((one) => status(version, "qa", one)))).toEqual([
        accepted,
        accepted,
      ]);
      // GitHub has the new one.
      const folder = join(sandbox.home, "sandbox/state/github");
      const kept = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
      const has = passwords.map((one) => createHash("sha256").update(one).digest("hex"));
      expect(has.map((hash) => kept.some((text) => text.includes(hash)))).toEqual([false, true]);
    });

    test("a registry that does not answer, and one for which the password has ended, prove nothing", async () => {
      await ready(version);
      await setFault(sandbox, { kind: "drop-before", match: "GET /oauth2/token" });
      expect(await refusal(...advance)).toMatch(
        /the end of the token v3-0-0-qa-acr-sa and the application [0-9a-f-]+ is not proven: /,
      );
      expect(await sandbox.alive(version)).toEqual([]);
      await clearFaults(sandbox);
      await setFault(sandbox, { kind: "clock-skew", seconds: 8 * day * 3_600 });
      expect(await refusal(...advance)).toMatch(
        /refused the password of the token v3-0-0-qa-acr-sa at .*: the password expired at /,
      );
      expect(await sandbox.alive(version)).toEqual([]);
    });

    test("the same command gets there when it answers, and refuses both passwords", async () => {
      await sandbox.release(...advance);
      expect(await sandbox.alive(version)).toEqual(["uat account", "uat token"]);
      expect(await Promise.all(passwords.map((one) => status(version, "qa", one)))).toEqual([
        refused,
        refused,
      ]);
    });
  });

  test("a password that ended before its proof: the stage is opened again, and the next one has nothing", async () => {
    await sleep(Math.max(0, left.at + lives - Date.now()));
    const version = left.version;
    const advance = ["advance", version, "--to", "uat", "--by", "carol", "--apply"];
    expect(await refusal(...advance)).toContain(
      "Open the stage again with airlock release renew v3.0.1 --stage qa, then leave it again",
    );
    expect(await sandbox.alive(version)).toEqual([]);
    await sandbox.release("renew", version, "--stage", "qa", "--apply");
    expect(await sandbox.phases(version)).toBe("qa open, uat waiting, prod waiting");
    expect(await sandbox.alive(version)).toEqual(["qa account", "qa token"]);
    expect(await status(version, "qa", await sandbox.password(version, "qa"))).toBe(accepted);
  });
});
