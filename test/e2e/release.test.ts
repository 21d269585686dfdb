import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { setRelease } from "../../model/config/release-file";
import { instant } from "../../model/release/instant";
import { gitHubAccount, registryAccount } from "../../model/release/names";
import type { Release } from "../../model/release/release";
import { goPrograms } from "./clients/go-clients";
import { CraneAs, signsIn } from "./release/clients";
import { keepsReleasesApart } from "./release/overlapping";
import { handsPasswordsToVault } from "./release/vault";
import { ReleaseSandbox, type Environment } from "./release/world";

jest.setTimeout(600_000);

const sandbox = new ReleaseSandbox(17703);
const programs = goPrograms();
const version = "v0.0.1";
const repository = "iam/auth-service";
const clients: CraneAs[] = [];
const disabled = /AADSTS7000112/;

beforeAll(() => sandbox.start());
afterAll(async () => {
  clients.forEach((client) => client.remove());
  await sandbox.remove();
});

async function tokenOf(environment: Environment): Promise<CraneAs> {
  const user = registryAccount({ version, environment });
  const password = await sandbox.password(version, environment);
  const client = new CraneAs(sandbox, programs!.crane, sandbox.host(environment), user, password);
  clients.push(client);
  return client;
}

const jobOf = (environment: Environment) => gitHubAccount({ version, environment });

