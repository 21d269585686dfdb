import fc from "fast-check";
import { parseImageReference } from "../../../model/image-reference";
import { imageRequireDigest } from "../../../policies/rules/image-require-digest";
import { imageRequireOwnRegistry } from "../../../policies/rules/image-require-own-registry";
import { stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const prod = stack("prod");
const host = "contosoprod.azurecr.io";
const pod = (image: string) => ({ spec: { containers: [{ name: "main", image }] } });
const refusals = (rule: typeof imageRequireDigest, image: string) =>
  verdicts(rule, prod, "kubernetes:core/v1:Pod", pod(image));
const refused = (image: string) => refusals(imageRequireDigest, image).length === 1;

const hexadecimal = fc.stringMatching(/^[0-9a-f]{64}$/);
const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,8}){0,2}$/);
const repository = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}$/);
const parts = fc.record({ repository, hex: hexadecimal });
const pinnedOf = ({ repository: name, hex }: { repository: string; hex: string }) =>
  `${host}/${name}@sha256:${hex}`;
const pinned = parts.map(pinnedOf);

/** Looks like nothing, or like what it is not: spaces, marks without width, digits and letters of other scripts. */
const impostors = [
  ..." \t\n\r\0\v\f\u00a0\u00ad\u0085\u180e\u2028\u2029\u200b\u200c\u200d\u2060\ufeff\u202e\u0301",
  ..."\uff20\uff1a\uff0f\u2215\u0430\u0435\u043e\u0456\u0131\uff11\u0661\u1d7d8@:/%?#\\\"'`$,;|&<>(){}[]*!=+~^",
];
const impostor = fc.constantFrom(...impostors);
const anywhere = (text: string) => fc.nat(text.length);

test("a digest always passes, whatever tag stands beside it", () => {
  fc.assert(
    fc.property(parts, fc.option(tag), ({ repository: name, hex }, beside) => {
      const image = `${host}/${name}${beside === null ? "" : `:${beside}`}@sha256:${hex}`;
      expect(refusals(imageRequireDigest, image)).toEqual([]);
      expect(refusals(imageRequireOwnRegistry, image)).toEqual([]);
    }),
  );
});

test("a reference without a digest never passes", () => {
  const tagged = fc.tuple(repository, fc.option(tag), hexadecimal);
  fc.assert(
    fc.property(tagged, ([name, label, hex]) => {
      for (const end of [label === null ? "" : `:${label}`, `:sha256-${hex}`, `:sha256:${hex}`, `:${hex}`]) {
        expect(refused(`${host}/${name}${end}`)).toBe(true);
      }
    }),
  );
});

/** What somebody may do to a digest, none of which is one. */
const digestTricks: Readonly<Record<string, (hex: string) => string>> = {
  "one digit less": (hex) => `@sha256:${hex.slice(1)}`,
  "one digit more": (hex) => `@sha256:${hex}0`,
  "no digits": () => "@sha256:",
  "no algorithm": (hex) => `@${hex}`,
  "upper case digits": (hex) => `@sha256:A${hex.slice(1).toUpperCase()}`,
  "an algorithm in upper case": (hex) => `@SHA256:${hex}`,
  sha512: (hex) => `@sha512:${hex}${hex}`,
  "the length of sha256 under another name": (hex) => `@sha512:${hex}`,
  md5: (hex) => `@md5:${hex.slice(0, 32)}`,
  "an algorithm in parts": (hex) => `@sha256+b64:${hex}`,
  "two digests": (hex) => `@sha256:${hex}@sha256:${hex}`,
  "a tag after it": (hex) => `@sha256:${hex}:latest`,
  "a digest before a tag": (hex) => `@sha256:${hex}/x:latest`,
  "two tags": (hex) => `:a:b@sha256:${hex}`,
  "an empty tag": (hex) => `:@sha256:${hex}`,
  "a tag that is too long": (hex) => `:${"a".repeat(129)}@sha256:${hex}`,
  "a letter that is no digit": (hex) => `@sha256:g${hex.slice(1)}`,
  "digits of another script": (hex) => `@sha256:\u0661${hex.slice(1)}`,
  "percent encoding": (hex) => `%40sha256:${hex}`,
  "an encoded colon": (hex) => `@sha256%3A${hex}`,
  "a query": (hex) => `@sha256:${hex}?tag=latest`,
  "a fragment": (hex) => `@sha256:${hex}#latest`,
  "a list": (hex) => `@sha256:${hex},nginx:latest`,
  "a variable": () => "@$(DIGEST)",
  "a template": () => "@{{ .Values.digest }}",
};

test.each(Object.entries(digestTricks))("no digest: %s", (_, trick) => {
  fc.assert(fc.property(parts, ({ repository: name, hex }) => refused(`${host}/${name}${trick(hex)}`)));
});

/** What somebody may put before a reference that is by digest. */
const prefixes = [
  ...["https://", "http://", "docker://", "oci://", "//", "/", "docker.io@", "user:pass@", "user@", ":443/"],
  ...["DOCKER|", "@", ":", "sha256:", "../", "./", "-", "library/../", "[", '"'],
];

test.each(prefixes)("nothing stands before the host: %s", (prefix) => {
  fc.assert(fc.property(pinned, (image) => refused(prefix + image)));
});

test("a sign that is none, anywhere", () => {
  const mutated = fc.tuple(pinned, impostor).chain(([image, sign]) =>
    fc.tuple(anywhere(image), fc.boolean()).map(([at, replace]) => {
      return image.slice(0, at) + sign + image.slice(replace ? at + 1 : at);
    }),
  );
  // A slash or a colon may be in its right place: that names another repository, host or tag, still by digest.
  const another = /^[a-z0-9.-]+(?::[0-9]+)?\/[a-z0-9./_-]+(?::[A-Za-z0-9_.-]+)?@sha256:[0-9a-f]{64}$/;
  fc.assert(
    fc.property(
      mutated.filter((image) => !another.test(image)),
      refused,
    ),
    { numRuns: 2000 },
  );
});

test("a letter in another case, anywhere", () => {
  const mutated = pinned.chain((image) =>
    anywhere(image).map((at) => image.slice(0, at) + image.slice(at).toUpperCase()),
  );
  fc.assert(
    fc.property(mutated, (image) => {
      // Digits alone have no case.
      fc.pre(image !== image.toLowerCase());
      return refused(image);
    }),
    { numRuns: 500 },
  );
});

test("another host, digest and all, is never the environment's own", () => {
  const near = fc.constantFrom(
    `${host}.example.com`,
    `evil${host}`,
    `${host}:443`,
    `${host}.`,
    "contosostaging.azurecr.io",
    "contosoprod.azurecr.cn",
    "contosoprod-azurecr.io",
    "contosoprod.eastus2.data.azurecr.io",
    "localhost:5000",
  );
  fc.assert(
    fc.property(near, parts, (other, { repository: name, hex }) => {
      const image = `${other}/${name}@sha256:${hex}`;
      expect(refusals(imageRequireOwnRegistry, image)).toHaveLength(1);
    }),
  );
});

test("what passes is what it says: nothing is left out or read in another way", () => {
  const text = fc.oneof(
    pinned,
    fc.tuple(pinned, impostor).map(([image, sign]) => image + sign),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (image) => {
      if (refused(image)) return;
      const { registry, repository: name, tag: beside, digest } = parseImageReference(image);
      expect(`${registry}/${name}${beside === undefined ? "" : `:${beside}`}@${digest}`).toBe(image);
    }),
  );
});
