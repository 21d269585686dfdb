import { releaseRecord, rolesOnRecord } from "../../../model/release/record";
import type { Approval, Release } from "../../../model/release/release";
import { digest, path, reviewed, signed } from "./world";

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
const approvalsOf = (...approvals: Approval[]) =>
  releaseRecord([release(approvals)], path, image).releases["v0.0.1"];

test("the roles are those that a release's stage asks; the first stage asks nobody", () => {
  expect(["qa", "uat", "prod"].map((name) => rolesOnRecord(path, name))).toEqual([
    [],
    ["qa", "uat"],
    ["dev", "qa", "uat"],
  ]);
});

test("an approval for each role, with what shows it", () => {
  const own = signed({ stage: "uat", role: "uat", by: "uma", at, images });
  expect(approvalsOf(said("qa", "quinn"), own)).toEqual({
    qa: { by: "quinn", at, ...evidence },
    uat: { by: "uma", at, ...own.evidence },
  });
  const run = { run: "https://github.com/contoso/platform/actions/runs/7" };
  expect(approvalsOf({ ...said("qa", "quinn"), evidence: run })).toEqual({ qa: { by: "quinn", at, ...run } });
});

test("nobody stands there twice, and the first word counts", () => {
  expect(approvalsOf(said("qa", "quinn"), said("uat", "quinn"))).toEqual({
    qa: { by: "quinn", at, ...evidence },
  });
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
  expect(Object.keys(releaseRecord(releases, path, image).releases)).toEqual(["v0.0.1", "v0.0.2"]);
});
