import * as fc from "fast-check";
import { buildTag, isVersion, latestTag, pocTag, versionTag } from "../../model/tags";
import { isTag } from "../../model/image-reference";

const commit = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

test("tags have the documented forms", () => {
  expect(buildTag({ service: "auth-service", version: "1.2.3", buildId: "4711", commit })).toBe(
    "auth-service-1.2.3-4711-0a1b2c3",
  );
  expect(pocTag({ buildId: "4711", commit })).toBe("poc-4711-0a1b2c3");
  expect(versionTag("1.2.3", "prod")).toBe("1.2.3-prod");
  expect(latestTag("prod")).toBe("latest-prod");
});

test("what can't be a tag is refused with the reason", () => {
  expect(() => versionTag("1.2.3+4", "prod")).toThrow(
    'version "1.2.3+4" can\'t stand in a tag. Use letters, digits, "_", "." and "-", 64 at most, and not "latest"',
  );
  expect(() => pocTag({ buildId: "1", commit: "main" })).toThrow(
    '"main" is not a commit id. Give 7 to 40 lower-case hexadecimal digits',
  );
  expect(() => pocTag({ buildId: "a/b", commit })).toThrow(
    '"poc-a/b-0a1b2c3" is not a tag. A tag is at most 128 letters, digits, "_", "." and "-", and does not begin with "." or "-"',
  );
});

test("no version makes a version tag that is the tag that moves", () => {
  expect(isVersion("latest")).toBe(false);
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), fc.constantFrom("dev", "prod"), (text, environment) => {
      if (!isVersion(text)) return;
      expect(isTag(versionTag(text, environment))).toBe(true);
      expect(versionTag(text, environment)).not.toBe(latestTag(environment));
    }),
  );
});
