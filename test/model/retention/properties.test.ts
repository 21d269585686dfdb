import fc from "fast-check";
import {
  deletionOrder,
  refersTo,
  type Claim,
  type StoredManifest,
  type StoredRepository,
} from "../../../model/retention";
import { companion, day, digestOf, judged, now } from "./support";

const size = 12;
const anyTag = fc.oneof(
  fc.constantFrom("1.0.0", "1.1.0", "latest-prod", "stable"),
  fc.integer({ min: 0, max: size }).map((seed) => companion(seed)),
);
const anyTime = fc.option(
  fc.integer({ min: -2, max: 60 }).map((days) => now - days * day),
  { nil: undefined, freq: 20 },
);
/** Digests refer to what was there before them alone, as hashes must; tags speak of anything. */
const anyRepository: fc.Arbitrary<StoredRepository> = fc
  .tuple(
    ...Array.from({ length: size }, (_, seed): fc.Arbitrary<StoredManifest> => {
      const earlier = fc.integer({ min: 0, max: Math.max(0, seed - 1) }).map(digestOf);
      return fc.record(
        {
          digest: fc.constant(digestOf(seed)),
          changed: anyTime,
          locked: fc.boolean().map((yes) => yes && seed % 4 === 0),
          tags: fc.array(fc.record({ name: anyTag, changed: anyTime, locked: fc.constant(false) }), {
            maxLength: 2,
          }),
          parts: seed === 0 ? fc.constant([]) : fc.array(earlier, { maxLength: 3 }),
          subject: seed === 0 ? fc.constant(undefined) : fc.option(earlier, { nil: undefined }),
        },
        { requiredKeys: ["digest", "locked", "tags", "parts"] },
      );
    }),
  )
  .chain((all) => fc.shuffledSubarray(all))
  .map((manifests) => ({ name: "iam/auth-service", locked: false, manifests }));

const anyClaims: fc.Arbitrary<Claim[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("runs", "rollback", "held"),
    why: fc.constant("somebody says so"),
    repository: fc.constantFrom("iam/*", "iam/auth-service"),
    digest: fc.integer({ min: 0, max: size }).map(digestOf),
  }),
  { maxLength: 3 },
);

const goingOf = (repository: StoredRepository, claims: readonly Claim[]): Set<string> =>
  new Set(
    judged(repository, claims)
      .filter(({ goes }) => goes)
      .map(({ digest }) => digest),
  );
const without = (repository: StoredRepository, gone: ReadonlySet<string>): StoredRepository => ({
  ...repository,
  manifests: repository.manifests.filter(({ digest }) => !gone.has(digest)),
});

test("nothing goes that is claimed or locked, or that anything that stays refers to, and no signature of what stays", () => {
  fc.assert(
    fc.property(anyRepository, anyClaims, (repository, claims) => {
      const going = goingOf(repository, claims);
      for (const manifest of repository.manifests) {
        if (going.has(manifest.digest)) {
          expect(manifest.locked).toBe(false);
          expect(claims.map(({ digest }) => digest)).not.toContain(manifest.digest);
          // What speaks of something may go, and what it speaks of then goes as well.
          const { subject } = manifest;
          if (subject !== undefined && repository.manifests.some(({ digest }) => digest === subject))
            expect(going).toContain(subject);
        } else {
          for (const digest of refersTo(manifest)) expect(going).not.toContain(digest);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("whatever has a name of its own and is young stays", () => {
  fc.assert(
    fc.property(anyRepository, anyClaims, (repository, claims) => {
      const going = goingOf(repository, claims);
      for (const { digest, tags, changed } of repository.manifests) {
        const named = tags.filter(({ name }) => !name.startsWith("sha256-"));
        const times = [changed, ...tags.map((tag) => tag.changed)];
        if (named.length > 0 && times.some((time) => time === undefined || now - time < 30 * day))
          expect(going).not.toContain(digest);
      }
    }),
    { numRuns: 500 },
  );
});

test("a second run deletes nothing more", () => {
  fc.assert(
    fc.property(anyRepository, anyClaims, (repository, claims) => {
      const left = without(repository, goingOf(repository, claims));
      expect(goingOf(left, claims)).toEqual(new Set());
    }),
    { numRuns: 500 },
  );
});

test("ended anywhere, a run leaves no index without its images and no signature without its subject; the next one spares what it spared", () => {
  fc.assert(
    fc.property(anyRepository, anyClaims, fc.nat({ max: size }), (repository, claims, steps) => {
      const going = goingOf(repository, claims);
      const order = deletionOrder(repository.manifests.filter(({ digest }) => going.has(digest)));
      expect(new Set(order.map(({ digest }) => digest))).toEqual(going);
      const killed = without(repository, new Set(order.slice(0, steps).map(({ digest }) => digest)));
      const standing = new Set(killed.manifests.map(({ digest }) => digest));
      const stoodBefore = new Set(repository.manifests.map(({ digest }) => digest));
      for (const { parts, subject } of killed.manifests) {
        for (const digest of [...parts, subject]) {
          if (digest !== undefined && stoodBefore.has(digest)) expect(standing).toContain(digest);
        }
      }
      // What it would have spared is spared by the next one too.
      for (const digest of goingOf(killed, claims)) expect(going).toContain(digest);
    }),
    { numRuns: 500 },
  );
});
