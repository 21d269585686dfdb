import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";
import { arrowsRule } from "./tools/lint/arrows.mjs";
import { noCloudRead, noResourceInApply } from "./tools/lint/program.mjs";

const airlock = {
  rules: { arrows: arrowsRule, "no-cloud-read": noCloudRead, "no-resource-in-apply": noResourceInApply },
};

export default tseslint.config(
  { ignores: ["**/bin/**", "**/node_modules/**", ".build/**", ".airlock/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
  },
  {
    plugins: { "@pulumi": pulumi, airlock },
    rules: {
      "airlock/arrows": "error",
      "@pulumi/no-output-in-template-literal": "error",
      // Many functions are asynchronous because their interface is.
      "@typescript-eslint/require-await": "off",
      // What Azure and the engine send has no fixed shape; String() is meant.
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["stacks/**/*.ts", "components/**/*.ts"],
    rules: { "airlock/no-cloud-read": "error", "airlock/no-resource-in-apply": "error" },
  },
  {
    // A require, where code is to be loaded only when it is needed.
    files: ["stacks/index.ts", "cli/sandbox/client.ts", "cli/commands/policy.ts", "tools/docs/examples.ts"],
    rules: {
      "@typescript-eslint/no-require-imports": "off",
    },
  },
  {
    // Some import packages that are not installed, whose types are unknown.
    files: ["policies/examples/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Expectations look into whatever was registered.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/no-require-imports": "off",
      "@typescript-eslint/no-unsafe-function-type": "off",
      // The examples of docs/policies/ are executed.
      "@typescript-eslint/no-implied-eval": "off",
    },
  },
);
