// npm run test:cluster: against a real Kubernetes API server, which is built once a machine.
const { projects, ...rest } = require("./jest.config");

const [unit] = projects;

/** @type {import("jest").Config} */
module.exports = {
  ...rest,
  projects: [
    {
      ...unit,
      displayName: "cluster",
      testMatch: ["<rootDir>/test/cluster/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/"],
    },
  ],
};
