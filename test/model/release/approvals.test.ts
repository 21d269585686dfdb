import * as fc from "fast-check";
import { reviewLine, saysLine, standingOf, statementText } from "../../../model/release/approvals";
import { onePersonEach } from "../../../model/release/people";
import type { Approval, Release } from "../../../model/release/release";
import { digest, reviewed, rules, signed, signedBy, subject } from "./world";

const images = { "iam/login": digest("b"), "iam/auth-service": digest("a") };
const said = { stage: "uat", role: "qa", by: "quinn", at: "2026-11-21T10:00:00Z", images };
const release: Release = {
  version: "v0.0.1",
  repositories: ["iam/auth-service", "iam/login"],
  images,
  stages: { qa: { opened: "2026-11-20T10:00:00Z" } },
  approvals: [],
};

function standing(approvals: Approval[], known = rules, by?: string) {
  const { approved, missing, void: objections } = standingOf({ ...release, approvals }, known, "uat", by);
  return { approved: Object.fromEntries(approved), missing, why: objections.map(({ why }) => why) };
}

test("the statement is one text, however the images are ordered", () => {
  const text = statementText({ ...subject, ...said });
  expect(text).toBe(`{
  "project": "contoso",
  "repository": "contoso/platform",
  "version": "v0.0.1",
  "opened": "2026-11-20T10:00:00Z",
  "stage": "uat",
  "role": "qa",
  "by": "quinn",
  "at": "2026-11-21T10:00:00Z",
  "images": {
    "iam/auth-service": "${digest("a")}",
    "iam/login": "${digest("b")}"
  }
}
`);
});

test("manager or backup speak for a role", () => {
  expect(standing([reviewed(said), reviewed({ ...said, role: "uat", by: "ulf" })])).toEqual({
    approved: { qa: "quinn", uat: "ulf" },
    missing: [],
    why: [],
  });
});

test.each<[string, Approval, string]>([
  ["of a stranger", reviewed({ ...said, by: "mallory" }), "mallory is neither manager nor backup of qa"],
  ["for another role", reviewed({ ...said, role: "dev", by: "dora" }), "dev is not asked about uat"],
  [
    "of other images",
    reviewed({ ...said, images: { ...images, "iam/login": digest("c") } }),
    "it is about other images",
  ],
  [
    "of fewer images",
    reviewed({ ...said, images: { "iam/login": digest("b") } }),
    "it is about other images",
  ],
  [
    "of who advances",
    reviewed({ ...said, by: "quentin" }),
    "quentin advances the release, and can't approve that",
  ],
  [
    "on a review in another repository",
    {
      ...said,
      evidence: { review: "https://github.com/mallory/platform/pull/7#pullrequestreview-1" },
    },
    "it is not in contoso/platform",
  ],
  [
    "on a run in another repository",
    { ...said, evidence: { run: "https://github.com/contoso/sandbox/actions/runs/31" } },
    "it is not in contoso/platform",
  ],
  ["signed by nobody known", signed(said), "no key of quinn is known, so the signature shows nothing"],
])("an approval %s counts for nothing", (_, approval, why) => {
  expect(standing([approval], rules, "quentin")).toEqual({
    approved: {},
    missing: ["qa", "uat"],
    why: [why],
  });
});

describe("whoever has a key signs", () => {
  const known = signedBy("quinn");

  test("and the signature counts", () => {
    expect(standing([signed(said)], known).approved).toEqual({ qa: "quinn" });
  });

  test.each<[string, Approval, string]>([
    ["a review is not enough", reviewed(said), "quinn has a key, and this is not signed with it"],
    [
      "by another hand",
      signed(said, { by: "mallory" }),
      "the signature is not that of quinn for this release",
    ],
    [
      "for another release",
      signed(said, { version: "v0.0.2" }),
      "the signature is not that of quinn for this release",
    ],
    ...[{ project: "fabrikam" }, { repository: "contoso/other" }, { opened: "2026-11-19T10:00:00Z" }].map(
      (other): [string, Approval, string] => [
        `for the release of ${JSON.stringify(other)}`,
        signed(said, other),
        "the signature is not that of quinn for this release",
      ],
    ),
    [
      "at another time",
      { ...signed(said), at: "2026-11-21T11:00:00Z" },
      "the signature is not that of quinn for this release",
    ],
    [
      "for another role",
      { ...signed({ ...said, role: "uat" }), role: "qa" },
      "the signature is not that of quinn for this release",
    ],
  ])("%s", (_, approval, why) => {
    expect(standing([approval], known)).toEqual({ approved: {}, missing: ["qa", "uat"], why: [why] });
  });
});

