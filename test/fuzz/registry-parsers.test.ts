import * as fc from "fast-check";
import { isDigest, isHost, isRepository, parseImageReference } from "../../model/image-reference";
import { isVersion, versionTag } from "../../model/tags";
import { parseBasic } from "../../sandbox/registry/access";
import { parseRange } from "../../sandbox/registry/blobs";
import { RegistryError } from "../../sandbox/registry/errors";
import { summarize } from "../../sandbox/registry/manifest";
import {
  requireDigest,
  requireReference,
  requireRepositoryName,
  requireTag,
} from "../../sandbox/registry/names";
import { page } from "../../sandbox/registry/paging";
import { formatScope, parseScopes } from "../../sandbox/registry/scopes";
import { compareNames } from "../../sandbox/registry/store";
import { UserError } from "../../model/errors";
import { artifact, image1 } from "../sandbox/registry/support";
import { mutated, oddText } from "./hostile";
import { runs } from "./runs";

/** Text near the grammar of names: its own characters, and those just beside them. */
const nearName = fc.oneof(
  oddText,
  fc.string({ unit: fc.constantFrom(..."aZ09._-/:@%~ \n\u00e9"), maxLength: 30 }),
  fc.stringMatching(/^[a-z0-9]{1,8}([._/-]{1,2}[a-z0-9]{1,8}){0,4}$/),
  fc.stringMatching(/^sha(256|384|512):[0-9a-fA-F]{60,70}$/),
  fc.constantFrom(
    `sha256:${"a".repeat(64)}`,
    `sha512:${"0".repeat(128)}`,
    `${"a/".repeat(200)}a`,
    `${"a-".repeat(100_000)}!`,
  ),
);

/** What a reader gives, or the refusal with its status. */
function read<T>(run: () => T): { value?: T; status?: number } {
  try {
    return { value: run() };
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryError);
    expect((error as RegistryError).body.errors).toHaveLength(1);
    return { status: (error as RegistryError).status };
  }
}

test("a name, tag, digest or reference is itself or is refused with 400", () => {
  // As the distribution specification writes them.
  const name = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
  const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
  const digest = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
  fc.assert(
    fc.property(nearName, (text) => {
      const short = text.length <= 255;
      for (const [reader, fits] of [
        [requireRepositoryName, short && name.test(text)],
        [requireTag, tag.test(text)],
        [requireDigest, digest.test(text)],
        [requireReference, text.includes(":") ? digest.test(text) : tag.test(text)],
      ] as const) {
        expect(read(() => reader(text))).toEqual(fits ? { value: text } : { status: 400 });
      }
    }),
    runs(500),
  );
});

test("an image reference is what its parts make, or an error in one line", () => {
  const part = fc.constantFrom(
    "localhost:7444",
    "a.azurecr.io",
    "/",
    "iam/auth",
    ":",
    "1.0",
    "@",
    `sha256:${"a".repeat(64)}`,
  );
  const text = fc.oneof(
    nearName,
    fc.array(part, { maxLength: 7 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (reference) => {
      try {
        const { registry, repository, tag, digest } = parseImageReference(reference);
        expect([
          isHost(registry),
          isRepository(repository),
          digest === undefined || isDigest(digest),
        ]).toEqual([true, true, true]);
        expect(
          `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest ? `@${digest}` : ""}`,
        ).toBe(reference);
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as Error).message).toMatch(/^malformed image reference "[^\n]*$/);
      }
    }),
    runs(400),
  );
});

test("a version is a tag with any environment, or an error", () => {
  fc.assert(
    fc.property(nearName, (version) => {
      if (isVersion(version)) expect(versionTag(version, "pre-prod")).toBe(`${version}-pre-prod`);
      else expect(() => versionTag(version, "prod")).toThrow(UserError);
    }),
    runs(200),
  );
});

test("a range is some of the bytes, all of them, or refused with 416", () => {
  const number = fc.oneof(
    fc.nat(20).map(String),
    fc.constantFrom("", "-1", "9".repeat(400), "1e3", "0x1", "00", " 1"),
  );
  const header = fc.oneof(
    nearName,
    fc
      .tuple(fc.constantFrom("bytes=", "", "Bytes=", "lines=", "bytes ="), number, number)
      .map(([unit, a, b]) => `${unit}${a}-${b}`),
    fc.tuple(number, number).map(([a, b]) => `bytes=${a}-${b},0-1`),
  );
  fc.assert(
    fc.property(header, fc.nat(20), (text, size) => {
      const { value, status } = read(() => parseRange(text, size));
      if (status !== undefined) expect(status).toBe(416);
      else if (value) expect(0 <= value.start && value.start <= value.end && value.end < size).toBe(true);
    }),
    runs(500),
  );
});

