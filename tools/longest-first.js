const { relative } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** Tests that take minutes, the longest first. jest knows how long its own former runs took, and a fresh machine has none. */
const longest = [
  "survival",
  "release/kills",
  "story",
  "release",
  "faults",
  "release/proofs",
  "contoso",
  "policies",
  "retention",
  "attestation",
].map((name) => `test/e2e/${name}.test.ts`);

/** Begins with what takes longest, so that nothing long runs last and alone. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => {
      const index = longest.indexOf(relative(context.config.rootDir, path));
      return index < 0 ? longest.length : index;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
