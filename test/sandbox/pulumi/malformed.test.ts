import { connect, type Socket } from "node:net";
import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as fc from "fast-check";
import type * as protobuf from "google-protobuf/google/protobuf/struct_pb";
import { runs } from "../../fuzz/runs";
import { openTestSandbox, type TestSandbox } from "../support";
import { Engine } from "./engine";

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi/package.json"));
const { Struct, Value, ListValue } = fromPulumi(
  "google-protobuf/google/protobuf/struct_pb.js",
) as typeof protobuf;

const methods = ["Check", "Diff", "Create", "Read", "Update", "Delete", "Invoke", "CheckConfig", "Configure"];
const groupUrn = "urn:pulumi:dev::onestream::azure-native:resources:ResourceGroup::name";

let world: TestSandbox;
const ports: Record<string, number> = {};
const clients: Record<string, grpc.Client> = {};
const engines: Record<string, Engine> = {};

beforeAll(async () => {
  world = await openTestSandbox();
  Object.assign(ports, (await world.sandbox.sessions.open("administrator")).providers);
  for (const [name, port] of Object.entries(ports)) {
    clients[name] = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    engines[name] = new Engine(port);
  }
});
afterAll(async () => {
  for (const client of [...Object.values(clients), ...Object.values(engines)]) client.close();
  await world.close();
});

const same = (bytes: Buffer): Buffer => bytes;

/** The message of the error that a call with these bytes ends in; undefined when it is answered. */
function call(provider: string, method: string, bytes: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) =>
    clients[provider].makeUnaryRequest(
      `/pulumirpc.ResourceProvider/${method}`,
      same,
      same,
      Buffer.from(bytes),
      (error) => resolve(error?.details),
    ),
  );
}

async function requireAlive(): Promise<void> {
  for (const engine of Object.values(engines)) expect(await engine.version()).toMatch(/^\d+\.\d+\.\d+$/);
}

function creating(properties: protobuf.Struct, urn = groupUrn): Uint8Array {
  const request = new messages.CreateRequest();
  request.setUrn(urn);
  request.setProperties(properties);
  return request.serializeBinary();
}

function structOf(fields: Record<string, protobuf.Value>): protobuf.Struct {
  const struct = new Struct();
  for (const [name, value] of Object.entries(fields)) struct.getFieldsMap().set(name, value);
  return struct;
}

/** The bytes of a creation whose tags are objects in objects: deeper than what writes messages can go. */
function creatingNested(depth: number): Uint8Array {
  const field = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes]);
  let value = field(3, Buffer.from("deep"));
  for (let level = 0; level < depth; level++) {
    const entry = Buffer.concat([field(1, Buffer.from("a")), field(2, value)]);
    value = field(5, field(1, entry));
  }
  const tags = field(1, Buffer.concat([field(1, Buffer.from("tags")), field(2, value)]));
  return Buffer.concat([creating(structOf({ resourceGroupName: text("a") })), field(2, tags)]);
}

function varint(number: number): Buffer {
  const bytes = [];
  for (let rest = number; ; rest >>>= 7) {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) return Buffer.from(bytes);
  }
}

const text = (content: string): protobuf.Value => {
  const value = new Value();
  value.setStringValue(content);
  return value;
};

test.each(["azure-native", "azuread"])("%s answers whatever bytes it is sent", async (provider) => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...methods),
      fc.uint8Array({ maxLength: 200 }),
      async (method, bytes) => {
        const problem = await call(provider, method, bytes);
        expect(problem ?? "").not.toMatch(/\n\s+at /);
        await requireAlive();
      },
    ),
    runs(60),
  );
});

test("azure-native answers a request that is cut short anywhere", async () => {
  const whole = creating(
    structOf({ location: text("eastus2"), resourceGroupName: text("onestream-dev-rg") }),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.constantFrom(...methods), async (length, method) => {
      await call("azure-native", method, whole.slice(0, length));
      await requireAlive();
    }),
    runs(60),
  );
});

const number = (value: number): protobuf.Value => {
  const one = new Value();
  one.setNumberValue(value);
  return one;
};
const list = (...items: protobuf.Value[]): protobuf.Value => {
  const one = new Value();
  const values = new ListValue();
  values.setValuesList(items);
  one.setListValue(values);
  return one;
};

test.each([
  ["a value that is of no kind", { location: new Value() }],
  ["a list with such a value", { location: list(new Value()) }],
  ["a number that is none", { location: number(NaN) }],
  ["a number without end", { location: number(Infinity) }],
  ["a property called __proto__", { location: text("eastus2"), ["__proto__"]: list(text("a")) }],
  ["a property without a name", { "": text("eastus2") }],
  ["tags that are text", { location: text("eastus2"), tags: text("a") }],
  ["properties that are a list", { location: text("eastus2"), properties: list(text("a")) }],
])("azure-native refuses or takes %s, and goes on", async (_, fields) => {
  const struct = structOf({ resourceGroupName: text("onestream-dev-rg"), ...fields });
  for (const method of ["Create", "Check", "Diff", "Update", "Delete"]) {
    await call("azure-native", method, creating(struct));
  }
  await requireAlive();
});

test("a value nested without end ends the call, and no more", async () => {
  for (const depth of [100, 1500]) {
    expect(typeof (await call("azure-native", "Create", creatingNested(depth)))).toBe("string");
  }
  await requireAlive();
});

test("an error that would name megabytes is cut to what a client can read", async () => {
  const huge = "a".repeat(3 * 1024 * 1024);
  const bytes = creating(structOf({ resourceGroupName: text(huge), location: text("eastus2") }));
  const problem = await call("azure-native", "Create", bytes);
  expect(problem).toMatch(
    /^Status=400 Code="InvalidResourceGroup" Message="The provided resource group name 'a{1000,}…$/,
  );
  const urn = await call(
    "azure-native",
    "Create",
    creating(new Struct(), `urn:pulumi:dev::onestream::${huge}::name`),
  );
  expect(urn).toMatch(/^the sandbox does not know the type 'a{1000,}…$/);
  await requireAlive();
});

test("who speaks no gRPC is sent away, and the provider goes on", async () => {
  for (const bytes of [
    "GET / HTTP/1.1\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff",
    "\0".repeat(1000),
  ]) {
    await new Promise<void>((resolve) => {
      const socket: Socket = connect(ports["azure-native"], "127.0.0.1");
      socket.on("error", () => undefined).on("close", () => resolve());
      socket.resume().end(Buffer.from(bytes, "latin1"));
    });
  }
  await requireAlive();
});
