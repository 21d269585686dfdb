import { custodianOf } from "../../../cli/sweep/custodian";
import type { Settings } from "../../../model/settings";

const custodian = (access: Settings["access"]) => custodianOf({ access } as unknown as Settings, "dev");

test("the custodian is who deletes there and writes nothing", () => {
  const pipeline = { dev: ["pull", "push", "delete"] };
  expect(custodian({ pipeline, custodian: { dev: ["pull", "delete"] }, other: { prod: ["delete"] } })).toBe(
    "custodian",
  );
  expect(custodian({ pipeline })).toBeUndefined();
  expect(custodian({ one: { dev: ["delete"] }, two: { dev: ["delete", "read"] } })).toBeUndefined();
});
