import { UNKNOWN } from "../../../provider/properties";
import { FakeAzure } from "../support/fake-azure";
import { pluginFor } from "../support/grpc";

const opened = "2026-11-21T10:00:00Z";
const closing = "2026-11-22T09:00:00Z";
const closed = "2026-11-22T09:05:00Z";
const version = "v0.0.1";
const inQa = { version, stages: { qa: { opened } } };
const inUat = { version, stages: { qa: { opened, closing, closed }, uat: { opened: closed } } };

let azure: FakeAzure;
let plugin: Awaited<ReturnType<typeof pluginFor>>;
beforeAll(async () => {
  azure = new FakeAzure();
  plugin = await pluginFor(azure, "airlock:index:ReleaseHistory");
});
afterAll(() => plugin.stop());

test("what happened is kept as it is given, and nothing of it is in the cloud", async () => {
  const { inputs, failures } = await plugin.check(inQa);
  expect([inputs, failures]).toEqual([inQa, []]);
  // As the engine asks about what it doesn't have yet.
  expect((await plugin.check(inUat, {})).failures).toEqual([]);
  expect(await plugin.create(inputs)).toEqual({ id: version, outputs: inQa });
  expect(await plugin.diff(inQa, inQa, inUat)).toEqual({ changes: ["stages"], replaces: [] });
  expect(await plugin.update(inUat, inQa, true)).toEqual(inUat);
  expect(await plugin.update(inUat, inQa)).toEqual(inUat);
  expect(await plugin.read(inUat, inUat)).toEqual({ inputs: inUat, outputs: inUat });
  await plugin.remove(inUat);
  expect(azure.calls).toEqual([]);
});

test("forward is fine, and the same again; back is refused in one line", async () => {
  expect((await plugin.check(inUat, inQa)).failures).toEqual([]);
  expect((await plugin.check(inUat, inUat)).failures).toEqual([]);
  expect((await plugin.check(inQa, inUat)).failures).toEqual([
    {
      property: "stages.qa",
      reason:
        "v0.0.1: qa was proven to be closed at 2026-11-22T09:05:00Z, and is open by this file. What was carried out is not taken back: put the file of the release back as it was, and use airlock release",
    },
  ]);
  const over = { ...inUat, abandoned: closed };
  expect((await plugin.check(inUat, over)).failures).toMatchObject([{ property: "abandoned" }]);
});

test.each([
  [{ ...inQa, version: "0.0.1" }, "version", "expected v<major>.<minor>.<patch>"],
  [{ version }, "stages", "is required"],
  [{ ...inQa, stages: { qa: {} } }, "stages", "qa opened is required"],
  [
    { ...inQa, stages: { qa: { opened, by: "carol" } } },
    "stages",
    "qa by is not a property of this resource",
  ],
  [
    { ...inQa, deleted: "yesterday" },
    "deleted",
    'expected an instant in UTC such as 2026-11-21T10:00:00Z, got "yesterday"',
  ],
  [
    { ...inQa, stages: { qa: { opened, closing: UNKNOWN } } },
    "stages",
    "has to be known at preview: give it as the file has it",
  ],
  [
    { ...inUat, version: "v0.0.2" },
    "version",
    "this stack's release is v0.0.1. Make a stack of its own for v0.0.2",
  ],
])("%j is refused", async (given, property, reason) => {
  expect((await plugin.check(given, inUat)).failures).toEqual([{ property, reason }]);
});