test("scopes are those of repositories and the catalog, and are read back as they are written", () => {
  const piece = fc.oneof(
    nearName,
    fc.constantFrom("repository", "registry", "catalog", "iam/auth", "pull", "push,pull", "*", "", "a:1"),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(":")),
        { maxLength: 4 },
      ),
      (texts) => {
        const scopes = parseScopes(texts);
        for (const { type, name } of scopes)
          expect(type === "registry" ? name === "catalog" : isRepository(name)).toBe(true);
        expect(parseScopes(scopes.map(formatScope))).toEqual(scopes);
      },
    ),
    runs(300),
  );
});

test("the pages of a listing hold each entry once and in order, wherever they begin", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,4}$/), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.option(nearName),
      (names, size, from) => {
        const sorted = names.sort(compareNames);
        const seen: string[] = [];
        let query = new URLSearchParams({ n: String(size), ...(from !== null && { last: from }) });
        for (let pages = 0; pages <= sorted.length; pages++) {
          const { items, headers } = page(sorted, (name) => name, compareNames, "/v2/a b/tags/list", query);
          seen.push(...items);
          if (!headers.Link) break;
          expect(headers.Link).toMatch(/^<\/v2\/a%20b\/tags\/list\?[!-~]+>; rel="next"$/);
          query = new URL(headers.Link.slice(1, headers.Link.indexOf(">")), "https://localhost").searchParams;
        }
        expect(seen).toEqual(from === null ? sorted : sorted.filter((name) => compareNames(name, from) > 0));
      },
    ),
    runs(200),
  );
});

test("how many entries a page has is a number, or refused with 400", () => {
  fc.assert(
    fc.property(nearName, (n) => {
      const { value, status } = read(() =>
        page(["a"], (name) => name, compareNames, "/", new URLSearchParams({ n })),
      );
      if (status === undefined) expect(value!.items.length).toBeLessThanOrEqual(1);
      else expect([status, /^\d{1,15}$/.test(n)]).toEqual([400, false]);
    }),
    runs(150),
  );
});

test("a manifest with anything changed is understood whole, or refused with 400", () => {
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        mediaType: "a",
        digest: `sha256:${"a".repeat(64)}`,
        size: 1,
        platform: { architecture: "amd64", os: "linux" },
      },
    ],
    subject: { mediaType: "a", digest: `sha256:${"b".repeat(64)}`, size: 1 },
    annotations: { a: "b" },
  };
  const whole: unknown[] = [
    JSON.parse(image1().manifest.toString()),
    artifact({ digest: `sha256:${"c".repeat(64)}`, size: 2 }),
    index,
  ];
  const bytes = fc.oneof(
    fc
      .constantFrom(...whole)
      .chain(mutated)
      .map((manifest) => Buffer.from(JSON.stringify(manifest) ?? "")),
    fc.uint8Array({ maxLength: 50 }).map((some) => Buffer.from(some)),
  );
  fc.assert(
    fc.property(bytes, fc.option(nearName, { nil: undefined }), (content, type) => {
      const { value, status } = read(() => summarize(content, type));
      if (status !== undefined) expect(status).toBe(400);
      else {
        for (const digest of [...value!.blobs, ...value!.children.map((child) => child.digest)])
          requireDigest(digest);
        expect(Number.isFinite(value!.contentSize)).toBe(true);
      }
    }),
    runs(400),
  );
});

test("basic credentials are a name and a password, or none", () => {
  fc.assert(
    fc.property(
      nearName,
      nearName,
      fc.constantFrom("Basic ", "basic  ", "Bearer ", ""),
      (name, password, scheme) => {
        const bytes = Buffer.from(`${name}:${password}`);
        const found = parseBasic(`${scheme}${bytes.toString("base64")}`);
        const [username, ...rest] = bytes.toString("utf8").split(":");
        const expected = { username, password: rest.join(":") };
        expect(found).toEqual(scheme.trim().toLowerCase() === "basic" ? expected : undefined);
        expect(Object.keys(parseBasic(name) ?? { username, password })).toEqual(["username", "password"]);
      },
    ),
    runs(100),
  );
});
