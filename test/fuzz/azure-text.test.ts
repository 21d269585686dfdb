import * as fc from "fast-check";
import { patternContains, tokenPatterns } from "../../model/access/tokens";
import { ArmError } from "../../sandbox/azure/arm-error";
import { idKey, isWithin, parseArmId } from "../../sandbox/azure/arm-id";
import type { TypeContext } from "../../sandbox/azure/resource-type";
import { scopeMap } from "../../sandbox/azure/types/scope-map";
import { filterOf } from "../../sandbox/http/odata-filter";
import { oddText, oddValue } from "./hostile";
import { runs } from "./runs";

const segment = fc.oneof(
  oddText,
  fc.constantFrom(
    "subscriptions",
    "resourceGroups",
    "providers",
    "Microsoft.ContainerRegistry",
    "registries",
    "a",
    "",
    "%2F",
    "..",
  ),
);
const anyId = fc.array(segment, { maxLength: 12 }).map((parts) => `/${parts.join("/")}`);

test("an ARM id is split into parts that make it up again, or is none", () => {
  fc.assert(
    fc.property(anyId, (text) => {
      const id = parseArmId(text);
      if (!id) return;
      expect(idKey(id.text)).toBe(idKey(`/${text.replace(/^\/+|\/+$/g, "")}`));
      expect([...id.names].at(-1)).toBe(id.name);
      expect(id.text.endsWith(`/${id.name}`)).toBe(true);
      if (id.parent === undefined) expect(id.type).toBe("subscription");
      else expect(isWithin(id.text, id.parent) && idKey(id.text) !== idKey(id.parent)).toBe(true);
      expect(parseArmId(id.text)).toEqual(id);
    }),
    runs(400),
  );
});

test("an id that is put together is split into what it was put together from", () => {
  const name = fc
    .stringMatching(/^[A-Za-z0-9._-]{1,8}$/)
    .filter((text) => text.toLowerCase() !== "providers");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 3 }),
      name,
      fc.constantFrom("", "/"),
      (parts, group, end) => {
        const scope = `/subscriptions/s/resourceGroups/${group}`;
        const text = `${scope}/providers/Microsoft.A/${parts.flat().join("/")}`;
        expect(parseArmId(text + end)).toEqual({
          text,
          subscriptionId: "s",
          resourceGroup: group,
          type: ["Microsoft.A", ...parts.map(([type]) => type)].join("/"),
          name: parts.at(-1)![1],
          names: parts.map(([, one]) => one),
          parent: parts.length === 1 ? scope : text.split("/").slice(0, -2).join("/"),
          extension: false,
        });
      },
    ),
    runs(100),
  );
});

const object = { displayName: "A and 'b'", appId: "1", servicePrincipalNames: ["1", "api://x"], size: 3 };
const word = fc.oneof(
  oddText,
  fc.constantFrom(
    "displayName",
    "appId",
    "eq",
    "and",
    "or",
    "not",
    "any",
    "startswith",
    "(",
    ")",
    "'",
    "''",
    "'1'",
    "x:x",
  ),
);

test("a filter is a question or is none, soon", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 10 }).map((words) => words.join(" ")),
      (text) => {
        expect(typeof (filterOf(text)?.(object) ?? false)).toBe("boolean");
      },
    ),
    runs(400),
  );
  expect(filterOf(`a${" ".repeat(30_000)}b`)).toBeUndefined();
  expect(filterOf(`a eq '${"'' and ".repeat(4000)}'`)!(object)).toBe(false);
});

test("a text in a filter means itself, whatever stands in it", () => {
  fc.assert(
    fc.property(oddText, fc.constantFrom("eq", "startswith", "any"), (value, how) => {
      const quoted = `'${value.replaceAll("'", "''")}'`;
      const filter = {
        eq: `name eq ${quoted}`,
        startswith: `startswith(name, ${quoted})`,
        any: `name/any(x:x eq ${quoted})`,
      }[how];
      const wanted = filterOf(`appId eq '1' and ${filter}`)!;
      expect(wanted({ name: how === "any" ? ["other", value] : value, appId: "1" })).toBe(true);
      if (how !== "startswith") expect(wanted({ name: `x${value}`, appId: "1" })).toBe(false);
      expect(wanted({ name: value, appId: "2" })).toBe(false);
    }),
    runs(200),
  );
});

test("what an object holds under a filter's name may be anything", () => {
  fc.assert(
    fc.property(oddValue, (value) => {
      expect(typeof filterOf("name eq 'a'")!({ name: value })).toBe("boolean");
    }),
    runs(100),
  );
});

/** A registry with nothing below it. */
const context: Partial<TypeContext> = { resource: () => undefined, resourcesOf: () => [] };

test("a scope map's action is one by Azure's rule, or is refused, and what it gives stays inside", () => {
  const piece = fc.constantFrom(
    "repositories",
    "team",
    "a",
    "*",
    "a*",
    "",
    "content",
    "metadata",
    "read",
    "write",
    "delete",
    "..",
    "gateway",
  );
  const action = fc.oneof(
    fc.array(piece, { maxLength: 7 }).map((parts) => parts.join("/")),
    fc
      .tuple(
        fc.array(piece, { minLength: 1, maxLength: 3 }),
        fc.constantFrom("content/read", "content/delete", "metadata/write", "metadata/delete"),
      )
      .map(([name, verb]) => `repositories/${name.join("/")}/${verb}`),
    oddText,
  );
  // Parts of a name, of which the last may be a star, or a star alone.
  const rule =
    /^repositories\/(?:\*|(?:[a-z0-9]+\/)+\*|[a-z0-9]+(?:\/[a-z0-9]+)*)\/(?:content\/(?:read|write|delete)|metadata\/(?:read|write))$/;
  const id = parseArmId(
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r/scopeMaps/readers",
  )!;
  fc.assert(
    fc.property(action, (text) => {
      let accepted = true;
      try {
        scopeMap.validate!({ properties: { actions: [text] } }, id, context as TypeContext);
      } catch (error) {
        expect(error).toEqual(
          new ArmError(400, "InvalidScopeMapAction", `The scope map action '${text}' is invalid.`),
        );
        accepted = false;
      }
      if (!/[._-]/.test(text) && text !== "") expect(accepted).toBe(rule.test(text));
      for (const pattern of accepted ? tokenPatterns([text], "content/read") : []) {
        expect(patternContains(pattern, pattern.replace(/\*$/, "inside"))).toBe(true);
        if (pattern.endsWith("/*")) expect(patternContains(pattern, pattern.slice(0, -2))).toBe(false);
        if (pattern !== "*")
          expect(patternContains(pattern, `other/${pattern.replace(/\*$/, "x")}`)).toBe(false);
      }
    }),
    runs(500),
  );
});
