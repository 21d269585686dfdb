import { RestError } from "@azure/core-rest-pipeline";
import { importImage } from "../../../provider/azure/resource-manager";
import { parseRegistryId } from "../../../provider/azure/registry-id";
import { registryId } from "../support/fake-azure";
import { credential, scripted, type Answer } from "../support/http-client";
import { prodHost, repositoryName, stagingHost } from "../support/promotion";

const digest = `sha256:${"a".repeat(64)}`;
const path = `${registryId(prodHost)}/importImage`;
const operation = "/operations/1";
const accepted: Answer = {
  status: 202,
  headers: { location: `https://arm.example${operation}` },
};

function run(answers: (call: string) => Answer, changed: { tag?: string; force?: boolean } = {}) {
  const network = scripted(answers);
  const waited: number[] = [];
  const request = {
    registryId: registryId(prodHost),
    sourceRegistryId: registryId(stagingHost),
    repository: repositoryName,
    digest,
    ...changed,
  };
  const done = importImage(request, {
    credential,
    endpoint: "https://arm.example/",
    lifetime: new AbortController().signal,
    pause: async (milliseconds) => void waited.push(milliseconds),
    httpClient: network.httpClient,
  });
  return { done, waited, ...network };
}

test("an import is by digest and untagged, and polled until it ends", async () => {
  const polls: Answer[] = [{ ...accepted }, { ...accepted }, { status: 200 }];
  const { done, calls, bodies, waited } = run((call) =>
    call === `POST ${path}` ? accepted : polls.shift()!,
  );
  await done;
  expect(bodies).toEqual([
    {
      source: { resourceId: registryId(stagingHost), sourceImage: `${repositoryName}@${digest}` },
      untaggedTargetRepositories: [repositoryName],
      mode: "NoForce",
    },
  ]);
  expect(calls).toEqual([`POST ${path}`, ...Array(3).fill(`GET ${operation}`)]);
  expect(waited.every((wait, index) => index === 0 || wait >= waited[index - 1])).toBe(true);
});

test("a tag is always given with its repository, and moves only when told to", async () => {
  const { done, bodies } = run(() => ({ status: 200 }), { tag: "latest-prod", force: true });
  await done;
  expect(bodies).toEqual([
    {
      source: { resourceId: registryId(stagingHost), sourceImage: `${repositoryName}@${digest}` },
      targetTags: [`${repositoryName}:latest-prod`],
      mode: "Force",
    },
  ]);
});

test("a refusal is one line with Azure's own words", async () => {
  const { done } = run(() => ({
    status: 403,
    json: { error: { code: "AuthorizationFailed", message: "The client has no right\nto importImage." } },
  }));
  await expect(done).rejects.toMatchObject({
    status: 403,
    message: `importing ${repositoryName}@${digest} into onestreamprod failed: 403 AuthorizationFailed: The client has no right to importImage.`,
  });
});

test("a connection that drops leaves it open whether the import was carried out", async () => {
  const { done } = run((call) => {
    if (call === `POST ${path}`) return accepted;
    throw new RestError("socket hang up", { code: "REQUEST_SEND_ERROR" });
  });
  await expect(done).rejects.toMatchObject({
    lost: true,
    message: `importing ${repositoryName}@${digest} into onestreamprod failed: REQUEST_SEND_ERROR: socket hang up`,
  });
});

test("an import that fails later is an error", async () => {
  const { done } = run((call) =>
    call === `POST ${path}`
      ? { status: 202, headers: { "azure-asyncoperation": `https://arm.example${operation}` } }
      : { status: 200, json: { status: "Failed", error: { code: "Conflict", message: "The tag exists." } } },
  );
  await expect(done).rejects.toThrow(
    new RegExp(
      `^importing ${repositoryName}@${digest} into onestreamprod failed: .*Conflict.*The tag exists\\.`,
    ),
  );
  await expect(done).rejects.toMatchObject({ lost: false });
});

test("a registry is addressed by its ARM id", () => {
  expect(parseRegistryId(registryId(prodHost))).toEqual({
    subscriptionId: "22222222-2222-4222-8222-222222222222",
    resourceGroup: "rg",
    registry: "onestreamprod",
  });
  expect(() => parseRegistryId("/subscriptions/1")).toThrow(
    '"/subscriptions/1" is not the ARM id of a container registry',
  );
});
