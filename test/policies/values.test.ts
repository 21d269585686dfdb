import { unknownCheckingProxy } from "@pulumi/policy";
import { propertyPath, readProperties, textsOf, unknown } from "../../policies/values";

// The engine's sentinel for a text that is not known at preview.
const computed = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("reads plain data and marks what is unknown, at any depth", () => {
  const properties = unknownCheckingProxy({
    name: "api",
    spec: { image: computed, replicas: 2, list: [computed, "x", { y: computed }] },
    none: null,
  });
  expect(readProperties(properties)).toEqual({
    name: "api",
    spec: { image: unknown, replicas: 2, list: [unknown, "x", { y: unknown }] },
    none: null,
  });
});

test("a property called __proto__ stays data", () => {
  const read = readProperties(JSON.parse('{"__proto__": {"containers": []}}') as object);
  expect(Object.keys(read)).toEqual(["__proto__"]);
});

test("texts of a list: unknown as a whole when one of them is", () => {
  expect(textsOf(["a", "b"])).toEqual(["a", "b"]);
  expect(textsOf(["a", unknown])).toBe(unknown);
  expect(textsOf(unknown)).toBe(unknown);
  expect(textsOf(undefined)).toEqual([]);
});

test("property paths read as in JavaScript", () => {
  expect(propertyPath(propertyPath("spec.containers", 0), "image")).toBe("spec.containers[0].image");
  expect(propertyPath("", "spec")).toBe("spec");
});
