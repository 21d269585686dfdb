import { locksOf } from "../../../provider/azure/locks";
import { credential, scripted, type Answer } from "../support/http-client";
import { prodHost, repositoryName } from "../support/promotion";

const digest = `sha256:${"a".repeat(64)}`;
const name = encodeURIComponent(repositoryName);
const manifest = `/acr/v1/${name}/_manifests/${encodeURIComponent(digest)}`;
const tag = `/acr/v1/${name}/_tags/1.2.3-prod`;

function locks(answer: (call: string) => Answer) {
  const network = scripted(answer);
  return {
    ...network,
    ...locksOf(prodHost, repositoryName, credential, new AbortController().signal, network.httpClient),
  };
}

test("locks are read; what is not there is undefined", async () => {
  const flags = { deleteEnabled: false, writeEnabled: true, listEnabled: true, readEnabled: true };
  const times = { createdTime: "2026-01-01T00:00:00Z", lastUpdateTime: "2026-01-01T00:00:00Z" };
  const answers: Record<string, Answer> = {
    [`GET ${manifest}`]: {
      status: 200,
      json: { imageName: repositoryName, manifest: { digest, ...times, changeableAttributes: flags } },
    },
    [`GET ${tag}`]: {
      status: 200,
      json: {
        imageName: repositoryName,
        tag: { name: "1.2.3-prod", digest, ...times, changeableAttributes: flags },
      },
    },
  };
  const { manifestLock, tagLock } = locks((call) => answers[call] ?? { status: 404, json: { errors: [] } });
  expect(await manifestLock(digest)).toEqual({ canWrite: true, canDelete: false });
  expect(await tagLock("1.2.3-prod")).toEqual({ canWrite: true, canDelete: false, digest });
  expect(await tagLock("absent")).toBeUndefined();
});

test("only what is given is changed", async () => {
  const { setManifestLock, setTagLock, calls, bodies } = locks(() => ({ status: 200, json: {} }));
  await setManifestLock(digest, { canWrite: true });
  await setTagLock("1.2.3-prod", { canWrite: false, canDelete: false });
  expect(calls).toEqual([`PATCH ${manifest}`, `PATCH ${tag}`]);
  expect(bodies).toEqual([{ writeEnabled: true }, { deleteEnabled: false, writeEnabled: false }]);
});

test("a refusal says which lock", async () => {
  const { setTagLock } = locks(() => ({
    status: 403,
    json: { errors: [{ code: "DENIED", message: "no" }] },
  }));
  await expect(setTagLock("1.2.3-prod", { canWrite: false })).rejects.toMatchObject({
    status: 403,
    message: expect.stringMatching(
      `^changing the lock of ${repositoryName}:1.2.3-prod in ${prodHost} failed: 403`,
    ) as string,
  });
});
