import { sign } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digest, keyOf } from "../../model/release/world";
import { ReleaseWorld } from "./world";

const create = ["create", "v0.0.1", "--repositories", "iam/auth-service,iam/login"];
const images = ["images", "v0.0.1", `iam/auth-service@${digest("a")}`, `iam/login@${digest("b")}`];
const stack = "Pulumi.release-v0.0.1.yaml";

let world: ReleaseWorld;
beforeEach(() => (world = new ReleaseWorld()));
afterEach(() => jest.restoreAllMocks());

/** Quinn, who has a key. */
async function signedBy(by: string, to: string, role: string, key = "quinn") {
  const statement = await world.done("approval", "v0.0.1", "--to", to, "--role", role, "--by", by);
  world.write("approval.json", statement);
  world.write("approval.sig", sign("sha256", Buffer.from(statement), keyOf(key).privateKey));
  return world.release("approve", "v0.0.1", "--file", "approval.json", "--signature", "approval.sig");
}

async function inUat() {
  await world.done(...create);
  await world.done(...images);
  await signedBy("quinn", "uat", "qa");
  await world.reviewed("uat", "uat", "uma");
  world.pass(1);
  await world.done("advance", "v0.0.1", "--to", "uat", "--by", "carol", "--apply");
}

async function inProd() {
  await inUat();
  await world.reviewed("prod", "dev", "dora");
  await world.reviewed("prod", "qa", "quentin");
  await world.reviewed("prod", "uat", "ulf");
  world.pass(1);
  await world.done("advance", "v0.0.1", "--to", "prod", "--by", "carol", "--apply");
}

