import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

const ours = ["cli", "components", "model", "policies", "provider", "sandbox", "stacks"];

/**
 * Imports point one way: a folder may import the named ones of ours, and no other. One entry for each depth of folder, as
 * a relative import that leaves the folder has one `../` for each.
 */
function arrows(folder, allowed, below = folder) {
  const forbidden = ours.filter((other) => other !== folder && !allowed.includes(other));
  return [0, 1, 2, 3].map((depth) => {
    const up = "../".repeat(below.split("/").length + depth);
    return {
      files: [`${below}/${"*/".repeat(depth)}*.ts`],
      rules: {
        "no-restricted-imports": [
          "error",
          {
            paths: [
              {
                name: "@pulumi/azure-native",
                message: "Import a sub-path: the root costs seconds and 850 MB.",
              },
            ],
            patterns: [
              {
                group: forbidden.flatMap((other) => [`${up}${other}`, `${up}${other}/**`]),
                message: `${folder} may import ${["itself", ...allowed].join(", ")} and nothing else of ours.`,
              },
            ],
          },
        ],
      },
    };
  });
}

// What azure-native and azuread are imported as.
const clouds = "/^(authorization|azuread|keyvault|monitor|network|operationalinsights|resources)$/";

export default tseslint.config(
  { ignores: ["**/bin/**", "**/node_modules/**", ".build/**", ".airlock/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
  },
  {
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      // Many functions are asynchronous because their interface is.
      "@typescript-eslint/require-await": "off",
      // What Azure and the engine send has no fixed shape; String() is meant.
      "@typescript-eslint/no-base-to-string": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  ...arrows("model", []),
  ...arrows("components", ["model"]),
  ...arrows("policies", ["model"]),
  ...arrows("provider", ["model"]),
  ...arrows("sandbox", ["model"]),
  ...arrows("stacks", ["components", "model"]),
  ...arrows("cli", ["model"]),
  // The one door from the command line to the sandbox.
  ...arrows("cli", ["model", "sandbox"], "cli/sandbox"),
  {
    files: ["stacks/**/*.ts", "components/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: `CallExpression[callee.property.name='apply'] NewExpression[callee.object.name=${clouds}]`,
          message: "A resource made inside apply is missing from previews: make it outside.",
        },
        {
          selector: `CallExpression[callee.property.name=/^(get|list)[A-Z]/][callee.object.name=${clouds}]`,
          message:
            "The promoter runs this program too, and may not read more than it imports: use configuration or the shared stack.",
        },
      ],
    },
  },
  {
    // A require, where code is to be loaded only when it is needed.
    files: ["stacks/index.ts", "cli/sandbox/client.ts"],
    rules: {
      "@typescript-eslint/no-require-imports": "off",
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
