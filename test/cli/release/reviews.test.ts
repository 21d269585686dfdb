import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reviewLine } from "../../../model/release/approvals";
import { digest, keyOf, subject as known } from "../../model/release/world";
import { ReleaseWorld } from "./world";

const version = "v0.0.1";
const images = { "iam/auth-service": digest("a"), "iam/login": digest("b") };
const subject = { ...known, opened: "2026-11-21T10:00:00Z" };
const line = (said: Partial<Parameters<typeof reviewLine>[0]> = {}) =>
  reviewLine({ ...subject, stage: "uat", role: "uat", by: "uma", images, ...said });
const advance = ["advance", version, "--to", "uat", "--by", "carol"];

let world: ReleaseWorld;
beforeEach(async () => {
  world = new ReleaseWorld();
  await world.done("create", version, "--repositories", "iam/auth-service,iam/login");
  await world.done("images", version, ...Object.entries(images).map(([name, one]) => `${name}@${one}`));
});
afterEach(() => jest.restoreAllMocks());

const record = (address: string, to = "uat") =>
  world.release("approve", version, "--review", address, "--to", to);
const recordRun = (address: string) => world.release("approve", version, "--run", address, "--to", "uat");

/** The line of the error without the advice, and that nothing was written. */
async function refused(act: () => Promise<{ code: number; out: string; err: string }>) {
  const before = world.file();
  const { code, out, err } = await act();
  expect({ out, file: world.file(), lines: err.trimEnd().split("\n").length }).toEqual({
    out: "",
    file: before,
    lines: 1,
  });
  return { code, err: err.replace(/^airlock: /, "").trimEnd() };
}

const advice =
  "Whoever approves writes into the review, as a line of its own, what this prints: airlock release approval v0.0.1 --to uat --role <env> --by <name>";

