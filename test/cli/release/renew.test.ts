import { readFileSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../../model/release/world";
import { ReleaseWorld } from "./world";

const stack = "Pulumi.release-v0.0.1.yaml";
const advance = ["advance", "v0.0.1", "--to", "uat", "--by", "carol"];
const day = 24;

let world: ReleaseWorld;
beforeEach(async () => {
  world = new ReleaseWorld();
  // Nobody of these has a key.
  world.write(
    "Pulumi.yaml",
    readFileSync(join(world.cwd, "Pulumi.yaml"), "utf8").replace(/ {6}people:[^]*$/, ""),
  );
  await world.done("create", "v0.0.1", "--repositories", "iam/login");
  await world.done("images", "v0.0.1", `iam/login@${digest("a")}`);
  for (const [role, by] of Object.entries({ qa: "quinn", uat: "uma" }))
    expect((await world.reviewed("uat", role, by)).code).toBe(0);
});
afterEach(() => jest.restoreAllMocks());

const password = async () => (await world.done("status")).split("\n")[1].split("  ").slice(-2)[0].trim();

/** What the engine knows of qa, as an update that failed at its proof leaves it. */
const engineHas = (...resources: object[]) => {
  const notes = JSON.parse(readFileSync(join(world.cwd, "engine.json"), "utf8")) as object;
  world.write("engine.json", JSON.stringify({ ...notes, resources }));
};
const qaPassword = (expires: string) => ({
  urn: "urn:pulumi:release-v0.0.1::contoso::airlock:index:ReleaseAccess$airlock:index:TokenPassword::v0.0.1-qa",
  type: "airlock:index:TokenPassword",
  inputs: { expires },
});
const qaProof = {
  urn: "urn:pulumi:release-v0.0.1::contoso::airlock:index:ReleaseAccess$airlock:index:RevocationProof::v0.0.1-qa",
  type: "airlock:index:RevocationProof",
};

describe("the stage that is open", () => {
  test("has a password of which status says when it ends", async () => {
    expect(await password()).toBe("ends 2026-11-28T10:00:00Z");
    world.pass(6.5 * day);
    expect(await password()).toBe("ends 2026-11-28T10:00:00Z: airlock release renew v0.0.1");
    world.pass(day);
    expect(await password()).toBe("ended 2026-11-28T10:00:00Z: airlock release renew v0.0.1");
    const { releases } = JSON.parse(await world.done("status", "--json")) as { releases: object[] };
    expect(releases).toEqual([
      expect.objectContaining({ password: { stage: "qa", expires: "2026-11-28T10:00:00Z", state: "ended" } }),
    ]);
  });

  test("has another one after a renewal, which is one line of the file", async () => {
    world.pass(5 * day);
    expect(await world.done("renew", "v0.0.1")).toMatch(
      /\n-      qa: \{ opened: "2026-11-21T10:00:00Z" \}\n\+      qa: \{ opened: "2026-11-21T10:00:00Z", renewed: "2026-11-26T10:00:00Z" \}\n[^+-]*\nv0\.0\.1: the password of qa ends at 2026-12-03T10:00:00Z\.\nNext:\n {2}pulumi up -s release-v0\.0\.1 --policy-pack policies\n$/,
    );
    expect(await password()).toBe("ends 2026-12-03T10:00:00Z");
  });

  test("has one that is young already: nothing is changed, and a killed renewal goes on", async () => {
    world.pass(3.4 * day);
    expect(await world.done("renew", "v0.0.1")).toBe(
      "v0.0.1: the password of qa ends at 2026-11-28T10:00:00Z. Another one can be made from 2026-11-24T22:00:00Z on.\n",
    );
    world.pass(day);
    await world.done("renew", "v0.0.1");
    const file = world.file();
    await world.done("renew", "v0.0.1", "--apply");
    expect(world.file()).toBe(file);
    expect(world.calls).toEqual(["up v0.0.1: qa open"]);
  });

  test("a dry run writes nothing; JSON says when it ends", async () => {
    world.pass(5 * day);
    const file = world.file();
    expect(JSON.parse(await world.done("renew", "v0.0.1", "--dry-run", "--json"))).toMatchObject({
      changed: true,
      dryRun: true,
      password: { stage: "qa", expires: "2026-12-03T10:00:00Z", state: "lives" },
    });
    expect(world.file()).toBe(file);
  });

  test.each([
    [["--stage", "uat"], 1, "v0.0.1 has not reached uat. It is in qa"],
    [
      ["--stage", "dev"],
      2,
      "dev is the first environment of the path, and no stage of a release. Stages are qa, uat, prod",
    ],
    [["--dry-run", "--apply"], 2, "--dry-run and --apply exclude each other"],
  ])("%j is refused in one line", async (words, code, message) => {
    expect(await world.release("renew", "v0.0.1", ...words)).toEqual({
      code,
      out: "",
      err: `airlock: ${message}\n`,
    });
  });
});

test("a stage on its way out, whose password lives, is not opened again: nobody approved that", async () => {
  const closing =
    "qa of v0.0.1 is closing, and its end can be proven while its password lives, until 2026-11-28T10:00:00Z";
  await world.done(...advance);
  for (const hours of [0.1, 6 * day]) {
    world.pass(hours);
    const file = world.file();
    expect(await world.release("renew", "v0.0.1", "--apply")).toEqual({
      code: 1,
      out: "",
      err: `airlock: ${closing}. Go on with: airlock release advance v0.0.1 --to uat\n`,
    });
    expect([world.file(), world.calls]).toEqual([file, []]);
  }
});

describe("a password that ends too soon", () => {
  test("an advance says what to do before it changes anything", async () => {
    world.pass(7 * day - 0.5);
    const file = world.file();
    expect(await world.release(...advance, "--apply")).toEqual({
      code: 1,
      out: "",
      err: "airlock: the password of qa of v0.0.1 ends within 60 minutes, at 2026-11-28T10:00:00Z, and that it is refused shows nothing after that. Renew it with: airlock release renew v0.0.1 --apply\n",
    });
    world.pass(1);
    expect((await world.release(...advance, "--apply")).err).toContain(
      "the password of qa of v0.0.1 ended at 2026-11-28T10:00:00Z, and",
    );
    expect([world.file(), world.calls]).toEqual([file, []]);
    await world.done("renew", "v0.0.1", "--apply");
    await world.done(...advance, "--apply");
    expect(await world.phases()).toBe("qa closed, uat open, prod waiting");
  });

  test("a stage whose password ended while it was closing is opened again, and closed", async () => {
    await world.done(...advance);
    world.env = { ...world.env, FAIL_AT: "0" };
    expect((await world.release(...advance, "--apply")).code).toBe(3);
    world.env = { PATH: world.cwd };
    world.pass(8 * day);
    const before = world.calls;
    expect(await world.release(...advance, "--apply")).toEqual({
      code: 1,
      out: "",
      err: "airlock: the password of qa of v0.0.1 ended at 2026-11-28T10:00:00Z, and that it is refused shows nothing after that. Open qa again with: airlock release renew v0.0.1 --apply\n",
    });
    expect(await world.done("sweep")).toContain(
      "qa is closing since 2026-11-21T10:00:00Z, on the way to the next stage, and its password ends at 2026-11-28T10:00:00Z: airlock release renew v0.0.1 opens it again",
    );
    await world.done("renew", "v0.0.1", "--apply");
    expect(world.file()).toContain(
      'qa: { opened: "2026-11-21T10:00:00Z", renewed: "2026-11-29T10:00:00Z" }\n',
    );
    await world.done(...advance, "--apply");
    expect(world.calls.slice(before.length)).toEqual([
      "up v0.0.1: qa open",
      "up v0.0.1: qa closing",
      "up v0.0.1: qa closed, uat open",
    ]);
  });

  test("nor was its end proven when the next stage was to be opened: that one is taken back, if the engine has no proof", async () => {
    world.env = { ...world.env, FAIL_AT: "1" };
    expect((await world.release(...advance, "--apply")).code).toBe(3);
    world.env = { PATH: world.cwd };
    expect(await world.phases()).toBe("qa closed, uat open, prod waiting");
    const renew = ["renew", "v0.0.1", "--stage", "qa"];
    const file = world.file();
    engineHas(qaPassword("2026-11-28T10:00:00Z"), qaProof);
    world.pass(8 * day);
    expect((await world.release(...renew)).err).toBe(
      "airlock: qa of v0.0.1 is closed. Its stage is uat by now\n",
    );
    engineHas(qaPassword("2026-11-30T10:00:00Z"));
    expect(await world.release(...renew)).toEqual({
      code: 1,
      out: "",
      err: "airlock: the end of qa of v0.0.1 is not proven, and can be until 2026-11-30T10:00:00Z (stack release-v0.0.1). Run pulumi up -s release-v0.0.1 --policy-pack policies\n",
    });
    expect(world.file()).toBe(file);
    engineHas(qaPassword("2026-11-28T10:00:00Z"));
    await world.done(...renew);
    expect(await world.phases()).toBe("qa open, uat waiting, prod waiting");
    await world.done(...advance, "--apply");
    expect(await world.phases()).toBe("qa closed, uat open, prod waiting");
  });

  test("who gives a release up is not kept waiting; unproven, its accounts go a day later", async () => {
    world.pass(8 * day);
    const close = ["close", "v0.0.1", "--by", "carol", "--reason", "a leak", "--apply"];
    const unproven =
      "that nobody gets in as qa of v0.0.1 can't be proven in time: its password's end is 2026-11-28T10:00:00Z. Run pulumi up -s release-v0.0.1, which disables its accounts; airlock release sweep deletes them after 2026-11-30T10:00:00Z";
    const { code, err } = await world.release(...close);
    expect({ code, err }).toEqual({ code: 1, err: `airlock: ${unproven}\n` });
    expect([...new Set(world.calls)]).toEqual(["up v0.0.1: qa closing"]);
    expect((await world.release(...close)).err).toContain(unproven);
    expect((await world.release("renew", "v0.0.1")).err).toContain("v0.0.1 was given up by carol");
    world.pass(23);
    expect((await world.release("sweep", "--apply")).err).toContain(`v0.0.1: ${unproven}`);
    world.pass(2);
    expect(await world.done("sweep", "--apply")).toContain("delete  yes   due since 2026-11-30T10:00:00Z");
    expect(world.calls.at(-1)).toBe("up v0.0.1: deleted");
  });
});

test.each([
  ['renewed: "2026-11-20T10:00:00Z"', "renewed", "qa was renewed before it was opened"],
  [
    'renewed: "2026-11-23T10:00:00Z", closing: "2026-11-22T10:00:00Z"',
    "renewed",
    "qa was renewed when it was closing",
  ],
])("a file that no renewal can have written is refused: %s", async (record, key, message) => {
  world.write(stack, world.file().replace(/(qa: .*) \}/, `$1, ${record} }`));
  expect((await world.release("status")).err).toContain(
    `airlock: ${message} (${stack}, contoso:release.stages.qa.${key})`,
  );
});
