import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { limited } from "../../provider/azure/client";
import { UNKNOWN, type Properties } from "../../provider/properties";
import { providerServer } from "../../provider/server";
import { addImage, signImage } from "./support/images";
import { prodHost, promotion, signedInStaging, stagingHost } from "./support/promotion";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const urn = (type: string) => `urn:pulumi:prod::onestream::airlock:index:PromotedImage$${type}::auth-service`;
const importUrn = urn("airlock:index:ImageImport");

const struct = (values: Properties) => Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
const plain = (message: Struct | undefined) => message?.toJavaScript() as Properties;

let stop: () => void;
afterEach(() => stop());

async function connect() {
  const world = signedInStaging();
  let cancelled = false;
  const server = providerServer({ azure: limited(world.azure), cancel: () => (cancelled = true) });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  stop = () => {
    client.close();
    server.forceShutdown();
  };
  const call = <Response>(method: string, request: unknown): Promise<Response> =>
    new Promise((resolve, reject) =>
      (client[method] as (request: unknown, done: grpc.requestCallback<Response>) => void).call(
        client,
        request,
        (error, response) => (error ? reject(error) : resolve(response as Response)),
      ),
    );
  const check = (news: Properties, olds?: Properties, of = importUrn) =>
    call<proto.CheckResponse>(
      "check",
      new proto.CheckRequest()
        .setUrn(of)
        .setNews(struct(news))
        .setOlds(olds && struct(olds)),
    );
  const diff = (oldInputs: Properties, news: Properties, of = importUrn) =>
    call<proto.DiffResponse>(
      "diff",
      new proto.DiffRequest()
        .setUrn(of)
        .setId("id")
        .setOlds(struct(oldInputs))
        .setOldInputs(struct(oldInputs))
        .setNews(struct(news)),
    );
  return {
    ...world,
    call,
    check,
    diff,
    news: promotion(world.digest, world.key.publicKey),
    cancelled: () => cancelled,
  };
}

test("the engine learns the version, that secrets stay secrets and that previews are served", async () => {
  const { call } = await connect();
  const info = await call<{ getVersion(): string }>("getPluginInfo", new Empty());
  expect(info.getVersion()).toBe("0.1.0");
  const configured = await call<proto.ConfigureResponse>("configure", new proto.ConfigureRequest());
  expect([configured.getAcceptsecrets(), configured.getSupportspreview()]).toEqual([true, true]);
  const shaken = await call<proto.ProviderHandshakeResponse>(
    "handshake",
    new proto.ProviderHandshakeRequest(),
  );
  expect(shaken.getAcceptSecrets()).toBe(true);
});

test("configuration of the provider never replaces anything", async () => {
  const { call } = await connect();
  const request = new proto.DiffRequest()
    .setOlds(struct({ endpoint: "a" }))
    .setNews(struct({ endpoint: "b" }));
  const answer = await call<proto.DiffResponse>("diffConfig", request);
  expect(answer.getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_NONE);
  expect(answer.getReplacesList()).toEqual([]);
});

test("an image goes through check, preview, create, diff, read, update and delete", async () => {
  const { azure, call, check, diff, news, digest, evidence, prod } = await connect();
  const checked = await check(news);
  expect(checked.getFailuresList()).toEqual([]);
  const inputs = plain(checked.getInputs());
  const creation = new proto.CreateRequest().setUrn(importUrn).setProperties(struct(inputs));
  const previewed = await call<proto.CreateResponse>("create", creation.clone().setPreview(true));
  expect(previewed.getId()).toBe("");
  expect(plain(previewed.getProperties())).toEqual({ ...inputs, evidence: UNKNOWN });
  expect(prod.manifests.size).toBe(0);

  const created = await call<proto.CreateResponse>("create", creation);
  const outputs = plain(created.getProperties());
  const id = created.getId();
  expect(id).toBe(`${prodHost}/iam/auth-service@${digest}`);
  expect(outputs).toEqual({ ...inputs, evidence });

  azure.calls.length = 0;
  const same = plain((await check(news, inputs)).getInputs());
  expect(same).toEqual(inputs);
  expect((await diff(inputs, same)).getChanges()).toBe(proto.DiffResponse.DiffChanges.DIFF_NONE);
  expect(azure.calls).toEqual([]);

  const reading = new proto.ReadRequest()
    .setUrn(importUrn)
    .setId(id)
    .setInputs(struct(inputs))
    .setProperties(struct(outputs));
  const read = await call<proto.ReadResponse>("read", reading);
  expect([read.getId(), plain(read.getInputs()), plain(read.getProperties())]).toEqual([id, inputs, outputs]);

  const retagged = { ...inputs, tags: ["1.2.3-prod", "1.2.3-prod-rollback"] };
  const update = new proto.UpdateRequest()
    .setUrn(importUrn)
    .setId(id)
    .setOlds(struct(outputs))
    .setNews(struct(retagged));
  const updated = await call<proto.UpdateResponse>("update", update);
  expect(plain(updated.getProperties())).toEqual({ ...retagged, evidence });

  const deletion = new proto.DeleteRequest().setUrn(importUrn).setId(id).setProperties(struct(outputs));
  await call("delete", deletion);
  expect(prod.tags.get("1.2.3-prod")).toBe(digest);
  prod.manifests.delete(digest);
  expect((await call<proto.ReadResponse>("read", reading)).getId()).toBe("");
});