describe("a review", () => {
  test("is what its line says, with who wrote it and when", async () => {
    const printed = await world.done("approval", version, "--to", "uat", "--role", "uat", "--by", "uma");
    expect(printed).toBe(`${line()}\n`);
    expect(printed).toMatch(/^airlock: uma approves v0\.0\.1 into uat for uat, sha256:[0-9a-f]{64}\n$/);
    const address = world.gitHub.review("Uma", `Looks good.\r\n\r\n  ${line()}\r\nShip it.`);
    expect((await record(address)).out).toContain("v0.0.1: uat waits for approvals of qa.\n");
    expect(world.file()).toContain(`by: uma
        at: "2026-11-21T10:00:00Z"
        images:
          iam/auth-service: ${digest("a")}
          iam/login: ${digest("b")}
        evidence: { review: "${address}" }`);
    expect(world.gitHub.asked[0]).toBe(
      "Bearer token-of-the-job /repos/contoso/platform/pulls/7/reviews?per_page=100&page=1",
    );
  });

  test("counts for whom the configuration says the login is", async () => {
    const project = readFileSync(join(world.cwd, "Pulumi.yaml"), "utf8");
    world.write(
      "Pulumi.yaml",
      project.replace(/^ {6}people:\n/m, "$&        uma: { github: Uma-of-Contoso }\n"),
    );
    expect((await refused(() => record(world.gitHub.review("uma", line())))).err).toContain(
      "uma is the login of nobody who is asked",
    );
    expect((await record(world.gitHub.review("uma-of-contoso", line()))).code).toBe(0);
    expect(
      (await refused(() => world.release("advance", version, "--to", "uat", "--by", "uma-of-Contoso"))).err,
    ).toContain("uma for uat: uma advances the release, and can't approve that");
  });

  const others = "its line is about other images, or about another release of that version";
  const noLine = "it does not have the line that says what is approved";
  test.each<[string, () => string, string]>([
    ["of something else", () => world.gitHub.review("uma", "Thanks for the fix!"), noLine],
    ["of no words", () => world.gitHub.review("uma", ""), noLine],
    ["of another release", () => world.gitHub.review("uma", line({ version: "v0.0.2" })), noLine],
    ["of another stage", () => world.gitHub.review("uma", line({ stage: "prod" })), noLine],
    [
      "of other images",
      () => world.gitHub.review("uma", line({ images: { ...images, "iam/login": digest("c") } })),
      others,
    ],
    [
      "of fewer images",
      () => world.gitHub.review("uma", line({ images: { "iam/login": digest("b") } })),
      others,
    ],
    ["of another project", () => world.gitHub.review("uma", line({ project: "fabrikam" })), others],
    [
      "of a release of that version that was deleted",
      () => world.gitHub.review("uma", line({ opened: "2026-11-20T10:00:00Z" })),
      others,
    ],
    ["in another's name", () => world.gitHub.review("ulf", line()), noLine],
    ["that quotes the line", () => world.gitHub.review("uma", `> ${line()}\nNo.`), noLine],
    [
      "of a stranger",
      () => world.gitHub.review("mallory", line()),
      "mallory is the login of nobody who is asked",
    ],
    [
      "that comments",
      () => world.gitHub.review("uma", line(), "COMMENTED"),
      "the review approves nothing: it is COMMENTED",
    ],
    ["that was dismissed", () => world.gitHub.review("uma", line(), "DISMISSED"), "the review was dismissed"],
    [
      "that somebody edited",
      () => {
        const address = world.gitHub.review("uma", line());
        world.gitHub.reviews[0].lastEditedAt = "2026-11-21T11:00:00Z";
        return address;
      },
      "the review was edited at 2026-11-21T11:00:00Z",
    ],
    [
      "that was taken back",
      () => {
        const address = world.gitHub.review("uma", line());
        world.gitHub.review("uma", "Wait.", "CHANGES_REQUESTED");
        return address;
      },
      "uma asked for changes in a later review",
    ],
    [
      "that isn't there",
      () => "https://github.com/contoso/platform/pull/7#pullrequestreview-1",
      "GitHub has nothing there",
    ],
    [
      "of a pull request that isn't there",
      () => "https://github.com/contoso/platform/pull/8#pullrequestreview-101",
      "GitHub has nothing there",
    ],
  ])("%s is refused", async (_, write, why) => {
    const address = write();
    expect(await refused(() => record(address))).toEqual({
      code: 1,
      err: `nobody approves v0.0.1 into uat there: ${why} (${address}). ${advice}`,
    });
  });

  test.each([
    ["https://github.com/mallory/platform/pull/7#pullrequestreview-101", "it is not in contoso/platform"],
    [
      "https://github.mallory.example/contoso/platform/pull/7#pullrequestreview-101",
      "it is not in contoso/platform",
    ],
    [
      "https://github.com/contoso/platform/pull/7",
      "https://github.com/contoso/platform/pull/7 is not the address of a review or a run",
    ],
    [
      "http://github.com/contoso/platform/pull/7#pullrequestreview-101",
      "http://github.com/contoso/platform/pull/7#pullrequestreview-101 is not the address of a review or a run",
    ],
  ])("at %s is not asked for", async (address, why) => {
    world.gitHub.review("uma", line());
    expect(await refused(() => record(address))).toEqual({
      code: 2,
      err: `${why} (${address}). Give the address of a review or of a run as GitHub shows it`,
    });
    expect(world.gitHub.asked).toEqual([]);
  });

  test("by whoever has a key is none, whatever stands in the file", async () => {
    const address = world.gitHub.review("quinn", line({ role: "qa", by: "quinn" }));
    expect((await refused(() => record(address))).err).toContain("quinn is the login of nobody who is asked");
    await record(world.gitHub.review("quentin", line({ role: "qa", by: "quentin" })));
    const forged = world.file().replace("by: quentin", "by: quinn");
    world.write(
      "Pulumi.release-v0.0.1.yaml",
      forged.replace("pullrequestreview-102", "pullrequestreview-101"),
    );
    expect((await refused(() => world.release(...advance))).err).toContain(
      "quinn for qa: quinn has a key, and this is not signed with it",
    );
  });

  test("can be asked for of everybody at once", async () => {
    const asked = [
      ["qa", "quentin"],
      ["uat", "uma"],
      ["uat", "ulf"],
    ];
    expect(await world.done("approval", version, "--to", "uat")).toBe(
      asked.map(([role, by]) => `${line({ role, by })}\n`).join(""),
    );
    expect(
      (await refused(() => world.release("approval", version, "--to", "uat", "--by", "uma"))).err,
    ).toMatch(/^--role and --by go together/);
  });

  test("on the second page is found", async () => {
    for (let index = 0; index < 100; index++) world.gitHub.review("bob", "Hm.", "COMMENTED");
    expect((await record(world.gitHub.review("uma", line()))).code).toBe(0);
  });
});

test.each([
  ["--review", "https://github.com/contoso/platform/actions/runs/31", "that is a run: use --run"],
  [
    "--run",
    "https://github.com/contoso/platform/pull/7#pullrequestreview-101",
    "that is a review: use --review",
  ],
])("%s %s is said to be the other", async (option, address, why) => {
  expect(await refused(() => world.release("approve", version, option, address, "--to", "uat"))).toEqual({
    code: 2,
    err: why,
  });
});

