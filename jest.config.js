const { availableParallelism } = require("node:os");

const shared = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: {
    "^.+\\.[tj]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: ["/node_modules/"],
};

/** @type {import("jest").Config} */
module.exports = {
  // Three at a time on two cores: what takes long waits a part of its time, for the disk, for a retry or for what it has killed.
  maxWorkers: Math.floor(availableParallelism() * 1.5),
  testSequencer: "<rootDir>/tools/longest-first.js",
  // Nothing here is about time: a busy machine takes longer.
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/", "<rootDir>/test/cluster/"],
    },
    // Through the real engine: apart from the others. Each file has a sandbox and ports of its own.
    {
      ...shared,
      displayName: "e2e",
      testMatch: ["<rootDir>/test/e2e/**/*.test.ts"],
      // Needs a client of 730 MB: npm run test:clients.
      testPathIgnorePatterns: ["/node_modules/", "<rootDir>/test/e2e/azure-cli.test.ts"],
      runner: "<rootDir>/tools/apart-runner.js",
    },
  ],
};