test("a refusal of check names the property in one line", async () => {
  const { check, news, staging } = await connect();
  const unsigned = addImage(staging, "unsigned");
  const { failuresList } = (await check({ ...news, digest: unsigned })).toObject();
  expect(failuresList).toEqual([
    {
      property: "digest",
      reason: `iam/auth-service@${unsigned} is not signed: sign it in ${stagingHost} before promoting`,
    },
  ]);
});

test("the engine's unknowns of every type are understood and go back as unknowns", async () => {
  const { azure, check, news } = await connect();
  const unknownObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";
  const checked = await check({ ...news, digest: UNKNOWN, source: unknownObject });
  expect(checked.getFailuresList()).toEqual([]);
  expect(plain(checked.getInputs())).toEqual({
    ...news,
    digest: UNKNOWN,
    source: UNKNOWN,
    signedBy: UNKNOWN,
    labels: UNKNOWN,
    sourceReference: UNKNOWN,
  });
  expect(azure.calls).toEqual([]);
});

test("a secret input works and comes back as a secret", async () => {
  const { call, check, news } = await connect();
  const inputs = plain((await check({ ...news, publicKey: secret(news.publicKey) })).getInputs());
  expect(inputs.publicKey).toEqual(secret(news.publicKey));
  const creation = new proto.CreateRequest().setUrn(importUrn).setProperties(struct(inputs));
  const outputs = plain((await call<proto.CreateResponse>("create", creation)).getProperties());
  expect(outputs.publicKey).toEqual(secret(news.publicKey));
});

test("diff names each property: another digest replaces, another version or tag updates", async () => {
  const { check, diff, news, staging, key } = await connect();
  const inputs = plain((await check(news)).getInputs());
  const next = addImage(staging, "auth-service 1.2.4");
  signImage(staging, next, key);
  const moved = plain((await check({ ...news, digest: next, version: "1.2.4" }, inputs)).getInputs());
  const replaced = await diff(inputs, moved);
  const { UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  expect(replaced.getReplacesList()).toEqual(["digest"]);
  expect(replaced.getDeletebeforereplace()).toBe(false);
  expect(replaced.getHasdetaileddiff()).toBe(true);
  expect(replaced.getDetaileddiffMap().toObject(false, (_, entry) => entry.toObject())).toEqual([
    ["digest", { kind: UPDATE_REPLACE, inputdiff: true }],
    ["sourceReference", { kind: UPDATE, inputdiff: true }],
    ["version", { kind: UPDATE, inputdiff: true }],
  ]);
  const relabelled = await diff(inputs, {
    ...inputs,
    registryId: String(inputs.registryId).toUpperCase(),
    version: "1.2.4",
  });
  expect([relabelled.getDiffsList(), relabelled.getReplacesList()]).toEqual([["version"], []]);
});

test("errors are one line without a stack, and an unknown type lists the known ones", async () => {
  const { call } = await connect();
  const request = (type: string) => new proto.CreateRequest().setUrn(urn(type)).setProperties(struct({}));
  await expect(call("create", request("airlock:index:ImageCopy"))).rejects.toMatchObject({
    details:
      "unknown resource type airlock:index:ImageCopy: airlock has airlock:index:ImageImport, airlock:index:ImageLock, airlock:index:ImageTag, airlock:index:ReleaseHistory, airlock:index:RevocationProof, airlock:index:TokenPassword",
  });
  const reading = new proto.ReadRequest().setUrn(importUrn).setId("a/b@c");
  await expect(call("read", reading)).rejects.toMatchObject({
    details: "a/b@c can't be adopted: declare it, an image that is already there is left as it is",
  });
});

test("what the engine can do without is unimplemented, and cancel stops what is under way", async () => {
  const { call, cancelled } = await connect();
  await expect(call("getMappings", new proto.GetMappingsRequest())).rejects.toMatchObject({
    code: grpc.status.UNIMPLEMENTED,
  });
  await call("cancel", new Empty());
  expect(cancelled()).toBe(true);
});

test("of fifty images at once, no more than sixteen calls are under way", async () => {
  const { azure, check, news, staging, key } = await connect();
  const digests = Array.from({ length: 50 }, (_, index) => addImage(staging, `image ${index}`));
  for (const digest of digests) signImage(staging, digest, key);
  let underWay = 0;
  let most = 0;
  azure.before = async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
  };
  const answers = await Promise.all(digests.map((digest) => check({ ...news, digest })));
  expect(answers.flatMap((answer) => answer.getFailuresList())).toEqual([]);
  expect(most).toBe(16);
});
