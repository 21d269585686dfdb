import { createHash } from "node:crypto";
import { repository } from "../story/world";
import type { TestSandbox } from "../../support/sandbox";
import { tries } from "./attempts";
import { registryIdOf } from "./azure";
import type { AzureCli } from "./azure-cli";
import { azureCliRows, unauthorized, words } from "./azure-cli-rows";

const builder = "sp-onestream-dev-pipeline";
const promoter = "sp-onestream-prod-pipeline";
const auditor = "sp-onestream-drift";
const platform = "sp-onestream-platform";
const member = "a member of iam_team";

const prodGroup = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg";
const scopeMap = (name: string) =>
  `acr scope-map create --registry onestreamdev --name ${name} --repository ${repository} content/read --query name`;

const assign = (role: string) =>
  `role assignment create --assignee-object-id 00000000-0000-4000-8000-000000000001 --assignee-principal-type ServicePrincipal ` +
  `--name 99999999-9999-4999-8999-999999999999 --role "${role}" --scope ${registryIdOf("prod")}`;

const inVault = (who: string, action: string, below = "") =>
  `(Forbidden) Caller is not authorized to perform action on resource. Caller: '${who}' (<id>); Action: 'Microsoft.KeyVault/vaults/keys/${action}'; ` +
  `Resource: '/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-signing-kv${below}'.`;
const hash = createHash("sha256").update("an image").digest("base64");

/** What grants rights, and the vault that signs. */
export function servesAccessToAzureCli(sandbox: TestSandbox, cli: AzureCli): void {
  const { row, refusedRow } = azureCliRows(cli);

  tries(sandbox, "az acr scope-map, az acr token", [
    row("administrator", "make a scope map", scopeMap("readers"), "readers"),
    row(
      "administrator",
      "make a token with its passwords",
      `acr token create --registry onestreamdev --name reader --scope-map readers --query "credentials.passwords[].name"`,
      ["password1", "password2"],
    ),
    row(auditor, "list scope maps", `acr scope-map list --registry onestreamdev --query "[].name"`, [
      "readers",
    ]),
    row(auditor, "list tokens", `acr token list --registry onestreamdev --query "[].name"`, ["reader"]),
    row(platform, "make a scope map, as for a release", scopeMap("release"), "release"),
    refusedRow(
      auditor,
      "make a scope map",
      scopeMap("others"),
      unauthorized(
        auditor,
        "Microsoft.ContainerRegistry/registries/scopeMaps/write",
        `${registryIdOf("dev")}/scopeMaps/others`,
      ),
    ),
    refusedRow(
      promoter,
      "make a token",
      "acr token create --registry onestreamprod --name mine --scope-map _repositories_pull",
      unauthorized(
        promoter,
        "Microsoft.ContainerRegistry/registries/tokens/write",
        `${registryIdOf("prod")}/tokens/mine`,
      ),
    ),
  ]);

  tries(sandbox, "az role", [
    {
      who: platform,
      does: "list what the promoter holds on prod, by its client id",
      attempt: async (who) => {
        const { AZURE_CLIENT_ID } = await sandbox.variables(promoter);
        const command = `role assignment list --assignee ${AZURE_CLIENT_ID} --scope ${registryIdOf("prod")} --query "sort([].roleDefinitionName)"`;
        expect(await cli.az(who, ...words(command))).toEqual([
          "Container Registry Repository Catalog Lister",
          "Container Registry Repository Reader",
          "onestream image importer",
          "onestream image locker",
        ]);
      },
    },
    row(
      auditor,
      "list the roles on a group",
      `role assignment list --resource-group onestream-prod-rg --query "length([?roleDefinitionName=='Reader']) > \`0\`"`,
      true,
    ),
    refusedRow(
      "iam_team",
      "list the roles on prod's group",
      "role assignment list --resource-group onestream-prod-rg",
      unauthorized(member, "Microsoft.Authorization/roleAssignments/read", prodGroup),
    ),
    refusedRow(
      platform,
      "assign AcrPush on prod",
      assign("AcrPush"),
      unauthorized(
        platform,
        "Microsoft.Authorization/roleAssignments/write",
        `${registryIdOf("prod")}/providers/Microsoft.Authorization/roleAssignments/99999999-9999-4999-8999-999999999999`,
      ),
    ),
    refusedRow(
      promoter,
      "assign anything on prod",
      assign("8311e382-0749-4cb8-b61a-304f252e45ec"),
      unauthorized(
        promoter,
        "Microsoft.Authorization/roleAssignments/write",
        `${registryIdOf("prod")}/providers/Microsoft.Authorization/roleAssignments/99999999-9999-4999-8999-999999999999`,
      ),
    ),
  ]);

  // The cloud has no suffix for vaults, so that the name is the host.
  const vault = `localhost:${sandbox.port - 1}`;
  const keyOf = (name: string): string => `--vault-name ${vault} --name ${name}`;
  tries(sandbox, "az keyvault", [
    row(
      auditor,
      "find the vault by its name alone",
      "keyvault show --name onestream-signing-kv --query properties.vaultUri",
      `https://${vault}/`,
    ),
    row(
      builder,
      "show the signing key",
      `keyvault key show ${keyOf("cosign")} --query key.[kty,crv,keyOps]`,
      ["EC", "P-256", ["sign", "verify"]],
    ),
    row(builder, "list the keys", `keyvault key list --vault-name ${vault} --query [].name`, ["cosign"]),
    row(
      builder,
      "list the versions of the signing key",
      `keyvault key list-versions ${keyOf("cosign")} --query "length(@)"`,
      1,
    ),
    row(
      builder,
      "sign with the key",
      `keyvault key sign ${keyOf("cosign")} --algorithm ES256 --digest ${hash} --query algorithm`,
      "ES256",
    ),
    refusedRow(
      builder,
      "replace the key",
      `keyvault key create ${keyOf("cosign")} --kty EC --curve P-256`,
      inVault(builder, "create/action", "/keys/cosign"),
    ),
    refusedRow(
      promoter,
      "show the signing key",
      `keyvault key show ${keyOf("cosign")}`,
      inVault(promoter, "read", "/keys/cosign"),
    ),
    refusedRow(
      promoter,
      "list the keys",
      `keyvault key list --vault-name ${vault}`,
      inVault(promoter, "read"),
    ),
    refusedRow(
      promoter,
      "delete the key",
      `keyvault key delete ${keyOf("cosign")}`,
      inVault(promoter, "delete", "/keys/cosign"),
    ),
  ]);

  tries(sandbox, "az rest", [
    row(
      builder,
      "read the signing key",
      `rest --url https://${vault}/keys/cosign?api-version=7.4 --resource https://vault.azure.net --query key.crv`,
      "P-256",
    ),
  ]);
}
