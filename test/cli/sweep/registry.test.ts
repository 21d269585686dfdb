import { createHash } from "node:crypto";
import { azureRegistry } from "../../../cli/sweep/registry";
import { credential, scripted, type Answer } from "../../provider/support/http-client";

const host = "contosodev.azurecr.io";
const name = "iam/login";
const path = encodeURIComponent(name);
const times = { createdTime: "2026-01-01T00:00:00Z", lastUpdateTime: "2026-02-01T00:00:00Z" };
const changed = Date.parse(times.lastUpdateTime);
const open = { deleteEnabled: true, writeEnabled: true, listEnabled: true, readEnabled: true };

const subject = { digest: `sha256:${"1".repeat(64)}` };
const content = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.index.v1+json",
  manifests: [subject],
};
const bytes = JSON.stringify({ ...content, subject });
const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const absent = (code: string): Answer => ({ status: 404, json: { errors: [{ code, message: "none" }] } });
const properties = (tags: readonly string[], attributes = open) => ({
  digest,
  ...times,
  tags,
  changeableAttributes: attributes,
});

/** A registry with one repository and one manifest in it. */
function registry(answers: Record<string, Answer> = {}, tags: readonly string[] = ["1.0.0"]) {
  const known: Record<string, Answer> = {
    "GET /acr/v1/_catalog": { status: 200, json: { repositories: [name] } },
    [`GET /acr/v1/${path}`]: {
      status: 200,
      headers: { date: "Sun, 01 Mar 2026 00:00:00 GMT" },
      json: { imageName: name, ...times, changeableAttributes: open },
    },
    [`GET /acr/v1/${path}/_manifests`]: {
      status: 200,
      json: { imageName: name, manifests: [properties(tags)] },
    },
    [`GET /acr/v1/${path}/_tags`]: {
      status: 200,
      json: { imageName: name, tags: [{ name: "1.0.0", digest, ...times, changeableAttributes: open }] },
    },
    [standing]: { status: 200, json: { imageName: name, manifest: properties(tags) } },
    [deletion]: { status: 202 },
    ...answers,
  };
  const network = scripted((call) => known[call] ?? absent("UNKNOWN"));
  return { calls: network.calls, made: azureRegistry(host, credential, network.httpClient) };
}

const standing = `GET /acr/v1/${path}/_manifests/${encodeURIComponent(digest)}`;
const deletion = `DELETE /v2/${path}/manifests/${encodeURIComponent(digest)}`;
const reading = `GET /v2/${path}/manifests/${encodeURIComponent(digest)}`;
const held: Answer = {
  status: 200,
  headers: { "docker-content-digest": digest, "content-type": content.mediaType },
  json: JSON.parse(bytes),
};
const stored = {
  digest,
  changed,
  locked: false,
  tags: [{ name: "1.0.0", changed, locked: false }],
  parts: [subject.digest],
  subject: subject.digest,
};

test("what the registry says in four places becomes one manifest, and its clock is kept", async () => {
  const { made } = registry({ [reading]: held });
  const asked = await made;
  expect(await asked.repositories()).toEqual([name]);
  expect(await asked.read(name)).toEqual({ name, locked: false, manifests: [stored] });
  expect(asked.clock()).toBe(Date.parse("2026-03-01T00:00:00Z"));
});

test("without writing there is no deleting: either flag locks, of repository, manifest and tag", async () => {
  const locked = { ...open, writeEnabled: false };
  const { made } = registry({
    [reading]: held,
    [`GET /acr/v1/${path}`]: {
      status: 200,
      json: { imageName: name, ...times, changeableAttributes: { ...open, deleteEnabled: false } },
    },
    [`GET /acr/v1/${path}/_manifests`]: {
      status: 200,
      json: { imageName: name, manifests: [properties(["1.0.0"], locked)] },
    },
    [`GET /acr/v1/${path}/_tags`]: {
      status: 200,
      json: { imageName: name, tags: [{ name: "1.0.0", digest, ...times, changeableAttributes: locked }] },
    },
  });
  expect(await (await made).read(name)).toEqual({
    name,
    locked: true,
    manifests: [{ ...stored, locked: true, tags: [{ ...stored.tags[0], locked: true }] }],
  });
});

test("a tag that the list of tags doesn't have is of no known age", async () => {
  const { made } = registry({ [reading]: held }, ["1.0.0", "new"]);
  const read = await (await made).read(name);
  expect(read?.manifests[0].tags).toEqual([...stored.tags, { name: "new", locked: false }]);
});

test("what went since it was listed is not there; what stands and can't be read fails the repository", async () => {
  const gone = registry({ [standing]: absent("MANIFEST_UNKNOWN") });
  expect(await (await gone.made).read(name)).toEqual({ name, locked: false, manifests: [] });
  const foreign = registry({ [reading]: absent("MANIFEST_UNKNOWN") });
  await expect((await foreign.made).read(name)).rejects.toMatchObject({ statusCode: 404 });
});

test("a repository that is gone is none; a proxy's 404 is not the registry's", async () => {
  const gone = registry({ [`GET /acr/v1/${path}`]: absent("NAME_UNKNOWN") });
  expect(await (await gone.made).read(name)).toBeUndefined();
  const proxy = registry({ [`GET /acr/v1/${path}`]: { status: 404, json: "no such page" } });
  await expect((await proxy.made).read(name)).rejects.toMatchObject({ statusCode: 404 });
});

test("what is as it was listed is deleted by digest", async () => {
  const { made, calls } = registry();
  expect(await (await made).remove(name, stored)).toBe("deleted");
  expect(calls).toEqual([standing, deletion]);
});

test.each([
  ["tagged", properties(["1.0.0", "latest-dev"])],
  ["untagged", properties([])],
  ["locked", properties(["1.0.0"], { ...open, deleteEnabled: false })],
])("what was %s since it was listed is not deleted", async (_how, manifest) => {
  const { made, calls } = registry({ [standing]: { status: 200, json: { imageName: name, manifest } } });
  expect(await (await made).remove(name, stored)).toBe("changed");
  expect(calls).toEqual([standing]);
});

test("what is gone already is gone, and a refusal is thrown", async () => {
  const gone = registry({ [standing]: absent("MANIFEST_UNKNOWN") });
  expect(await (await gone.made).remove(name, stored)).toBe("gone");
  const refused = registry({
    [deletion]: { status: 403, json: { errors: [{ code: "DENIED", message: "no" }] } },
  });
  await expect((await refused.made).remove(name, stored)).rejects.toMatchObject({ statusCode: 403 });
});