describe("a line of a review", () => {
  const { at: _, ...claim } = said;
  const line = reviewLine({ ...subject, ...claim });

  test("is one for each project, release, stage, role, person and set of images", () => {
    const other: Partial<Parameters<typeof reviewLine>[0]>[] = [
      { project: "fabrikam" },
      { repository: "contoso/other" },
      { opened: "2026-11-19T10:00:00Z" },
      { version: "v0.0.2" },
      { stage: "prod" },
      { role: "uat" },
      { by: "quentin" },
      { images: { ...images, "iam/login": digest("c") } },
      { images: {} },
    ];
    const lines = other.map((change) => reviewLine({ ...subject, ...claim, ...change }));
    expect(new Set([line, ...lines]).size).toBe(other.length + 1);
    expect(line).toMatch(/^airlock: quinn approves v0\.0\.1 into uat for qa, sha256:[0-9a-f]{64}$/);
  });

  test.each([
    [`${line}\r\n`, true],
    [`Good.\n\t${line} \nBye.`, true],
    [`> ${line}`, false],
    [`I don't think that ${line}`, false],
    [line.slice(0, -1), false],
    ["", false],
  ])("%j", (words, says) => {
    expect(saysLine(words, line)).toBe(says);
  });
});

test("what GitHub says of a review counts where it was asked", () => {
  const asked = { ...rules, review: () => "the review was dismissed" };
  expect(standing([reviewed(said)], asked)).toEqual({
    approved: {},
    missing: ["qa", "uat"],
    why: ["the review was dismissed"],
  });
});

test("whoever advances is known by their login as well", () => {
  const people = { quentin: { github: "Q-of-Contoso" } };
  const known = { ...rules, releases: { ...rules.releases, people } };
  const by = (actor: string) => standing([reviewed({ ...said, by: "quentin" })], known, actor).approved;
  expect([by("q-of-contoso"), by("quentin"), by("carol")]).toEqual([{}, {}, { qa: "quentin" }]);
});

test("one person with two roles counts for one of them", () => {
  const two = {
    ...rules,
    releases: {
      ...rules.releases,
      managers: { ...rules.releases.managers, uat: { manager: "quinn", backup: "ulf" } },
    },
  };
  expect(standing([reviewed(said), reviewed({ ...said, role: "uat" })], two)).toEqual({
    approved: { qa: "quinn" },
    missing: ["uat"],
    why: [],
  });
  // With another word for qa, theirs is left for uat.
  const third = reviewed({ ...said, by: "quentin" });
  expect(standing([reviewed(said), reviewed({ ...said, role: "uat" }), third], two).approved).toEqual({
    qa: "quentin",
    uat: "quinn",
  });
});

test("one person each, and as many roles as can be", () => {
  const people = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(people, { maxLength: 4 }), (candidates) => {
      const placed = onePersonEach(new Map(candidates.map((list, index) => [`role ${index}`, list])));
      expect(new Set(placed.values()).size).toBe(placed.size);
      for (const [role, person] of placed) expect(candidates[Number(role.slice(5))]).toContain(person);
      expect(placed.size).toBe(most(candidates, []));
    }),
  );
});

// By trying everything.
function most([first, ...rest]: string[][], taken: string[]): number {
  if (first === undefined) return 0;
  const free = first.filter((person) => !taken.includes(person));
  return Math.max(most(rest, taken), ...free.map((person) => 1 + most(rest, [...taken, person])));
}
