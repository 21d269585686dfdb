import { changesBetween, project } from "../../../sandbox/pulumi/diff";
import { unknownValue } from "../../../sandbox/pulumi/handler";

describe("the differences of two sets of inputs", () => {
  it("are paths as Pulumi writes them, as deep as they go", () => {
    const olds = {
      tags: { "a.b": "1", c: "2" },
      logs: [{ category: "x" }],
      properties: { policies: { days: 7 } },
      gone: 1,
    };
    const news = {
      tags: { "a.b": "1", c: "3" },
      logs: [{ category: "y" }, {}],
      properties: { policies: { days: 8 } },
      made: 1,
    };
    expect(changesBetween(olds, news)).toEqual([
      { property: "tags", path: "tags.c", kind: "update" },
      { property: "logs", path: "logs[0].category", kind: "update" },
      { property: "logs", path: "logs[1]", kind: "add" },
      { property: "properties", path: "properties.policies.days", kind: "update" },
      { property: "gone", path: "gone", kind: "delete" },
      { property: "made", path: "made", kind: "add" },
    ]);
  });

  it("quotes names that are no identifiers", () => {
    expect(changesBetween({ tags: { "a.b": 1 } }, { tags: { "a.b": 2 } })[0].path).toBe('tags["a.b"]');
  });

  it("has none for equal inputs, absent and null alike, and for the engine's own keys", () => {
    expect(changesBetween({ a: null, b: [1], __defaults: [] }, { b: [1], __defaults: ["b"] })).toEqual([]);
  });

  it("counts what is not known yet as a change", () => {
    expect(changesBetween({ scope: unknownValue }, { scope: unknownValue })).toEqual([
      { property: "scope", path: "scope", kind: "update" },
    ]);
  });
});

describe("the inputs that a resource would have now", () => {
  it("have the values found, without Azure's own defaults", () => {
    const given = { sku: { name: "Premium" }, tags: { a: "1", b: "2" }, logs: [{ category: "x" }] };
    const found = {
      sku: { name: "Basic", tier: "Basic" },
      tags: { a: "1" },
      logs: [{ category: "x", days: 0 }],
      more: 1,
    };
    expect(project(given, found)).toEqual({
      sku: { name: "Basic" },
      tags: { a: "1" },
      logs: [{ category: "x" }],
    });
  });
});
