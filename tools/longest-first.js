const { relative } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** Tests that take minutes, the longest first. jest knows how long its own former runs took, and a fresh machine has none. */
const longest = [
  "survival",
  "release/kills",
  "story",
  "release",
  "policies",
  "contoso",
  "faults",
  "retention",
  "access",
  "attestation",
  "release/proofs",
  "delivery",
  "poc-passwords",
].map((name) => `test/e2e/${name}.test.ts`);

/** Unit tests first. Then what takes longest, so that nothing long runs last and alone. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => {
      const name = relative(context.config.rootDir, path);
      if (!name.startsWith("test/e2e/")) return -1;
      const index = longest.indexOf(name);
      return index < 0 ? longest.length : index;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
