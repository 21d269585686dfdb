import * as fc from "fast-check";
import { parse } from "yaml";
import { newReleaseFile, setRelease } from "../../../model/config/release-file";
import type { Release } from "../../../model/release/release";
import { createRelease, hold, setImages } from "../../../model/release/transitions";
import { digest, path, reviewed } from "../release/world";

const now = new Date("2026-11-21T10:00:00Z");
const repositories = ["iam/auth-service", "iam/login"];
const release = createRelease(path, { version: "v0.0.1", repositories }, now);

const stated = (text: string) =>
  (parse(text) as { config: Record<string, unknown> }).config["contoso:release"];

test("what people wrote around a release stays", () => {
  const file = newReleaseFile("contoso", release)
    .replace("    stages:", "    # Closed on Friday.\n    stages:")
    .replace('Z" }', 'Z" } # by the platform team');
  const text = `# Ours.\n${file}  contoso:location: westeurope # near the users\nencryptionsalt: v1:x\n`;
  const edited = setRelease(
    text,
    "contoso",
    setImages(release, { "iam/login": digest("a") }, path, now).release,
  );
  expect(edited).toBe(
    text.replace("  contoso:location", `    images:\n      iam/login: ${digest("a")}\n  contoso:location`),
  );
});

test("nothing changes where nothing changed", () => {
  const held = hold(release, { by: "carol", reason: 'no: "why"', until: "2027-01-01T00:00:00Z" }, now);
  const text = setRelease(newReleaseFile("contoso", release), "contoso", held);
  expect(setRelease(text, "contoso", held)).toBe(text);
  expect(text).toContain('    hold: { by: carol, reason: "no: \\"why\\"", until: "2027-01-01T00:00:00Z" }\n');
  expect(setRelease(text, "contoso", release)).not.toContain("hold");
});

test("whatever a release is, its file says so, also to a reader of YAML 1.1", () => {
  const word = fc.constantFrom(
    "no",
    "on",
    "1e3",
    "null",
    "carol",
    "0x1",
    "2026-11-21",
    "~",
    "a: b",
    "#x",
    "é",
  );
  const images = fc.record({ "iam/login": fc.constantFrom(digest("a"), digest("b")) });
  const any: fc.Arbitrary<Release> = fc.record(
    {
      version: fc.constant("v0.0.1"),
      repositories: fc.uniqueArray(word, { minLength: 1 }),
      images,
      stages: fc.dictionary(word, fc.record({ opened: word, closing: word }, { requiredKeys: ["opened"] })),
      approvals: fc.array(
        fc.record({ stage: word, role: word, by: word, at: word, images }).map((said) => reviewed(said)),
        { maxLength: 3 },
      ),
      hold: fc.record({ by: word, reason: word, until: word }),
      deployed: word,
    },
    { requiredKeys: ["version", "repositories", "images", "stages", "approvals"] },
  );
  fc.assert(
    fc.property(any, any, (first, second) => {
      let text = newReleaseFile("contoso", first);
      for (const one of [first, second]) {
        text = setRelease(text, "contoso", one);
        const { approvals, ...rest } = one;
        const wanted = approvals.length > 0 ? one : rest;
        expect(stated(text)).toEqual(wanted);
        expect(parse(text, { version: "1.1" })).toEqual(parse(text));
      }
    }),
  );
});
