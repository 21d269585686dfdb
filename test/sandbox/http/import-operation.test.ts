import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { roleGuids } from "../../../model/access/roles";
import { sampleImage } from "../../../sandbox/registry";
import { addRegistry, assignmentId, openTestSandbox, registryId, roleId, type TestSandbox } from "../support";

const repository = "iam/auth-service";
let test: TestSandbox;

beforeAll(async () => {
  test = await openTestSandbox(["onestreamdev", "onestreamstaging"]);
  await addRegistry(test, "onestreamdev");
  await addRegistry(test, "onestreamstaging");
  await test.sandbox.manager.put(test.administrator, assignmentId(registryId("onestreamdev"), 1), {
    properties: {
      principalId: test.administrator.objectId,
      principalType: "User",
      roleDefinitionId: roleId(roleGuids.repositoryReader),
    },
  });
});
afterAll(() => test.close());

async function call(
  method: string,
  url: string,
  body?: object,
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  const { sessions, tokens } = test.sandbox;
  const { clientId, assertion } = await sessions.open("administrator");
  const { token } = await tokens.exchange(clientId, assertion, "https://management.azure.com/.default");
  return new Promise((done, failed) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const options = { method, ca: test.authority.certificate, headers };
    const sent = request(url, options, (response) => {
      response.resume();
      response.on("end", () => done({ status: response.statusCode!, headers: response.headers }));
    });
    sent.on("error", failed);
    sent.end(body && JSON.stringify(body));
  });
}

it("keeps the first question after an import waiting for its end", async () => {
  const store = test.sandbox.registries.store("onestreamdev")!;
  const image = sampleImage({
    service: repository,
    version: "1.0.0",
    revision: "0".repeat(40),
    source: "https://github.com/onestream/platform",
    created: "2026-11-01T00:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob(repository, blob);
  store.putManifest(repository, "1.0.0", image.manifest);

  const url = `${test.sandbox.endpoint}${registryId("onestreamstaging")}/importImage?api-version=2025-11-01`;
  const source = { resourceId: registryId("onestreamdev"), sourceImage: `${repository}:1.0.0` };
  const begun = await call("POST", url, { source, targetTags: [`${repository}:1.0.0`] });
  expect(begun.status).toBe(202);
  expect((await call("GET", begun.headers.location!)).status).toBe(200);
});
