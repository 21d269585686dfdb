import * as fc from "fast-check";
import {
  digestReference,
  isDigest,
  isHost,
  isRepository,
  isTag,
  parseDigest,
  parseImageReference,
} from "../../model/image-reference";

const hex = "0123456789abcdef".repeat(4);
const digest = `sha256:${hex}`;
const pinned = `contosoprod.azurecr.io/iam/auth-service@${digest}`;

const lowerHex = fc.stringMatching(/^[0-9a-f]{64}$/);
const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:[.-][a-z0-9]{1,8})?$/);
const host = fc.constantFrom("contosodev.azurecr.io", "localhost:7444", "localhost", "a.b-c.example:65535");
const reference = fc
  .tuple(host, fc.array(component, { minLength: 1, maxLength: 3 }), lowerHex)
  .map(([registry, components, digits]) => `${registry}/${components.join("/")}@sha256:${digits}`);

/** Whether a reference is well-formed and has a digest, so that no tag decides what runs. */
function isPinned(text: string): boolean {
  try {
    return parseImageReference(text).digest !== undefined;
  } catch {
    return false;
  }
}

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

describe("parseImageReference", () => {
  test.each([
    [pinned, { registry: "contosoprod.azurecr.io", repository: "iam/auth-service", digest }],
    ["localhost:7444/app:1.0", { registry: "localhost:7444", repository: "app", tag: "1.0" }],
    [
      `localhost/a__b/c.d-e:V_1@${digest}`,
      { registry: "localhost", repository: "a__b/c.d-e", tag: "V_1", digest },
    ],
    ["registry.example.com/a---b", { registry: "registry.example.com", repository: "a---b" }],
  ])("reads %s", (text, expected) => expect(parseImageReference(text)).toEqual(expected));

  test.each([
    ["", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["nginx", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["library/nginx:1", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["https://a.io/b", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["a.io:0/b", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["a.io:65536/b", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["A.io/b", "it does not begin with a lower-case registry host, such as example.azurecr.io/"],
    ["a.io/", "its repository is not lower-case path components joined by slashes"],
    ["a.io/b//c", "its repository is not lower-case path components joined by slashes"],
    ["a.io/b___c", "its repository is not lower-case path components joined by slashes"],
    ["a.io/B", "its repository is not lower-case path components joined by slashes"],
    [`a.io/${"b".repeat(251)}`, "its repository is not lower-case path components joined by slashes"],
    ["a.io/b:", "its tag is not a tag"],
    ["a.io/b:.c", "its tag is not a tag"],
    ["a.io/b:c:d", "its tag is not a tag"],
    [`a.io/b:${"c".repeat(129)}`, "its tag is not a tag"],
    ["a.io/b@", 'its digest is not "sha256:" and 64 lower-case hexadecimal digits'],
    [`a.io/b@sha512:${hex}${hex}`, 'its digest is not "sha256:" and 64 lower-case hexadecimal digits'],
    [`a.io/b@${digest}@${digest}`, "it has more than one digest"],
  ])("refuses %j", (text, why) =>
    expect(message(() => parseImageReference(text))).toBe(
      `malformed image reference ${JSON.stringify(text)}: ${why}. Write registry/repository@sha256:<64 hexadecimal digits>`,
    ),
  );
});

describe("a digest reference", () => {
  test("is pinned, with or without a tag", () => {
    expect(isPinned(pinned)).toBe(true);
    expect(isPinned(pinned.replace("@", ":1.2.3@"))).toBe(true);
    expect(isPinned("contosoprod.azurecr.io/iam/auth-service:1.2.3")).toBe(false);
  });

  test("is built from its parts, and reads back as the same parts", () => {
    fc.assert(
      fc.property(reference, (text) => {
        const { registry, repository, digest: found } = parseImageReference(text);
        expect(digestReference(registry, repository, found!)).toBe(text);
        expect(isPinned(text)).toBe(true);
      }),
    );
  });

  test("is not built from parts that swap their places", () => {
    expect(message(() => digestReference("a.io/b", "c", digest))).toBe(
      `malformed image reference "a.io/b/c@${digest}": host and repository are not what they are given as. ` +
        "Write registry/repository@sha256:<64 hexadecimal digits>",
    );
    expect(isPinned(message(() => digestReference("a.io", "b:tag", digest)))).toBe(false);
  });

  const whitespace = fc.constantFrom(" ", "\n", "\t", "\r", "\u00a0", "\u200b", "\ufeff", "\0");
  const inserted = (text: string, piece: string, at: number) => {
    const index = at % (text.length + 1);
    return text.slice(0, index) + piece + text.slice(index);
  };

  test("with whitespace anywhere is refused", () => {
    fc.assert(
      fc.property(reference, whitespace, fc.nat(), (text, piece, at) => !isPinned(inserted(text, piece, at))),
    );
  });

  test("with any character outside ASCII is refused", () => {
    const foreign = fc
      .integer({ min: 0x80, max: 0x10ffff })
      .filter((point) => point < 0xd800 || point > 0xdfff);
    fc.assert(
      fc.property(reference, foreign, fc.nat(), (text, point, at) =>
        expect(isPinned(inserted(text, String.fromCodePoint(point), at))).toBe(false),
      ),
    );
  });

  test("with look-alikes of its own characters is refused", () => {
    for (const [plain, alike] of [
      ["a", "а"],
      [":", "："],
      ["@", "＠"],
      ["0", "０"],
      ["/", "∕"],
      ["s", "ſ"],
    ]) {
      expect(isPinned(pinned.replace(plain, alike))).toBe(false);
    }
  });

  test("with one letter in upper case is refused", () => {
    fc.assert(
      fc.property(reference, fc.nat(), (text, at) => {
        const letters = [...text.matchAll(/[a-z]/g)].map((match) => match.index);
        const index = letters[at % letters.length];
        return !isPinned(text.slice(0, index) + text[index].toUpperCase() + text.slice(index + 1));
      }),
    );
  });

  test("with a digest of another length or another alphabet is refused", () => {
    fc.assert(
      fc.property(
        reference,
        fc.integer({ min: 1, max: 64 }),
        fc.stringMatching(/^[0-9a-f]{1,64}$/),
        (text, cut, more) => {
          expect(isPinned(text.slice(0, -cut))).toBe(false);
          expect(isPinned(text + more)).toBe(false);
          expect(isPinned(text.slice(0, -1) + "g")).toBe(false);
        },
      ),
    );
  });

  test("with two digests, or a digest of another algorithm, is refused", () => {
    fc.assert(
      fc.property(
        reference,
        lowerHex,
        fc.stringMatching(/^[a-z][a-z0-9+._-]{0,9}$/).filter((name) => name !== "sha256"),
        (text, other, algorithm) => {
          expect(isPinned(`${text}@sha256:${other}`)).toBe(false);
          expect(isPinned(text.replace("@sha256:", `@${algorithm}:`))).toBe(false);
          expect(isPinned(text.replace("@", "@@"))).toBe(false);
          expect(isPinned(text.replace("@sha256:", ":sha256-"))).toBe(false);
        },
      ),
    );
  });
});

describe("parts of a reference", () => {
  test("a digest is sha256 and 64 lower-case digits", () => {
    expect(parseDigest(digest)).toBe(digest);
    expect(
      [hex, `sha256:${hex}0`, `SHA256:${hex}`, `${digest}\n`, `sha256:${hex.toUpperCase()}`].map(isDigest),
    ).toEqual([false, false, false, false, false]);
    expect(message(() => parseDigest("sha256:12"))).toBe(
      'malformed digest "sha256:12". A digest is "sha256:" and 64 lower-case hexadecimal digits',
    );
  });

  test("host, repository and tag follow their grammars", () => {
    expect(["localhost", "localhost:1", "a.io", "a:80"].map(isHost)).toEqual([true, true, true, true]);
    expect(["", "a", "-a.io", "a..io", "a.io:", "a.io:x", "a.io:1:2", "a_b.io"].filter(isHost)).toEqual([]);
    expect(["a", "iam/auth-service", "a/b/c"].map(isRepository)).toEqual([true, true, true]);
    expect(["", "/a", "a/", "-a", "a-", "a b", "iam/*"].filter(isRepository)).toEqual([]);
    expect(["a", "_a", "A.b-c"].map(isTag)).toEqual([true, true, true]);
    expect(["", "-a", ".a", "a/b", "a\n"].filter(isTag)).toEqual([]);
  });
});