if (programs) {
  describe("v0.0.1, from qa by uat to prod, closed and deleted", () => {
    let [qa, uat, prod]: CraneAs[] = [];
    let ofQa = "";
    const file = () => join(sandbox.workspace, `Pulumi.release-${version}.yaml`);

    test("create: the first stage's accounts work, on the release's repository and no other", async () => {
      await sandbox.release("create", version, "--repositories", repository, "--apply");
      qa = await tokenOf("qa");
      const digest = await qa.push(`${repository}:1`);
      expect(digest).toMatch(/^sha256:/);
      expect(await qa.pull(`${repository}@${digest}`)).toBe("pulled");
      expect(await qa.push("iam/login:1")).toBe("UNAUTHORIZED");
      expect(await signsIn(sandbox, jobOf("qa"), "qa")).toBe(404);
      expect(await sandbox.alive(version)).toEqual(["qa account", "qa token"]);
      await sandbox.release("images", version, `${repository}@${digest}`);
    });

    test("without the approvals nothing moves", async () => {
      const words = ["release", "advance", version, "--to", "uat", "--by", "carol", "--apply"];
      const ran = await sandbox.airlock(words, { cwd: sandbox.workspace });
      expect({ code: ran.exitCode, out: ran.stdout }).toEqual({ code: 1, out: "" });
      expect(ran.stderr).toContain(
        "lacks the approval for uat of qa (quinn, or quentin) and uat (uma, or ulf)",
      );
      expect(await sandbox.alive(version)).toEqual(["qa account", "qa token"]);
    });

    test("a review of something else is no approval, and one that was dismissed is none any more", async () => {
      const cwd = sandbox.workspace;
      const aboutUat = ["approval", version, "--to", "uat", "--role", "uat", "--by", "ulf"];
      const words = (await sandbox.release(...aboutUat)).trim();
      const record = (address: string) =>
        sandbox.airlock(["release", "approve", version, "--review", address, "--to", "uat"], { cwd });
      const other = await sandbox.review("ulf", "The typing error is mended, thanks.");
      expect((await record(other)).stderr).toContain("it does not have the line that says what is approved");
      const review = await sandbox.review("ulf", words);
      expect((await record(review)).exitCode).toBe(0);
      await sandbox.approve(version, "uat", { qa: "quinn" });
      const advance = ["release", "advance", version, "--to", "uat", "--by", "carol"];
      await sandbox.airlock(["sandbox", "fault", "error", "--on", "github"]);
      const unsaid = await sandbox.airlock(advance, { cwd });
      await sandbox.airlock(["sandbox", "fault", "clear"]);
      expect({ code: unsaid.exitCode, err: unsaid.stderr }).toEqual({
        code: 3,
        err: expect.stringMatching(
          /^airlock: GitHub does not say who approved: localhost:\d+ answered 500/,
        ) as string,
      });
      await sandbox.airlock(["sandbox", "unreview", review]);
      const ran = await sandbox.airlock(advance, { cwd });
      expect({ code: ran.exitCode, out: ran.stdout }).toEqual({ code: 1, out: "" });
      expect(ran.stderr).toContain("ulf for uat: the review was dismissed");
      expect(await sandbox.alive(version)).toEqual(["qa account", "qa token"]);
    });

    test("advance to uat: the new accounts work, and the old ones are refused", async () => {
      await sandbox.approve(version, "uat", { qa: "quinn", uat: "ulf" });
      ofQa = readFileSync(file(), "utf8");
      await sandbox.release("advance", version, "--to", "uat", "--by", "carol", "--apply");
      expect(await sandbox.release("verify", version)).toBe(
        "v0.0.1: approved by quinn for qa, ulf for uat.\n",
      );
      uat = await tokenOf("uat");
      expect(await uat.push(`${repository}:1`)).toMatch(/^sha256:/);
      expect(await signsIn(sandbox, jobOf("uat"), "uat")).toBe(404);
      expect(await qa.pull(`${repository}:1`)).toBe("UNAUTHORIZED");
      expect(await qa.push(`${repository}:2`)).toBe("UNAUTHORIZED");
      expect(await signsIn(sandbox, jobOf("qa"), "qa")).toMatch(disabled);
      expect(await sandbox.alive(version)).toEqual(["uat account", "uat token"]);
    });

    test("qa's file put back is refused, at preview and in an update, and nothing lives again", async () => {
      const present = readFileSync(file(), "utf8");
      const { config } = parse(ofQa) as { config: { "shop:release": Release } };
      const { qa: record } = config["shop:release"].stages;
      const renewed = { qa: { ...record, renewed: instant(new Date()) } };
      const stack = `release-${version}`;
      const refusal =
        /stages\.qa.*v0\.0\.1: qa was proven to be closed at \S+, and is open by this file\. What was carried out is not taken back/;
      for (const former of [ofQa, setRelease(ofQa, "shop", { ...config["shop:release"], stages: renewed })]) {
        writeFileSync(file(), former);
        for (const ran of [await sandbox.pulumi(["preview", "-s", stack]), await sandbox.up(stack)]) {
          expect(ran.exitCode).not.toBe(0);
          expect(ran.output).toMatch(refusal);
        }
        expect(await sandbox.alive(version)).toEqual(["uat account", "uat token"]);
      }
      writeFileSync(file(), present);
      expect(await qa.pull(`${repository}:1`)).toBe("UNAUTHORIZED");
    });

    test("advance to prod: there the accounts only read", async () => {
      await sandbox.approve(version, "prod", { dev: "dora", qa: "quentin", uat: "uma" });
      await sandbox.release("advance", version, "--to", "prod", "--by", "carol", "--apply");
      prod = await tokenOf("prod");
      expect(await prod.pull(`${repository}:1`)).toMatch(/UNKNOWN|404/);
      expect(await prod.push(`${repository}:1`)).toBe("UNAUTHORIZED");
      expect(await uat.pull(`${repository}:1`)).toBe("UNAUTHORIZED");
      expect(await signsIn(sandbox, jobOf("prod"), "prod")).toBe(404);
      expect(await signsIn(sandbox, jobOf("uat"), "uat")).toMatch(disabled);
      expect(await sandbox.alive(version)).toEqual(["prod account", "prod token"]);
    });

    test("deployed: nobody signs in any more", async () => {
      await sandbox.release("deployed", version, "--apply");
      expect(await prod.pull(`${repository}:1`)).toBe("UNAUTHORIZED");
      expect(await signsIn(sandbox, jobOf("prod"), "prod")).toMatch(disabled);
      expect(await sandbox.alive(version)).toEqual([]);
    });

    test("a sweep deletes what is left a day later, and not before", async () => {
      expect(await sandbox.release("sweep", "--apply")).toContain("keep  -     not before");
      sandbox.letPass(version, 25);
      await sandbox.release("sweep", "--apply");
      expect(await sandbox.resources(version)).toEqual(["airlock:index:ReleaseHistory"]);
      expect(await sandbox.alive(version)).toEqual([]);
      expect(readFileSync(file(), "utf8")).toContain("deleted:");
      expect(await sandbox.release("sweep", "--apply")).toContain("keep  -     deleted at");
    });
  });
  describe("releases that overlap", () => keepsReleasesApart(sandbox));
  describe("passwords in a key vault", () => handsPasswordsToVault(sandbox));
} else {
  // On a user's machine the rest counts.
  test("ran without crane: no Go", () => {
    if (process.env.CI === "true") throw new Error("crane has to be seen working in CI. Install Go");
  });
}
