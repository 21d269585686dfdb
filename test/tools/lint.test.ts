import { inNode } from "./support";

/** What the rule says about each program, by rule and file. */
function lint(rule: string, module: string, cases: [file: string, code: string][]): string[][] {
  const body = `
    const { Linter } = await import("eslint");
    const { default: tseslint } = await import("typescript-eslint");
    const linter = new Linter({ configType: "flat", cwd: "/checkout" });
    const config = {
      files: ["**/*.ts"],
      languageOptions: { parser: tseslint.parser },
      plugins: { airlock: { rules: { rule: ${rule} } } },
      rules: { "airlock/rule": "error" },
    };
    return input.map(([file, code]) =>
      linter.verify(code, config, { filename: "/checkout/" + file }).map(({ message }) => message));`;
  return inNode<string[][]>(module, [rule], body, cases);
}

test("imports point one way, whatever form they have", () => {
  const only = (folder: string, allowed: string): string[] => [
    `${folder} may import itself, ${allowed} and nothing else of ours.`,
  ];
  const alone = ["model may import itself and nothing else of ours."];
  const underneath = "model/attestation stands above model/signing: put what both need beside it.";
  const cases: [file: string, code: string, expected: string[]][] = [
    ["model/access/roles.ts", 'import { x } from "../errors";', []],
    ["model/access/roles.ts", 'import { x } from "../../cli/output";', alone],
    ["model/attestation/verify.ts", 'import { x } from "../signing/verify";', []],
    ["model/signing/bundle.ts", 'import { x } from "../errors"; import { y } from "./registry-reader";', []],
    ["model/signing/bundle.ts", 'import { x } from "../attestation";', [underneath]],
    ["model/signing/bundle.ts", 'import type { X } from "../attestation/promotion";', [underneath]],
    ["model/tags.ts", 'import type { X } from "../provider/resource";', alone],
    ["model/tags.ts", 'import type { X } from "./../stacks";', alone],
    ["model/tags.ts", 'export { x } from "../components";', alone],
    ["model/tags.ts", 'export * from "../components";', alone],
    ["model/tags.ts", 'const x = import("../components");', alone],
    ["model/tags.ts", 'const x = require("../components");', alone],
    ["model/tags.ts", 'import x = require("../components");', alone],
    ["model/tags.ts", 'type X = import("../components").X;', alone],
    ["components/access-matrix.ts", 'import { x } from "../model/access";', []],
    ["components/access-matrix.ts", 'import { x } from "../sandbox/client";', only("components", "model")],
    ["policies/pack.ts", 'import { x } from "../components";', only("policies", "model")],
    ["provider/azure/http.ts", 'import { x } from "../../cli/engine";', only("provider", "model")],
    [
      "sandbox/azure/types/vault.ts",
      'import { x } from "../../../provider/index";',
      only("sandbox", "model"),
    ],
    ["stacks/shared.ts", 'import { x } from "../components"; import { y } from "../model/config";', []],
    ["stacks/shared.ts", 'import { x } from "../policies/pack";', only("stacks", "components, model")],
    ["cli/engine.ts", 'import { x } from "./sandbox/client"; import { y } from "../model/errors";', []],
    ["cli/engine.ts", 'import { x } from "../sandbox/client";', only("cli", "model")],
    ["cli/story/stage.ts", 'import { x } from "../../sandbox/client";', only("cli", "model")],
    ["cli/sandbox/client.ts", 'import { x } from "../../sandbox/client"; import { y } from "../places";', []],
    [
      "cli/sandbox/client.ts",
      'import { x } from "../../provider/index";',
      only("cli/sandbox", "model, cli, sandbox"),
    ],
    ["test/e2e/story.test.ts", 'import { x } from "../../sandbox/client";', []],
  ];
  const found = lint(
    "arrowsRule",
    "lint/arrows.mjs",
    cases.map(([file, code]) => [file, code]),
  );
  expect(cases.map(([file, code], index) => [file, code, found[index]])).toEqual(cases);
});

