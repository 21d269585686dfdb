import { judgeImages, type ImageRules } from "../../../model/leftovers";
import type { Claim, StoredManifest } from "../../../model/retention";
import { companion, digestOf, manifest, now, repository } from "../retention/support";

const rules: ImageRules = {
  version: "v0.0.1",
  tag: "v0.0.1-qa",
  due: true,
  why: "due since 2026-11-20T12:00:00Z",
  claims: [],
  now,
};
const judged = (manifests: readonly StoredManifest[], changes: Partial<ImageRules> = {}) =>
  judgeImages(repository(...manifests), { ...rules, ...changes }).map(
    ({ digest, goes, reasons }) =>
      `${Number(digest.slice(7, 19))} ${goes ? "goes" : "stays"}: ${reasons.map(({ text }) => text).join("; ")}`,
  );
const tags = ["v0.0.1-qa"];
const due = "v0.0.1 is due since 2026-11-20T12:00:00Z";
const belongs = "belongs to what is tagged v0.0.1-qa";

test("an image goes with its parts and its signature, whatever its age, and nothing else is spoken of", () => {
  expect(
    judged([
      manifest(1, 0),
      manifest(2, 0, { tags, parts: [digestOf(1)] }),
      manifest(3, 0, { tags: [companion(2)] }),
      manifest(4, 0, { subject: digestOf(2) }),
      manifest(5, 400, { tags: ["v0.0.10-qa"] }),
      manifest(6, 400, { tags: ["v0.0.1-uat"] }),
      manifest(7, 400),
    ]),
  ).toEqual([`1 goes: ${belongs}`, `2 goes: ${due}`, `3 goes: ${belongs}`, `4 goes: ${belongs}`]);
});

test("not even a clock that is behind makes it too young", () => {
  expect(judged([manifest(1, -1, { tags })])).toEqual([`1 goes: ${due}`]);
});

test("another tag keeps it, with all that belongs to it", () => {
  expect(
    judged([manifest(1, 0, { tags: ["v0.0.1-qa", "v0.0.2-qa"] }), manifest(2, 0, { subject: digestOf(1) })]),
  ).toEqual([
    "1 stays: its tag v0.0.2-qa is not the release's",
    "2 stays: belongs to sha256:000000000001, which stays",
  ]);
});

test("the unique tag of its build says no other thing; that of another version or service does", () => {
  const built = (tag: string) => judged([manifest(1, 0, { tags: ["v0.0.1-qa", tag] })]);
  expect(built("auth-service-0.0.1-4711-fdfda85")).toEqual([`1 goes: ${due}`]);
  for (const tag of ["auth-service-0.0.10-4711-fdfda85", "login-0.0.1-4711-fdfda85"])
    expect(built(tag)).toEqual([`1 stays: its tag ${tag} is not the release's`]);
});

test("a part that another index needs stays", () => {
  expect(
    judged([
      manifest(1, 0),
      manifest(2, 0, { tags, parts: [digestOf(1)] }),
      manifest(3, 0, { tags: ["1.2.0"], parts: [digestOf(1)] }),
    ]),
  ).toEqual(["1 stays: sha256:000000000003 stays and refers to it", `2 goes: ${due}`]);
});

test("what runs, can be rolled back to or is held stays", () => {
  const claim: Claim = { kind: "runs", digest: digestOf(1), why: "runs in prod (1.0.0)" };
  expect(judged([manifest(1, 0, { tags })], { claims: [claim] })).toEqual(["1 stays: runs in prod (1.0.0)"]);
});

test("what is locked stays", () => {
  expect(judged([manifest(1, 0, { tags, locked: true })])).toEqual(["1 stays: locked"]);
});

test("before its time it stays, and says why", () => {
  expect(
    judged([manifest(1, 0, { tags }), manifest(2, 0, { subject: digestOf(1) })], {
      due: false,
      why: "not before 2026-11-22T12:00:00Z",
    }),
  ).toEqual([
    "1 stays: v0.0.1: not before 2026-11-22T12:00:00Z",
    "2 stays: v0.0.1: not before 2026-11-22T12:00:00Z",
  ]);
});