describe("create", () => {
  test("writes the file of a stack whose first stage is open, and says what is next", async () => {
    expect(await world.release(...create)).toEqual({
      code: 0,
      err: "",
      out: [
        `--- ${stack}`,
        `+++ ${stack}`,
        "@@ -1,1 +1,9 @@",
        ...world
          .file()
          .trimEnd()
          .split("\n")
          .map((text) => `+${text}`),
        " ",
        "v0.0.1: qa waiting → open.",
        "Next:",
        "  pulumi stack init release-v0.0.1 --no-select",
        "  pulumi up -s release-v0.0.1 --policy-pack policies",
        "",
      ].join("\n"),
    });
    expect(world.file())
      .toBe(`# Release v0.0.1: who signs in for it, stage by stage. The commands of airlock release edit this file.
config:
  contoso:kind: release
  contoso:release:
    version: v0.0.1
    repositories: [ iam/auth-service, iam/login ]
    stages:
      qa: { opened: "2026-11-21T10:00:00Z" }
`);
    expect(readdirSync(world.cwd).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("again it does nothing; another release of that version is refused", async () => {
    await world.done(...create);
    const before = world.file();
    world.pass(1);
    expect(await world.done(...create)).toBe(`${stack} says so already. Nothing to do.\n`);
    expect(await world.release("create", "v0.0.1", "--repositories", "iam/login")).toEqual({
      code: 1,
      out: "",
      err: `airlock: release v0.0.1 is there already, with iam/auth-service, iam/login (${stack}). Give the new one another version\n`,
    });
    expect(world.file()).toBe(before);
  });

  test("a file that holds the engine's own keys alone is filled, and keeps them", async () => {
    const own = "encryptionsalt: v1:abc=:v1:def\n";
    writeFileSync(join(world.cwd, stack), own);
    await world.done(...create);
    expect(world.file()).toContain(`edit this file.\n${own}config:\n  contoso:kind: release\n`);
  });

  test("a file that says something else is left alone", async () => {
    const other = "config:\n  contoso:kind: environment\n";
    writeFileSync(join(world.cwd, stack), other);
    expect((await world.release(...create)).code).toBe(2);
    expect(world.file()).toBe(other);
  });

  test("a dry run writes nothing", async () => {
    const out = JSON.parse(await world.done(...create, "--dry-run", "--json")) as Record<string, unknown>;
    expect(out).toMatchObject({ version: "v0.0.1", changed: true, dryRun: true });
    expect(readdirSync(world.cwd)).not.toContain(stack);
  });

  test.each([
    [["create", "0.0.1", "--repositories", "a/b"], /"0.0.1" is not the version of a release/],
    [
      ["create", "v0.0.1", "--repositories", "iam/*"],
      /expected a repository without registry, wildcard, tag or digest, found "iam\/\*"/,
    ],
    [["create", "v0.0.1", "--repositories", "a/b,a/b"], /a\/b is listed twice/],
    [["create", "v0.0.1", "--repositories", ""], /expected a repository/],
    [["advance", "v0.0.9", "--to", "uat", "--by", "carol"], /there is no release v0.0.9/],
    [["advance", "v0.0.1", "--to", "uat"], /it is not said who does it. Give --by <name>/],
    [
      ["approve", "v0.0.1", "--file", "x"],
      /an approval is a file and its signature, or a review or run on GitHub and a stage/,
    ],
    [["hold", "v0.0.1", "--by", "carol"], /a hold has a reason and an end/],
    [["hold", "v0.0.1", "--by", "carol", "--reason", "x", "--until", "tomorrow"], /tomorrow is no instant/],
  ])("%j is one line and exit 2", async (words, message) => {
    const { code, out, err } = await world.release(...words);
    expect({ code, out, lines: err.trimEnd().split("\n").length }).toEqual({ code: 2, out: "", lines: 1 });
    expect(err).toMatch(message);
  });

  test("without managers nobody could ever approve it", async () => {
    const text = readFileSync(join(world.cwd, "Pulumi.yaml"), "utf8");
    world.write("Pulumi.yaml", text.replace(/^ {8}uat: .*\n/m, ""));
    expect((await world.release(...create)).err).toBe(
      "airlock: nobody is named who approves for uat (Pulumi.yaml: releases.managers). Add uat: { manager: <name>, backup: <name> }\n",
    );
  });

  test("--apply makes the stack and runs the update", async () => {
    await world.done(...create, "--apply");
    await world.done(...create, "--apply");
    expect(world.calls).toEqual(["stack init", "up v0.0.1: qa open", "stack init", "up v0.0.1: qa open"]);
  });
});

describe("approve", () => {
  beforeEach(async () => {
    await world.done(...create);
  });

  test("of no images there is nothing to approve", async () => {
    expect((await world.reviewed("uat", "uat", "uma")).err).toBe(
      "airlock: v0.0.1 names no image of iam/auth-service, iam/login. Set it with: airlock release images v0.0.1 iam/auth-service@sha256:…\n",
    );
  });

  test("a signed file counts, once", async () => {
    await world.done(...images);
    expect((await signedBy("quinn", "uat", "qa")).code).toBe(0);
    const file = world.file();
    world.pass(1);
    expect((await signedBy("quinn", "uat", "qa")).out).toBe(`${stack} says so already. Nothing to do.\n`);
    expect(world.file()).toBe(file);
  });

  test.each([
    [
      "another's hand",
      () => signedBy("quinn", "uat", "qa", "mallory"),
      "the approval of quinn for qa does not count: the signature is not that of quinn for this release",
    ],
    ["a stage that is open", () => world.reviewed("qa", "qa", "quentin"), "v0.0.1 is past the gate of qa"],
  ])("%s is refused", async (_, approve, message) => {
    await world.done(...images);
    const before = world.file();
    const { code, err } = await approve();
    expect({ code, err: err.replace(/\. .*\n/, "") }).toEqual({ code: 1, err: `airlock: ${message}` });
    expect(world.file()).toBe(before);
  });

  test("a file is the printed one to the letter", async () => {
    await world.done(...images);
    const statement = await world.done("approval", "v0.0.1", "--to", "uat", "--role", "qa", "--by", "quinn");
    world.write(
      "approval.sig",
      sign("sha256", Buffer.from(statement), keyOf("quinn").privateKey).toString("base64"),
    );
    const refusals = [
      `${statement} `,
      statement.replace('"uat"', '"prod"'),
      statement.replace("v0.0.1", "v0.0.2"),
      statement.replace('"project": "contoso"', '"project": "fabrikam"'),
      statement.replace('"opened": "2026-11-21', '"opened": "2026-11-20'),
      statement.replace('"at"', '"on"'),
      "{",
    ].map(async (text, index) => {
      world.write(`approval-${index}.json`, text);
      return (
        await world.release(
          "approve",
          "v0.0.1",
          "--file",
          `approval-${index}.json`,
          "--signature",
          "approval.sig",
        )
      ).err;
    });
    expect(await Promise.all(refusals)).toEqual([
      "airlock: the approval is not written as it is signed (approval-0.json). Write it with airlock release approval, and sign it as it is\n",
      "airlock: the approval of quinn for qa does not count: the signature is not that of quinn for this release. See airlock release status\n",
      "airlock: the approval is for v0.0.2, and not for v0.0.1 (approval-2.json). Write it with airlock release approval, and sign it as it is\n",
      "airlock: the approval is for project fabrikam, and not for contoso (approval-3.json). Write it with airlock release approval, and sign it as it is\n",
      "airlock: the approval is for the release that was opened at 2026-11-20T10:00:00Z, and not for 2026-11-21T10:00:00Z (approval-4.json). Write it with airlock release approval, and sign it as it is\n",
      "airlock: an approval has project, repository, version, opened, stage, role, by, at, images and nothing else (approval-5.json). Write it with airlock release approval, and sign it as it is\n",
      "airlock: the approval is no JSON (approval-6.json). Write it with airlock release approval, and sign it as it is\n",
    ]);
    world.write("approval.json", statement);
    expect(
      (await world.release("approve", "v0.0.1", "--file", "approval.json", "--signature", "approval.sig"))
        .code,
    ).toBe(0);
  });

  test("a line is printed for whoever is asked, and says where it goes", async () => {
    await world.done(...images);
    const approval = (role: string, by: string) =>
      world.release("approval", "v0.0.1", "--to", "uat", "--role", role, "--by", by);
    const refusal = (by: string, role: string) => ({
      code: 1,
      out: "",
      err: `airlock: ${by} is not asked to approve uat for ${role}. Asked are qa (quinn, or quentin) and uat (uma, or ulf)\n`,
    });
    expect(await approval("dev", "dora")).toEqual(refusal("dora", "dev"));
    expect(await approval("qa", "uma")).toEqual(refusal("uma", "qa"));
    expect((await approval("uat", "uma")).err).toBe(
      "uma has no key (releases.people): this line goes into a review.\n",
    );
    expect((await approval("qa", "quinn")).err).toBe("");
  });

  test("other images make it void", async () => {
    await world.done(...images);
    await world.reviewed("uat", "uat", "uma");
    expect((await world.release("images", "v0.0.1", `iam/login@${digest("c")}`)).err).toBe(
      "Void, since it was about other images: uma for uat, into uat.\n",
    );
    expect(world.file()).not.toContain("uma");
  });
});

describe("advance", () => {
  test("lacks the approvals, and says whose", async () => {
    await world.done(...create);
    await world.done(...images);
    await world.reviewed("uat", "uat", "uma");
    expect(await world.release("advance", "v0.0.1", "--to", "uat", "--by", "uma", "--apply")).toEqual({
      code: 1,
      out: "",
      err: "airlock: v0.0.1 lacks the approval for uat of qa (quinn, or quentin) and uat (uma, or ulf); uma for uat: uma advances the release, and can't approve that. Ask for it with: airlock release approval v0.0.1 --to uat --role qa --by <name>\n",
    });
    expect(world.calls).toEqual([]);
  });

  test("takes two updates, and never shows the engine two live stages", async () => {
    await inUat();
    expect(world.calls).toEqual(["up v0.0.1: qa closing", "up v0.0.1: qa closed, uat open"]);
    expect(await world.phases()).toBe("qa closed, uat open, prod waiting");
    expect(world.file()).toContain('uat: { opened: "2026-11-21T11:00:00Z", by: carol }');
  });

  test("by hand: the second step waits for the update of the first", async () => {
    await world.done(...create);
    await world.done(...images);
    await signedBy("quinn", "uat", "qa");
    await world.reviewed("uat", "uat", "uma");
    const advance = ["advance", "v0.0.1", "--to", "uat", "--by", "carol"];
    expect(await world.done(...advance)).toMatch(
      /\nv0\.0\.1: qa open → closing\.\nNext:\n {2}pulumi up -s release-v0\.0\.1 --policy-pack policies\n {2}then this command again, when qa has nothing left to sign in with\n$/,
    );
    expect(await world.release(...advance)).toEqual({
      code: 1,
      out: "",
      err: "airlock: qa of v0.0.1 is closing, and no update has carried that out (stack release-v0.0.1). Run pulumi up -s release-v0.0.1 --policy-pack policies, and then this again\n",
    });
    expect(await world.phases()).toBe("qa closing, uat waiting, prod waiting");

    // As the failed first update of an advance leaves it.
    world.env = { ...world.env, FAIL_AT: "0" };
    expect((await world.release(...advance, "--apply")).code).toBe(3);
    expect((await world.release(...advance)).err).toContain("no update has carried that out");
    world.env = { PATH: world.cwd };
    expect(await world.done(...advance, "--apply")).toContain(
      "v0.0.1: qa closing → closed, uat waiting → open.\n",
    );
    expect(await world.done(...advance)).toBe(`${stack} says so already. Nothing to do.\n`);
  });

  test.each([0, 1])("goes on after update %s failed", async (failing) => {
    await world.done(...create);
    await world.done(...images);
    await signedBy("quinn", "uat", "qa");
    await world.reviewed("uat", "uat", "uma");
    const advance = ["advance", "v0.0.1", "--to", "uat", "--by", "carol", "--apply"];
    world.env = { ...world.env, FAIL_AT: String(failing) };
    const { code, err } = await world.release(...advance);
    expect(code).toBe(3);
    expect(err).toContain(
      "pulumi up of release-v0.0.1 failed; the change of Pulumi.release-v0.0.1.yaml stays",
    );
    world.env = { PATH: world.cwd };
    await world.done(...advance);
    expect(await world.phases()).toBe("qa closed, uat open, prod waiting");
    expect(world.calls.at(-1)).toBe("up v0.0.1: qa closed, uat open");
  });

  test("skips nothing and never goes back", async () => {
    await inUat();
    expect((await world.release("advance", "v0.0.1", "--to", "qa", "--by", "carol")).err).toBe(
      "airlock: v0.0.1 is in uat and can't go to qa. The next stage is prod\n",
    );
    expect((await world.release("advance", "v0.0.1", "--to", "dev", "--by", "carol")).err).toBe(
      "airlock: dev is the first environment of the path, and no stage of a release. Stages are qa, uat, prod\n",
    );
  });

  test("a clock behind the file is no clock", async () => {
    await inUat();
    world.pass(-5);
    const words = ["close", "v0.0.1", "--by", "carol", "--reason", "a bug"];
    expect((await world.release(...words)).err).toBe(
      "airlock: it is 2026-11-21T06:00:00Z here, before the last event of v0.0.1 at 2026-11-21T11:00:00Z. Set this machine's clock right\n",
    );
  });

  test("a stage that somebody opens in the file by hand is refused", async () => {
    await world.done(...create);
    await world.done(...images);
    world.write(
      stack,
      world
        .file()
        .replace(
          /qa: .*/,
          'qa: { opened: 2026-11-21T10:00:00Z, closing: 2026-11-21T10:00:00Z, closed: 2026-11-21T10:00:00Z }\n      uat: { opened: "2026-11-21T10:00:00Z", by: mallory }',
        ),
    );
    expect((await world.release("status")).err).toBe(
      `airlock: uat was opened without the approval of qa and uat (${stack}, contoso:release.stages.uat). Take the change back, and use airlock release: it writes what can follow\n`,
    );
  });
});

describe("the last stage", () => {
  test("takes no other images: nobody would approve them", async () => {
    await inProd();
    const before = world.file();
    expect(await world.release("images", "v0.0.1", `iam/login@${digest("c")}`)).toEqual({
      code: 1,
      out: "",
      err: "airlock: v0.0.1 is in prod with the images that were approved for it, and that is the last stage. Make a new release for other images\n",
    });
    expect(world.file()).toBe(before);
    expect((await world.release(...images)).code).toBe(0);
  });

  test("with other images in the file it is refused, until it is given up", async () => {
    await inProd();
    const [own, ...approvals] = world.file().split("approvals:");
    world.write(stack, [own.replace(digest("b"), digest("c")), ...approvals].join("approvals:"));
    const refusal = `airlock: prod was opened with other images than v0.0.1 has now (${stack}, contoso:release.images). Take the change of the images back, and make a new release for others\n`;
    for (const words of [["verify", "v0.0.1"], ["deployed", "v0.0.1"], ["status"]])
      expect((await world.release(...words)).err).toBe(refusal);
    await world.done("close", "v0.0.1", "--by", "carol", "--reason", "other images", "--apply");
    expect(await world.phases()).toBe("qa closed, uat closed, prod closed");
  });
});

describe("when managers or keys change while a stage is open", () => {
  const change = (from: RegExp | string, to: string) =>
    world.write("Pulumi.yaml", readFileSync(join(world.cwd, "Pulumi.yaml"), "utf8").replace(from, to));
  const newManager = () => change("backup: quentin", "backup: carla");
  const newKey = () =>
    change(
      /^ {6}people:\n/m,
      `$&        ulf:\n          publicKey: |\n${keyOf("ulf").publicKey.replace(/^/gm, "            ").trimEnd()}\n`,
    );
  const takeBack =
    "If managers or people have changed in Pulumi.yaml: releases, take that back until the stage is closed, or close it now: airlock release close v0.0.1 --reason <text>";
  beforeEach(inProd);

  test.each([
    ["a manager", newManager, "qa; quentin for qa: quentin is neither manager nor backup of qa"],
    ["a key", newKey, "uat; ulf for uat: ulf has a key, and this is not signed with it"],
  ])("%s: nothing goes on, and it says what to take back", async (_, act, why) => {
    act();
    const { code, out, err } = await world.release("status");
    expect(code).toBe(2);
    expect(out).toContain("v0.0.1   prod open");
    expect(err).toContain(`prod was opened without the approval of ${why} (${stack}`);
    expect(err).toContain(takeBack);
    expect((await world.release("renew", "v0.0.1")).err).toBe(err);
  });

  test.each([
    ["deployed", newManager],
    ["deployed", newKey],
    ["close", newManager],
    ["close", newKey],
  ])("%s is possible all the same", async (command, act) => {
    act();
    const words = command === "close" ? ["--by", "carol", "--reason", "qa-lead left"] : [];
    await world.done(command, "v0.0.1", ...words, "--dry-run");
    await world.done(command, "v0.0.1", ...words, "--apply");
    expect(await world.phases()).toBe("qa closed, uat closed, prod closed");
    expect((await world.release("status")).code).toBe(0);
  });

  test("the other releases are told about", async () => {
    newManager();
    await world.done("create", "v0.0.2", "--repositories", "iam/login");
    world.write("Pulumi.release-v0.0.3.yaml", "config:\n  contoso:kind: release\n");
    const { code, out, err } = await world.release("status");
    expect({ code, lines: err.trimEnd().split("\n").length }).toEqual({ code: 2, lines: 2 });
    expect(out.match(/^v\S+ +\S+ open/gm)).toEqual(["v0.0.1   prod open", "v0.0.2   qa open"]);
    expect(JSON.parse((await world.release("status", "--json")).out)).toMatchObject({
      releases: [{ version: "v0.0.1" }, { version: "v0.0.2" }],
    });
    const swept = JSON.parse((await world.release("sweep", "--json")).out) as { releases: object[] };
    expect(swept.releases).toHaveLength(3);
    expect(swept.releases).toContainEqual(expect.objectContaining({ version: "v0.0.2", why: "it goes on" }));
  });
});

describe("the end", () => {
  test("deployed: the last stage is closed, and a day later a sweep deletes what is left", async () => {
    await inProd();
    world.pass(1);
    await world.done("deployed", "v0.0.1", "--apply");
    expect(world.calls.slice(-2)).toEqual([
      "up v0.0.1: qa closed, uat closed, prod closing",
      "up v0.0.1: qa closed, uat closed, prod closed",
    ]);
    world.pass(23);
    expect(await world.done("sweep")).toBe(
      [
        "release  due   done  why                              accounts",
        "v0.0.1   keep  -     not before 2026-11-22T13:00:00Z",
        "",
      ].join("\n"),
    );
    world.pass(1);
    const planned = await world.done("sweep", "--dry-run", "--markdown");
    expect(planned).toBe(
      "| release | due | done | why | accounts |\n| --- | --- | --- | --- | --- |\n| v0.0.1 | delete | a dry run | due since 2026-11-22T13:00:00Z | v0.0.1-qa-gh-sa<br>v0-0-1-qa-acr-sa<br>v0.0.1-uat-gh-sa<br>v0-0-1-uat-acr-sa<br>v0.0.1-prod-gh-sa<br>v0-0-1-prod-acr-sa |\n",
    );
    expect(world.file()).not.toContain("deleted");
    await world.done("sweep", "--apply");
    expect(world.calls.at(-1)).toBe("up v0.0.1: deleted");
    expect(world.file()).toContain('deleted: "2026-11-22T13:00:00Z"');
    // Once more there is nothing left to do.
    expect(await world.done("sweep", "--apply")).toContain("keep  -     deleted at 2026-11-22T13:00:00Z");
    expect(world.calls.filter((call) => call === "up v0.0.1: deleted")).toHaveLength(1);
    expect((await world.release("advance", "v0.0.1", "--to", "prod", "--by", "carol")).err).toBe(
      "airlock: v0.0.1 was deleted at 2026-11-22T13:00:00Z. Make a new release\n",
    );
  });

  test("only what is in the last stage is deployed", async () => {
    await inUat();
    expect((await world.release("deployed", "v0.0.1")).err).toBe(
      "airlock: v0.0.1 is in uat, and not in the last stage. A release is deployed once it is in prod\n",
    );
  });

  test("a sweep that was killed between its edit and its update goes on", async () => {
    await inProd();
    await world.done("deployed", "v0.0.1", "--apply");
    world.pass(25);
    world.env = { ...world.env, FAIL_AT: String(world.calls.filter((call) => call.startsWith("up")).length) };
    const { code, out, err } = await world.release("sweep", "--apply");
    expect({ code, out: out.split("\n")[1] }).toEqual({
      code: 3,
      out: "v0.0.1   delete  failed  due since 2026-11-22T12:00:00Z",
    });
    expect(err).toContain("airlock: 1 of 1 releases could not be swept: v0.0.1.");
    world.env = { PATH: world.cwd };
    expect(await world.done("sweep", "--apply")).toContain(
      "delete  yes   something is left of it since 2026-11-22T13:00:00Z",
    );
    expect(world.calls.at(-1)).toBe("up v0.0.1: deleted");
  });

  test("given up in uat: it is closed, and nothing follows", async () => {
    await inUat();
    const close = ["close", "v0.0.1", "--by", "carol", "--reason", "a bug", "--apply"];
    await world.done(...close);
    await world.done(...close);
    expect(await world.phases()).toBe("qa closed, uat closed, prod waiting");
    expect((await world.reviewed("prod", "dev", "dora")).err).toBe(
      "airlock: v0.0.1 was given up by carol at 2026-11-21T11:00:00Z. Make a new release\n",
    );
    expect(await world.done("status")).toBe(
      [
        "release  state                                             next  password  due",
        "v0.0.1   given up at 2026-11-21T11:00:00Z by carol: a bug  -     -         accounts go at 2026-11-22T11:00:00Z",
        "",
      ]
        .join("\n")
        .replace(
          "state                                                ",
          "state                                              ",
        ),
    );
  });

  test("a sweep closes what was given up and left half closed", async () => {
    await inUat();
    await world.done("close", "v0.0.1", "--by", "carol", "--reason", "a bug");
    world.pass(30);
    expect(await world.done("sweep")).toContain(
      "close  needs --apply  uat is closing since 2026-11-21T11:00:00Z",
    );
    await world.done("sweep", "--apply");
    expect(world.calls.slice(-3)).toEqual([
      "up v0.0.1: qa closed, uat closing",
      "up v0.0.1: qa closed, uat closed",
      "up v0.0.1: deleted",
    ]);
  });

  describe("a sweep whose change of the file was not merged yet", () => {
    const updates = () => world.calls.filter((call) => call.startsWith("up"));
    /** The file as `main` has it, another night; a sweep of it, and what the file says then. */
    const sweptAgain = async (file: string) => {
      const before = world.file();
      world.write(stack, file);
      world.pass(24);
      const told = await world.done("sweep", "--apply");
      return { told, same: world.file() === before };
    };

    test("is written down again, and nothing is carried out a second time", async () => {
      await inUat();
      await world.done("close", "v0.0.1", "--by", "carol", "--reason", "a bug");
      const onMain = world.file();
      world.pass(30);
      await world.done("sweep", "--apply");
      const carriedOut = updates();
      expect(carriedOut.at(-1)).toBe("up v0.0.1: deleted");
      for (let night = 0; night < 2; night++) {
        const { told, same } = await sweptAgain(onMain);
        expect(told).toContain(
          "record  its file  the engine carried out what its file does not say: deleted at 2026-11-22T17:00:00Z",
        );
        expect({ same, updates: updates() }).toEqual({ same: true, updates: carriedOut });
      }
      // A hold that came too late holds nothing.
      const held = { by: "dora", reason: "an audit", until: '"2027-01-31T00:00:00Z"' };
      const hold = Object.entries(held).map(([key, value]) => `${key}: ${value}`);
      expect(await sweptAgain(`${onMain}    hold: { ${hold.join(", ")} }\n`)).toMatchObject({ same: true });
      expect(updates()).toEqual(carriedOut);
    });

    test("of a stage that was closed is written down too, and it goes on from there", async () => {
      await inUat();
      await world.done("close", "v0.0.1", "--by", "carol", "--reason", "a bug");
      const onMain = world.file();
      await world.done("sweep", "--apply");
      const carriedOut = updates();
      expect(carriedOut.at(-1)).toBe("up v0.0.1: qa closed, uat closed");
      const { told } = await sweptAgain(onMain);
      expect(told).toContain("what its file does not say: its last stage is closed");
      expect(updates()).toEqual([...carriedOut, "up v0.0.1: deleted"]);
      expect(world.file()).toContain('closed: "2026-11-21T11:00:00Z"');
    });

    test("is nothing of what the file says of another end", async () => {
      await inUat();
      world.pass(1);
      await world.done("close", "v0.0.1", "--by", "carol", "--reason", "a bug", "--apply");
      const closed = world.file();
      world.pass(1);
      const other = closed.replaceAll(/(closing|at): "2026-11-21T12:00:00Z"/g, '$1: "2026-11-21T12:30:00Z"');
      world.write(stack, other.replace(/(uat: .*), closed: "[^"]*"/, "$1"));
      expect(await world.done("sweep", "--apply")).not.toContain("record");
      expect(updates().slice(-2)).toEqual([
        "up v0.0.1: qa closed, uat closing",
        "up v0.0.1: qa closed, uat closed",
      ]);
    });
  });

  test("a hold keeps the accounts until its end, or until it is taken away", async () => {
    await inUat();
    await world.done("close", "v0.0.1", "--by", "carol", "--reason", "a bug", "--apply");
    const hold = ["hold", "v0.0.1", "--by", "dora", "--reason", "an audit", "--until", "2026-12-01"];
    await world.done(...hold);
    expect(await world.done(...hold)).toContain("Nothing to do.");
    world.pass(48);
    expect(await world.done("sweep", "--apply")).toContain(
      "keep  -     held by dora until 2026-12-01T00:00:00Z: an audit",
    );
    await world.done("hold", "v0.0.1", "--end");
    expect(world.file()).not.toContain("dora\n");
    expect(await world.done("sweep")).toBe(
      [
        "release  due     done      why                             accounts",
        "v0.0.1   delete  its file  due since 2026-11-22T11:00:00Z  v0.0.1-qa-gh-sa",
        "                                                           v0-0-1-qa-acr-sa",
        "                                                           v0.0.1-uat-gh-sa",
        "                                                           v0-0-1-uat-acr-sa",
        "Next:",
        "  pulumi up -s release-v0.0.1 --policy-pack policies",
        "",
      ].join("\n"),
    );
  });

  test("leftovers are asked for by environment, and accounts are not deleted by --yes", async () => {
    for (const [words, why] of [
      [["--yes"], "--yes needs --env. Accounts are deleted with --apply"],
      [["--env", "qa", "--apply"], "--env and --apply exclude each other"],
      [["--env", "qa", "--yes", "--dry-run"], "--dry-run and --yes exclude each other"],
      [["--env", "quality"], 'unknown environment "quality", the path is dev → qa → uat → prod'],
    ] as const) {
      const { code, out, err } = await world.release("sweep", ...words);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain(`airlock: ${why}`);
    }
  });

  test("one release that is broken is in no other's way", async () => {
    await inUat();
    await world.done("close", "v0.0.1", "--by", "carol", "--reason", "a bug", "--apply");
    world.pass(48);
    world.write("Pulumi.release-v0.0.2.yaml", "config:\n  contoso:kind: release\n");
    const { code, out } = await world.release("sweep", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      dryRun: false,
      releases: [
        { version: "v0.0.1", action: "delete", done: true },
        { version: "v0.0.2", done: false, problem: { what: "a release stack says which release it is" } },
      ],
    });
  });
});

test("status says what the next stage waits for", async () => {
  await world.done(...create);
  expect(await world.done("status")).toBe(
    [
      "release  state    next                                                                          password                   due",
      "v0.0.1   qa open  uat waits for images of iam/auth-service, iam/login and approvals of qa, uat  ends 2026-11-28T10:00:00Z  -",
      "",
    ].join("\n"),
  );
  await world.done(...images);
  await world.reviewed("uat", "uat", "uma");
  const { releases } = JSON.parse(await world.done("status", "--json")) as { releases: object[] };
  expect(releases).toEqual([
    {
      version: "v0.0.1",
      password: { stage: "qa", expires: "2026-11-28T10:00:00Z", state: "lives" },
      repositories: ["iam/auth-service", "iam/login"],
      images: { "iam/auth-service": digest("a"), "iam/login": digest("b") },
      stages: [
        { stage: "qa", tag: "v0.0.1-qa", phase: "open" },
        { stage: "uat", tag: "v0.0.1-uat", phase: "waiting" },
        { stage: "prod", tag: "v0.0.1", phase: "waiting" },
      ],
      next: { stage: "uat", approved: { uat: "uma" }, missing: ["qa"], void: [], withoutImage: [] },
    },
  ]);
});
