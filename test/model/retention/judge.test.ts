import type { Claim, StoredManifest } from "../../../model/retention";
import { companion, day, digestOf, judged, manifest, now, repository } from "./support";

/** Each manifest with what becomes of it and why. */
function outcome(manifests: StoredManifest[], claims: readonly Claim[] = []): [boolean, string][] {
  return judged(repository(...manifests), claims).map(({ goes, reasons }) => [
    goes,
    reasons.map(({ text }) => text).join("; "),
  ]);
}

const runs: Claim = {
  kind: "runs",
  repository: "iam/auth-service",
  digest: digestOf(1),
  why: "runs in prod (1.0.0)",
};

test("age alone: what has not changed for the days of retention goes, tagged or not", () => {
  expect(
    outcome([
      manifest(1, 31, { tags: ["1.0.0"] }),
      manifest(2, 30),
      manifest(3, 29.9),
      manifest(4, 1, { tags: ["1.1.0"] }),
      manifest(5, -2),
    ]),
  ).toEqual([
    [true, "changed 31 days ago, kept for 30"],
    [true, "changed 30 days ago, kept for 30"],
    [false, "changed 29 days ago, kept for 30"],
    [false, "changed 1 day ago, kept for 30"],
    [false, "changed 0 days ago, kept for 30"],
  ]);
});

test("a tag that was put on an old image yesterday makes it young", () => {
  const old = { ...manifest(1, 90), tags: [{ name: "stable", changed: now - day, locked: false }] };
  expect(outcome([old])).toEqual([[false, "changed 1 day ago, kept for 30"]]);
});

test("what the registry gives no age stays", () => {
  const ageless = { ...manifest(1, 90), changed: undefined };
  const tagged = { ...manifest(2, 90), tags: [{ name: "a", locked: false }] };
  expect(outcome([ageless, tagged])).toEqual([
    [false, "the registry doesn't say how old it is"],
    [false, "the registry doesn't say how old it is"],
  ]);
  expect(judged(repository(ageless))[0]).not.toHaveProperty("age");
});

test("what is needed for itself stays at any age, and every reason is told", () => {
  const held: Claim = {
    kind: "held",
    repository: "iam/*",
    digest: digestOf(2),
    why: "held by alice until 2027-01-31: audit",
  };
  const latest: Claim = { kind: "runs", tag: "latest-prod", why: "latest-prod stands on it" };
  expect(
    outcome(
      [
        manifest(1, 400, { locked: true }),
        manifest(2, 400),
        manifest(3, 400, { tags: ["latest-prod"] }),
        { ...manifest(4, 400), tags: [{ name: "1.0.0-prod", changed: 0, locked: true }] },
        manifest(5, 400),
      ],
      [runs, held, latest],
    ),
  ).toEqual([
    [false, "runs in prod (1.0.0); locked"],
    [false, "held by alice until 2027-01-31: audit"],
    [false, "latest-prod stands on it"],
    [false, "its tag 1.0.0-prod is locked"],
    [true, "changed 400 days ago, kept for 30"],
  ]);
});

test("a digest that runs under another name is not this one", () => {
  const elsewhere = { ...repository(manifest(1, 400)), name: "iam/other" };
  expect(judged(elsewhere, [runs])[0].goes).toBe(true);
});

test("nothing goes from a locked repository", () => {
  const [verdict] = judged({ ...repository(manifest(1, 400)), locked: true });
  expect(verdict).toEqual({
    repository: "iam/auth-service",
    digest: digestOf(1),
    tags: [],
    age: 400,
    goes: false,
    reasons: [{ cause: "locked", text: "the repository is locked" }],
  });
});

test("signatures, attestations and SBOMs stay and go with their image, at any depth and age", () => {
  const withEvidence = (image: number, daysAgo: number) => [
    manifest(image, daysAgo, { tags: [`1.0.${image}`] }),
    manifest(image + 1, 90, { tags: [companion(image)] }),
    manifest(image + 2, 90, { subject: digestOf(image) }),
    manifest(image + 3, 1, { subject: digestOf(image + 2) }),
    manifest(image + 4, 1, { tags: [companion(image, "")] }),
  ];
  expect(outcome(withEvidence(1, 90), [runs]).map(([goes, why]) => [goes, why])).toEqual([
    [false, "runs in prod (1.0.0)"],
    [false, "belongs to sha256:000000000001, which stays"],
    [false, "belongs to sha256:000000000001, which stays"],
    [false, "belongs to sha256:000000000003, which stays"],
    [false, "belongs to sha256:000000000001, which stays"],
  ]);
  expect(outcome(withEvidence(11, 90))).toEqual([
    [true, "changed 90 days ago, kept for 30"],
    [true, "belongs to sha256:00000000000b, which goes"],
    [true, "belongs to sha256:00000000000b, which goes"],
    [true, "belongs to sha256:00000000000d, which goes"],
    [true, "belongs to sha256:00000000000b, which goes"],
  ]);
});

test("a signature that is locked, or bears a name of its own and is young, keeps its image", () => {
  expect(outcome([manifest(1, 90), manifest(2, 90, { subject: digestOf(1), locked: true })])).toEqual([
    [false, "sha256:000000000002 stays and refers to it"],
    [false, "locked"],
  ]);
  expect(outcome([manifest(1, 90), manifest(2, 3, { subject: digestOf(1), tags: ["report"] })])).toEqual([
    [false, "sha256:000000000002 stays and refers to it"],
    [false, "changed 3 days ago, kept for 30"],
  ]);
});

test("an image of an index stays as long as one index that has it; without any it ages", () => {
  expect(
    outcome([
      manifest(1, 90, { parts: [digestOf(3), digestOf(4)] }),
      manifest(2, 5, { parts: [digestOf(3)], tags: ["1.1.0"] }),
      manifest(3, 90),
      manifest(4, 90),
      manifest(5, 90),
    ]),
  ).toEqual([
    [true, "changed 90 days ago, kept for 30"],
    [false, "changed 5 days ago, kept for 30"],
    [false, "sha256:000000000002 stays and refers to it"],
    [true, "changed 90 days ago, kept for 30"],
    [true, "changed 90 days ago, kept for 30"],
  ]);
});

test("a signature without its image ages like an image", () => {
  expect(
    outcome([
      manifest(1, 90, { tags: [companion(99)] }),
      manifest(2, 3, { subject: digestOf(98) }),
      manifest(3, 90, { subject: digestOf(98) }),
    ]),
  ).toEqual([
    [true, "changed 90 days ago, kept for 30"],
    [false, "changed 3 days ago, kept for 30"],
    [true, "changed 90 days ago, kept for 30"],
  ]);
});

test("companions that speak of each other, or of themselves, are no way around their age", () => {
  expect(
    outcome([
      manifest(1, 3, { tags: [companion(2)] }),
      manifest(2, 3, { tags: [companion(1)] }),
      manifest(3, 3, { tags: [companion(3)] }),
    ]).map(([goes]) => goes),
  ).toEqual([false, false, false]);
});
