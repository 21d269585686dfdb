import { tokenDisallowSystemScope } from "../../../policies/rules/token-disallow-system-scope";
import { unknown } from "../../../policies/values";
import { registryId, stack } from "../support/stacks";
import { verdicts } from "../support/verdicts";

const judge = (
  scopeMapId: string | typeof unknown | undefined,
  type = "azure-native:containerregistry:Token",
) => verdicts(tokenDisallowSystemScope, stack("dev"), type, { registryName: "contosodev", scopeMapId });
const maps = `${registryId("dev")}/scopeMaps`;
const said = (map: string) =>
  `the scope map ${map} is Azure's own and reaches every repository (it: scopeMapId). Declare a scope map that names the token's repositories`;

test.each([
  "_repositories_pull",
  "_repositories_push",
  "_repositories_admin",
  "_repositories_pull_metadata_read",
])("%s is refused", (map) => {
  expect(judge(`${maps}/${map}`)).toEqual([said(map)]);
});

test("every form of a token is one", () => {
  const versioned = "azure-native:containerregistry/v20230701:Token";
  expect(judge(`${maps}/_repositories_push`, versioned)).toEqual([said("_repositories_push")]);
  const classic = "azure:containerservice/registryToken:RegistryToken";
  expect(judge(`${maps}/_repositories_push`, classic)).toEqual([said("_repositories_push")]);
});

test("a scope map of one's own, one to come and none pass", () => {
  expect(judge(`${maps}/builder`)).toEqual([]);
  expect(judge(unknown)).toEqual([]);
  expect(judge(undefined)).toEqual([]);
  expect(judge(`${maps}/_repositories_push`, "azure-native:containerregistry:Webhook")).toEqual([]);
});