describe("a run", () => {
  test("tells who let its jobs in, and for what", async () => {
    world.gitHub.letIn(31, "bob", "ok");
    world.gitHub.letIn(31, "quentin", line({ role: "qa", by: "quentin" }));
    expect((await recordRun(world.gitHub.letIn(31, "uma", line()))).out).toContain(
      "v0.0.1: uat can be entered.\n",
    );
    expect(world.file().match(/evidence: .*/g)).toEqual(
      Array(2).fill('evidence: { run: "https://github.com/contoso/platform/actions/runs/31" }'),
    );
    await world.done(...advance);
  });

  test.each<[string, () => string, string]>([
    [
      "without a comment",
      () => world.gitHub.letIn(31, "uma", ""),
      "it does not have the line that says what is approved",
    ],
    [
      "that was rejected",
      () => world.gitHub.letIn(31, "uma", line(), "rejected"),
      "uma rejected a job of the run",
    ],
    [
      "that isn't there",
      () => "https://github.com/contoso/platform/actions/runs/31",
      "GitHub has nothing there",
    ],
    [
      "that somebody let in and then rejected",
      () => {
        world.gitHub.letIn(31, "uma", line());
        return world.gitHub.letIn(31, "uma", "No.", "rejected");
      },
      "nobody who is asked wrote the line that says what is approved",
    ],
  ])("%s is no approval", async (_, write, why) => {
    const address = write();
    expect((await refused(() => recordRun(address))).err).toContain(
      `nobody approves v0.0.1 into uat there: ${why} (`,
    );
  });
});

describe("an advance asks GitHub again", () => {
  beforeEach(async () => {
    await record(world.gitHub.review("uma", line()));
    await record(world.gitHub.review("quentin", line({ role: "qa", by: "quentin" })));
    world.gitHub.asked.length = 0;
  });

  const lacks = (why: string) =>
    `v0.0.1 lacks the approval for uat of uat (uma, or ulf); uma for uat: ${why}. Ask for it with: airlock release approval v0.0.1 --to uat --role uat --by <name>`;

  test("and goes on when it says the same", async () => {
    await world.done(...advance);
    expect(world.gitHub.asked).toHaveLength(4);
  });

  test("a review that was dismissed counts no more", async () => {
    world.gitHub.reviews[0].state = "DISMISSED";
    expect(await refused(() => world.release(...advance))).toEqual({
      code: 1,
      err: lacks("the review was dismissed"),
    });
    expect(world.calls).toEqual([]);
    // Another one of the same person takes its place.
    await record(world.gitHub.review("uma", line()));
    await world.done(...advance);
  });

  test("before each of the two steps", async () => {
    await world.done(...advance);
    world.gitHub.reviews[0].state = "DISMISSED";
    expect((await refused(() => world.release(...advance, "--apply"))).err).toBe(
      lacks("the review was dismissed"),
    );
    expect(await world.phases()).toBe("qa closing, uat waiting, prod waiting");
  });

  test("a line that somebody wrote into the file is nobody's", async () => {
    world.write(
      "Pulumi.release-v0.0.1.yaml",
      world.file().replaceAll("pullrequestreview-101", "pullrequestreview-102"),
    );
    expect((await refused(() => world.release(...advance))).err).toBe(
      lacks("it is of quentin, and uma is uma"),
    );
  });

  test.each<[string, number | "unreachable", string]>([
    ["can't be reached", "unreachable", "api.github.com can't be reached: ECONNREFUSED"],
    ["fails", 502, "api.github.com answered 502"],
    ["takes no such token", 401, "api.github.com answered 401"],
    ["is asked too often", 429, "api.github.com answered 429"],
  ])("and where it %s nothing is proven, and nothing moves", async (_, broken, why) => {
    world.gitHub.broken = broken;
    expect(await refused(() => world.release(...advance))).toEqual({
      code: 3,
      err: `GitHub does not say who approved: ${why}. Run it again when GitHub answers, with a GITHUB_TOKEN that reads pull requests and actions`,
    });
  });

  test("without a token nothing moves", async () => {
    world.token = undefined;
    expect(await refused(() => world.release(...advance))).toEqual({
      code: 2,
      err: "GITHUB_TOKEN is not set, and without it no review can be read on GitHub. Set it to a token that reads the repository's pull requests and actions, or record a signed file",
    });
  });

  test("at the address that a workflow names, and never in the clear", async () => {
    const elsewhere = {
      GITHUB_API_URL: "https://git.contoso.example/api/v3",
      GITHUB_SERVER_URL: "https://git.contoso.example",
    };
    world.env = { ...world.env, ...elsewhere };
    expect((await refused(() => world.release(...advance))).err).toContain(
      "uma for uat: it is not in contoso/platform",
    );
    world.env = { ...world.env, GITHUB_API_URL: "http://api.github.com" };
    expect((await refused(() => world.release(...advance))).err).toContain(
      'GITHUB_API_URL is "http://api.github.com", and GitHub is asked by https alone',
    );
    expect(world.gitHub.asked).toEqual([]);
  });
});

