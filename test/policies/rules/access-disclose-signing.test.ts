import { accessDiscloseSigning } from "../../../policies/rules/access-disclose-signing";
import type { Resource } from "../../../policies/rule";
import type { Properties } from "../../../policies/values";
import { messages } from "../../../tools/docs/judge";
import { poc } from "../../support/poc";
import { pocStack, roleId, stack, subscriptionId } from "../support/stacks";

const cryptoUser = "12338af0-0e69-4776-bea7-57ae8d297424";
const vaults = (group: string) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults`;
const type = "azure-native:authorization:RoleAssignment";
const assignment = (name: string, properties: Properties): Resource => ({
  type,
  name,
  urn: `urn:pulumi:poc::contoso::${type}::${name}`,
  properties: { roleDefinitionId: roleId(cryptoUser), principalType: "ServicePrincipal", ...properties },
});
const vault = `${vaults("contoso-poc-shared-rg")}/contoso-poc-cosign-kv`;
const builder = assignment("signing-sp-contoso-poc-dev-pipeline", { scope: vault });
const promoter = assignment("signing-sp-contoso-poc-promotion-engine", { scope: vault });

const cells = (signing: string) => {
  const engine = { ...poc.access["sp-contoso-poc-promotion-engine"], signing: [signing] };
  return pocStack({ access: { ...poc.access, "sp-contoso-poc-promotion-engine": engine } });
};
const said =
  "sp-contoso-poc-promotion-engine signs with the key of contoso-poc-cosign-kv and brings images into staging: it could sign what it promotes (signing-sp-contoso-poc-promotion-engine: roleDefinitionId). Give it `verify` instead of `sign`, or neither: the exported public key verifies too";

test("a promoter with the cell is named, and the build that pushes into dev alone is not", () => {
  expect(messages(accessDiscloseSigning, cells("sign"), [builder, promoter])).toEqual([said]);
  expect(messages(accessDiscloseSigning, cells("none"), [builder])).toEqual([]);
});

test("whatever the assignment is called, and in every form of it", () => {
  const other = { ...promoter, name: "other", properties: { ...promoter.properties } };
  expect(messages(accessDiscloseSigning, cells("sign"), [other])).toEqual([
    said.replace("signing-sp-contoso-poc-promotion-engine:", "other:"),
  ]);
  const classic = { ...promoter, type: "azure:authorization/assignment:Assignment" };
  expect(messages(accessDiscloseSigning, cells("sign"), [classic])).toEqual([said]);
});

test("nothing is said where the role is not assigned, or on another vault, or another role", () => {
  const elsewhere = assignment("it", { scope: `${vaults("contoso-poc-shared-rg")}/contoso-poc-secrets-kv` });
  const reader = assignment("it", {
    scope: vault,
    roleDefinitionId: roleId("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
  });
  expect(messages(accessDiscloseSigning, cells("sign"), [])).toEqual([]);
  expect(messages(accessDiscloseSigning, cells("sign"), [elsewhere, reader])).toEqual([]);
  expect(messages(accessDiscloseSigning, cells("sign"), [assignment("it", { scope: undefined })])).toEqual(
    [],
  );
});

test("in the shared stack, a promoter of a protected environment", () => {
  const access = {
    "sp-contoso-dev-pipeline": { dev: ["pull", "push", "delete"], signing: ["sign"] },
    "sp-contoso-staging-pipeline": { staging: ["pull", "import", "lock"], signing: ["sign"] },
    "sp-contoso-prod-pipeline": { prod: ["pull", "import", "lock"], signing: ["sign"] },
  };
  const scope = `${vaults("contoso-shared-rg")}/contoso-signing-kv`;
  const facts = stack("shared", "contoso", { access });
  const [found, ...more] = messages(accessDiscloseSigning, facts, [assignment("it", { scope })]);
  expect(more).toEqual([]);
  expect(found).toMatch(
    /^sp-contoso-prod-pipeline signs with the key of contoso-signing-kv and brings images into prod:/,
  );
});
