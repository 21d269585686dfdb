import type { Rules } from "../../../model/release/approvals";
import { releaseRecord, rolesOnRecord } from "../../../model/release/record";
import type { Approval, Release } from "../../../model/release/release";
import { digest, path, reviewed, rules, signed, signedBy } from "./world";

const repository = "iam/auth-service";
const at = "2026-11-21T12:00:00Z";
const images = { [repository]: digest("a") };
const said = (role: string, by: string, more: Partial<Approval> = {}): Approval =>
  reviewed({ stage: "uat", role, by, at, images, ...more });
const release = (approvals: readonly Approval[], more: Partial<Release> = {}): Release => ({
  version: "v0.0.1",
  repositories: [repository],
  images,
  stages: { qa: { opened: at } },
  approvals,
  ...more,
});
const image = { repository, digest: digest("a"), environment: "uat" };
const { evidence } = said("qa", "quinn");
const opened = { opened: at };
const approvalsOf = (...approvals: Approval[]) =>
  releaseRecord([release(approvals)], rules, image).releases["v0.0.1"];

test("the roles are those that a release's stage asks; the first stage asks nobody", () => {
  expect(["qa", "uat", "prod"].map((name) => rolesOnRecord(path, name))).toEqual([
    [],
    ["qa", "uat"],
    ["dev", "qa", "uat"],
  ]);
});

test("an approval for each role, with what shows it", () => {
  const own = signed({ stage: "uat", role: "uat", by: "uma", at, images }, opened);
  expect(
    releaseRecord([release([said("qa", "quinn"), own])], signedBy("uma"), image).releases["v0.0.1"],
  ).toEqual({
    qa: { by: "quinn", at, ...evidence },
    uat: { by: "uma", at, ...own.evidence },
  });
  const run = { run: "https://github.com/contoso/platform/actions/runs/7" };
  expect(approvalsOf({ ...said("qa", "quinn"), evidence: run })).toEqual({ qa: { by: "quinn", at, ...run } });
});

test("nobody stands there twice, and the first word counts", () => {
  const managers = { ...rules.releases.managers, uat: { manager: "quinn", backup: "uma" } };
  const two = { ...rules, releases: { ...rules.releases, managers } };
  expect(
    releaseRecord([release([said("qa", "quinn"), said("uat", "quinn")])], two, image).releases["v0.0.1"],
  ).toEqual({ qa: { by: "quinn", at, ...evidence } });
  expect(approvalsOf(said("qa", "quinn"), said("qa", "quentin"), said("uat", "uma"))).toMatchObject({
    qa: { by: "quinn" },
    uat: { by: "uma" },
  });
});

test("approvals of another stage or another digest are none", () => {
  const other = { [repository]: digest("b") };
  expect(approvalsOf(said("qa", "quinn", { stage: "prod" }), said("uat", "uma", { images: other }))).toEqual(
    {},
  );
});

test("only the releases that the image is part of count, and none that was given up", () => {
  const releases = [
    release([said("qa", "quinn")]),
    release([], { version: "v0.0.2" }),
    release([], { version: "v0.0.3", images: { [repository]: digest("b") } }),
    release([], { version: "v0.0.4", images: { "iam/login": digest("a") } }),
    release([], { version: "v0.0.5", abandoned: { by: "quinn", reason: "broken", at } }),
  ];
  expect(Object.keys(releaseRecord(releases, rules, image).releases)).toEqual(["v0.0.1", "v0.0.2"]);
});

describe("what somebody wrote into the file by hand is no approval", () => {
  const known = signedBy("quinn");
  const elsewhere = { review: "https://github.com/mallory/notes/pull/1#pullrequestreview-1" };

  test.each<[string, Approval]>([
    ["a stranger's", said("qa", "mallory")],
    ["one of another role's manager", said("qa", "uma")],
    ["a review in another repository", { ...said("qa", "quentin"), evidence: elsewhere }],
    ["a review of somebody who signs", said("qa", "quinn")],
    ["a signature by another hand", signed(said("qa", "quinn"), { by: "mallory", ...opened })],
    ["a signature for another project", signed(said("qa", "quinn"), { project: "fabrikam", ...opened })],
    ["a signature for an earlier release of that version", signed(said("qa", "quinn"))],
  ])("%s", (_, forged) => {
    const ended = { uat: { opened: at, by: "carol", closing: at, closed: at } };
    for (const stages of [{}, ended]) {
      const made = release([forged, said("uat", "uma")], { stages: { qa: { opened: at }, ...stages } });
      expect(Object.keys(releaseRecord([made], known, image).releases["v0.0.1"])).toEqual(["uat"]);
    }
  });
});

test("a made-up word before the true one doesn't stand for it", () => {
  const own = signed(said("qa", "quinn"), opened);
  const forged = signed(said("qa", "quinn"), { by: "mallory", ...opened });
  const record = releaseRecord([release([forged, own, said("uat", "uma")])], signedBy("quinn"), image);
  expect(record.releases["v0.0.1"].qa).toEqual({ by: "quinn", at, ...own.evidence });
});

test("approvals are about all images of the release, and the same ones", () => {
  const repositories = [repository, "iam/login"];
  const both = { ...images, "iam/login": digest("b") };
  const others = { ...images, "iam/login": digest("c") };
  const given = (one: Approval["images"], other: Approval["images"], now: Approval["images"]) =>
    Object.keys(
      releaseRecord(
        [
          release([said("qa", "quinn", { images: one }), said("uat", "uma", { images: other })], {
            repositories,
            images: now,
          }),
        ],
        rules,
        image,
      ).releases["v0.0.1"],
    );
  expect(given(both, both, both)).toEqual(["qa", "uat"]);
  expect(given(others, both, both)).toEqual(["uat"]);
  expect(given(others, others, both)).toEqual([]);
  expect(given(images, images, images)).toEqual([]);
});

test("whoever advanced into the stage did not approve that", () => {
  const stages = { qa: { opened: at, closing: at, closed: at }, uat: { opened: at, by: "quinn" } };
  const made = release([said("qa", "quinn"), said("uat", "uma")], { stages });
  expect(Object.keys(releaseRecord([made], rules, image).releases["v0.0.1"])).toEqual(["uat"]);
});

test("who is manager no more counts where the stage is over, as long as the configuration names them", () => {
  const managers = { ...rules.releases.managers, qa: { manager: "quentin", backup: "carla" } };
  const after = (people: Rules["releases"]["people"]) => ({
    ...rules,
    releases: { ...rules.releases, managers, people },
  });
  const over = { opened: at, by: "carol", closing: at, closed: at };
  const roles = (stages: Release["stages"], people: Rules["releases"]["people"], word: Approval) =>
    Object.keys(
      releaseRecord([release([word, said("uat", "uma")], { stages })], after(people), image).releases[
        "v0.0.1"
      ],
    );
  const own = signed(said("qa", "quinn"), opened);
  const closed = { qa: { opened: at }, uat: over };
  expect(roles(closed, { quinn: {} }, said("qa", "quinn"))).toEqual(["qa", "uat"]);
  expect(roles(closed, signedBy("quinn").releases.people, own)).toEqual(["qa", "uat"]);
  expect(roles(closed, signedBy("quinn").releases.people, said("qa", "quinn"))).toEqual(["uat"]);
  expect(roles(closed, {}, said("qa", "quinn"))).toEqual(["uat"]);
  for (const uat of [undefined, { opened: at, by: "carol" }])
    expect(roles({ qa: { opened: at }, ...(uat && { uat }) }, { quinn: {} }, said("qa", "quinn"))).toEqual([
      "uat",
    ]);
});