test("what stands above the rest of its folder is not imported by that", () => {
  const commands = ["cli/commands stands above cli: put what both need beside it."];
  const pair = ["components/release-access stands above components/release: put what both need beside it."];
  const cases: [file: string, code: string, expected: string[]][] = [
    ["cli/github/client.ts", 'import { x } from "../commands/command";', commands],
    ["cli/update.ts", 'import type { X } from "./commands/release/common";', commands],
    ["cli/program.ts", 'import { x } from "./commands/access";', []],
    ["cli/commands/release/sweep.ts", 'import { x } from "../command";', []],
    ["cli/inspect/artifact.ts", 'import { x } from "../commands/inspect";', commands],
    ["components/release/pair.ts", 'import type { X } from "../release-access";', pair],
    ["components/release/pair.ts", 'import type { X } from "./args";', []],
    ["components/index.ts", 'export * from "./release-access";', []],
  ];
  const found = lint(
    "arrowsRule",
    "lint/arrows.mjs",
    cases.map(([file, code]) => [file, code]),
  );
  expect(cases.map(([file, code], index) => [file, code, found[index]])).toEqual(cases);
});

test("some packages stay out", () => {
  expect(
    lint("arrowsRule", "lint/arrows.mjs", [
      ["components/registry.ts", 'import * as authorization from "@pulumi/azure-native/authorization";'],
      ["test/components/registry.test.ts", 'import * as azure from "@pulumi/azure-native";'],
      ["stacks/environment.ts", 'import * as k8s from "@pulumi/kubernetes";'],
      ["stacks/delivery.ts", 'import * as k8s from "@pulumi/kubernetes";'],
      ["components/workload.ts", 'import * as k8s from "@pulumi/kubernetes";'],
    ]),
  ).toEqual([
    [],
    ["Import a sub-path of azure-native: its root costs seconds and 850 MB."],
    ["Only a delivery stack has a Kubernetes provider: its deployer runs it."],
    [],
    [],
  ]);
});

test("a program reads nothing in the cloud", () => {
  const message =
    "The promoter runs this program too, and may not read more than it imports: use configuration or the shared stack.";
  const azure = 'import * as registries from "@pulumi/azure-native/containerregistry";';
  const cases: [code: string, expected: string[]][] = [
    [`${azure} registries.getRegistry({});`, [message]],
    [`${azure} registries.getRegistryOutput({});`, [message]],
    [`${azure} registries.listRegistryCredentials({});`, [message]],
    [`${azure} registries.Registry.get("prod", "id");`, [message]],
    ['import { getClientConfig } from "@pulumi/azuread"; getClientConfig();', [message]],
    [
      'import * as pulumi from "@pulumi/pulumi"; pulumi.runtime.invoke("azure-native:x:getY", {});',
      [message],
    ],
    [`${azure} new registries.Registry("prod", {});`, []],
    ['import * as pulumi from "@pulumi/pulumi"; new pulumi.Config().getObject("x"); pulumi.getStack();', []],
    ["const names = new Map(); names.get(1); names.getAll();", []],
  ];
  const found = lint(
    "noCloudRead",
    "lint/program.mjs",
    cases.map(([code]) => ["stacks/environment.ts", code]),
  );
  expect(cases.map(([code], index) => [code, found[index]])).toEqual(cases);
});

test("no resource is made inside apply", () => {
  const message = "A resource made inside apply is missing from previews: make it outside.";
  const start = `import * as pulumi from "@pulumi/pulumi";
    import * as authorization from "@pulumi/azure-native/authorization";
    import { PromotedImage } from "./promoted-image";
    import { UserError } from "../model/errors";
    declare const id: pulumi.Output<string>;`;
  const cases: [code: string, expected: string[]][] = [
    ['id.apply((scope) => new authorization.RoleAssignment("a", { scope }));', [message]],
    ['id.apply((scope) => { if (scope) { return new PromotedImage("a", { scope }); } });', [message]],
    ['id.apply((scope) => { throw new UserError("no"); });', []],
    ["id.apply((scope) => new Map([[scope, 1]]));", []],
    ["id.apply((scope) => { throw new pulumi.RunError(scope); });", []],
    ['new authorization.RoleAssignment("a", { scope: id.apply((scope) => scope) });', []],
  ];
  const found = lint(
    "noResourceInApply",
    "lint/program.mjs",
    cases.map(([code]) => ["components/access-matrix.ts", `${start} ${code}`]),
  );
  expect(cases.map(([code], index) => [code, found[index]])).toEqual(cases);
});
