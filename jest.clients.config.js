// npm run test:clients: strangers' clients that are too large for every run of the tests.
const { projects, ...rest } = require("./jest.config");

const [, e2e] = projects;

/** @type {import("jest").Config} */
module.exports = {
  ...rest,
  projects: [
    {
      ...e2e,
      displayName: "clients",
      testMatch: ["<rootDir>/test/e2e/azure-cli.test.ts"],
      testPathIgnorePatterns: ["/node_modules/"],
    },
  ],
};
