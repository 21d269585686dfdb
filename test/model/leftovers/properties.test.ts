import fc from "fast-check";
import {
  judgeImages,
  judgeLeftovers,
  kindOf,
  type FoundLeftover,
  type FoundResource,
} from "../../../model/leftovers";
import { refersTo, type StoredManifest } from "../../../model/retention";
import { registryId } from "../../../model/physical-names";
import { registriesOn } from "../../../model/promotion-path";
import { companion, digestOf, now, repository } from "../retention/support";
import { group, resource, rules } from "./world";

const versions = ["v0.0.1", "v0.0.10", "v0.0.1 ", "V0.0.1", "v0.0.2", ""];
const tagsOf = fc.record(
  {
    release: fc.constantFrom(...versions),
    Release: fc.constantFrom(...versions),
    environment: fc.constantFrom("dev", "qa", "uat", "prod", "QA", ""),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;
const groups = ["shared", "dev", "qa", "uat", "prod"].map((name) => `contoso-${name}-rg`);
const place = fc.constantFrom(...groups, "CONTOSO-PROD-RG", "tests", "legacy");
const anyResource: fc.Arbitrary<FoundResource> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        ...["Microsoft.Compute/virtualMachines", "Microsoft.Compute/disks", "Microsoft.KeyVault/vaults"],
        ...["Microsoft.Storage/storageAccounts", "Microsoft.ContainerRegistry/registries"],
        "Microsoft.Authorization/locks",
      ),
      fc.constantFrom("contosoqa", "contosoprod", "contoso-signing-kv", "data"),
      tagsOf,
      place,
    )
    .map((parts) => resource(...parts)),
  fc.tuple(place, tagsOf).map(([name, tags]) => group(name, tags)),
);
const anyLeftover: fc.Arbitrary<FoundLeftover> = fc.record(
  { resource: anyResource, contents: fc.array(anyResource, { maxLength: 3 }) },
  { requiredKeys: ["resource"] },
);
// What stands in a group is found by itself, too.
const anyLeftovers = fc
  .array(anyLeftover, { maxLength: 6 })
  .map((all) =>
    all.flatMap((one) => [one, ...(one.contents ?? []).map((inner) => ({ resource: inner, contents: [] }))]),
  );

test("nothing goes without the exact tag, before its time, of prod, of another environment, or of airlock's own", () => {
  const own = [
    ...groups.map((name) => group(name).id),
    ...registriesOn(rules.path).map((one) => registryId(rules.naming, one)),
  ].map((id) => id.toLowerCase());
  let gone = 0;
  fc.assert(
    fc.property(anyLeftovers, fc.boolean(), (leftovers, due) => {
      const verdicts = judgeLeftovers(leftovers, { ...rules, due });
      for (const { resource: one, goes } of verdicts.filter((verdict) => verdict.goes)) {
        gone += 1;
        expect([goes, due, one.tags.release]).toEqual([true, true, "v0.0.1"]);
        expect(kindOf(one)).toBeDefined();
        expect(one.id.toLowerCase()).not.toMatch(/resourcegroups\/contoso-(?!qa-rg\/)/);
        if (!one.id.toLowerCase().includes("/contoso-qa-rg/")) expect(one.tags.environment).toBe("qa");
        expect(own).not.toContain(one.id.toLowerCase());
        // With a group goes nothing that would not go by itself.
        const { contents = [] } = leftovers.find((leftover) => leftover.resource === one)!;
        if (kindOf(one) === "resource group")
          for (const inner of contents) {
            expect(inner.tags.release).toBe("v0.0.1");
            expect(kindOf(inner)).toBeDefined();
          }
      }
    }),
    { numRuns: 2000 },
  );
  // Nothing would be shown where nothing ever goes.
  expect(gone).toBeGreaterThan(0);
});

const size = 8;
const anyManifest = (seed: number): fc.Arbitrary<StoredManifest> => {
  const earlier = fc.integer({ min: 0, max: Math.max(0, seed - 1) }).map(digestOf);
  const tag = fc.oneof(
    fc.constantFrom("v0.0.1-qa", "v0.0.1-qa", "v0.0.10-qa", "v0.0.1", "v0.0.1-uat"),
    fc.integer({ min: 0, max: size }).map((other) => companion(other)),
  );
  return fc.record(
    {
      digest: fc.constant(digestOf(seed)),
      changed: fc.constant(now),
      locked: fc.constant(false),
      tags: fc
        .array(tag, { maxLength: 2 })
        .map((names) => names.map((name) => ({ name, changed: now, locked: false }))),
      parts: seed === 0 ? fc.constant([]) : fc.array(earlier, { maxLength: 2 }),
      subject: seed === 0 ? fc.constant(undefined) : fc.option(earlier, { nil: undefined }),
    },
    { requiredKeys: ["digest", "changed", "locked", "tags", "parts"] },
  );
};

test("no image goes that bears another tag or that anything that stays needs, and none at all where none bears the release's", () => {
  let gone = 0;
  const anyRepository = fc.tuple(...Array.from({ length: size }, (_, seed) => anyManifest(seed)));
  fc.assert(
    fc.property(anyRepository, (manifests) => {
      const verdicts = judgeImages(repository(...manifests), {
        ...{ version: "v0.0.1", tag: "v0.0.1-qa", due: true, why: "due", claims: [], now },
      });
      const going = new Set(verdicts.filter(({ goes }) => goes).map(({ digest }) => digest));
      gone += going.size;
      const bears = manifests.some(({ tags }) => tags.some(({ name }) => name === "v0.0.1-qa"));
      if (!bears) expect(verdicts).toEqual([]);
      for (const one of manifests) {
        const names = one.tags.map(({ name }) => name);
        if (!going.has(one.digest)) for (const digest of refersTo(one)) expect(going).not.toContain(digest);
        else expect(names.filter((name) => name !== "v0.0.1-qa" && !name.startsWith("sha256-"))).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
  expect(gone).toBeGreaterThan(0);
});