test("who signs needs no GitHub", async () => {
  world.token = undefined;
  world.write(
    "Pulumi.yaml",
    readFileSync(join(world.cwd, "Pulumi.yaml"), "utf8").replace(
      /^ {6}people:\n[^]*/m,
      people("quinn", "uma"),
    ),
  );
  for (const [by, role] of [
    ["quinn", "qa"],
    ["uma", "uat"],
  ]) {
    const statement = await world.done("approval", version, "--to", "uat", "--role", role, "--by", by);
    world.write("approval.json", statement);
    world.write("approval.sig", sign("sha256", Buffer.from(statement), keyOf(by).privateKey));
    await world.done("approve", version, "--file", "approval.json", "--signature", "approval.sig");
  }
  await world.done(...advance);
  expect(world.gitHub.asked).toEqual([]);
});

function people(...names: string[]): string {
  const entries = names.map(
    (name) =>
      `        ${name}:\n          publicKey: |\n${keyOf(name).publicKey.replace(/^/gm, "            ").trimEnd()}\n`,
  );
  return `      people:\n${entries.join("")}`;
}

describe("verify", () => {
  const verify = () => world.release("verify", version);
  beforeEach(async () => {
    await record(world.gitHub.review("uma", line()));
    await record(world.gitHub.review("quentin", line({ role: "qa", by: "quentin" })));
  });

  test("the first stage was approved by nobody", async () => {
    world.token = undefined;
    expect(await verify()).toEqual({ code: 0, out: "v0.0.1: its stage needs no approval.\n", err: "" });
  });

  test("asks about what the open stage was opened with, images that are others by now included", async () => {
    await record(world.gitHub.review("ulf", line({ by: "ulf" })));
    await world.done(...advance, "--apply");
    // The others are enough.
    world.gitHub.reviews[2].state = "DISMISSED";
    await world.done("images", version, `iam/login@${digest("c")}`);
    expect((await verify()).out).toBe(
      "v0.0.1: approved by uma for uat, quentin for qa, with other images of iam/login than it has now.\n",
    );
    expect(JSON.parse(await world.done("verify", version, "--json"))).toEqual({
      version,
      approvals: [
        { stage: "uat", role: "uat", by: "uma" },
        { stage: "uat", role: "qa", by: "quentin" },
      ],
      changed: ["iam/login"],
    });
    expect(await world.done("status")).toContain("uat open, approved with other images of iam/login  prod");
  });

  test("what GitHub doesn't bear out is refused, however it came into the file", async () => {
    await world.done(...advance, "--apply");
    world.write(
      "Pulumi.release-v0.0.1.yaml",
      world.file().replace("pullrequestreview-101", "pullrequestreview-909"),
    );
    expect(await refused(verify)).toEqual({
      code: 1,
      err: "uat was opened without the approval of uat; uma for uat: GitHub has nothing there (Pulumi.release-v0.0.1.yaml: stages.uat). Take the change back, and use airlock release: it writes what can follow",
    });
    world.gitHub.broken = "unreachable";
    expect((await refused(verify)).code).toBe(3);
  });

  test("of a stage on its way out nobody is asked: closing waits for nobody", async () => {
    await world.done(...advance, "--apply");
    await world.done("close", version, "--by", "carol", "--reason", "a leak");
    world.gitHub.reviews[0].state = "DISMISSED";
    world.gitHub.broken = "unreachable";
    world.gitHub.asked.length = 0;
    const nothing = { code: 0, out: "v0.0.1: its stage needs no approval.\n", err: "" };
    expect(await verify()).toEqual(nothing);
    world.token = undefined;
    expect(await verify()).toEqual(nothing);
    expect(world.gitHub.asked).toEqual([]);
    // What no command can have written is refused all the same.
    world.write("Pulumi.release-v0.0.1.yaml", world.file().replace(/ closing: [^,]*, closed: [^ ]* /, " "));
    expect((await refused(verify)).err).toContain("uat is open before qa is closed");
  });
});
