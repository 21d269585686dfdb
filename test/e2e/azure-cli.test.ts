import { createHash } from "node:crypto";
import { holdsNothing, tries } from "./clients/attempts";
import { registryIdOf } from "./clients/azure";
import { AzureCli, azureCliProgram } from "./clients/azure-cli";
import { digests, environments, pushSigned, repository } from "./story/world";
import { succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17623);
const cli = new AzureCli(sandbox, azureCliProgram());

const builder = "sp-onestream-dev-pipeline";
const stagingPromoter = "sp-onestream-staging-pipeline";
const promoter = "sp-onestream-prod-pipeline";
const custodian = "sp-onestream-prod-custodian";
const deployer = "sp-production-deploy";
const auditor = "sp-onestream-drift";
const platform = "sp-onestream-platform";
const member = "a member of iam_team";

const image = `${repository}@${digests["1.0.0"]}`;
const tag = `${repository}:1.0.0`;
const unlocked = { deleteEnabled: true, listEnabled: true, readEnabled: true, writeEnabled: true };

const refused = (who: string, action: string, scope: string) =>
  `(AuthorizationFailed) The client '${who}' with object id '<id>' does not have authorization to perform action '${action}' over scope '${scope}'.`;
const denied = (who: string, verb: string, environment: string, right: string) =>
  `Error: ${who} may not ${verb} onestream${environment}: ${holdsNothing(who, `onestream${environment}`, right)}.`;
const unseen = (registry: string) =>
  `The resource with name '${registry}' and type 'Microsoft.ContainerRegistry/registries' could not be found in ` +
  "subscription 'sandbox (<id>)'.";

/** A row: the command's words, and what it answers in a query of az's own. */
const row = (who: string, does: string, command: string, expected?: unknown) => ({
  who,
  does,
  attempt: async (as: string) => expect(await cli.az(as, ...words(command))).toEqual(expected),
});
const refusedRow = (who: string, does: string, command: string, refusal: string) => ({
  who,
  does,
  attempt: (as: string) => cli.az(as, ...words(command)),
  refusal,
});

// Words in quotes stay together.
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  succeeded(await sandbox.up("shared"));
  (await Promise.all(environments.map((environment) => sandbox.up(environment)))).forEach(succeeded);
  await pushSigned(sandbox, "1.0.0");
});
afterAll(() => sandbox.remove());

tries(sandbox, "az login", [
  {
    who: promoter,
    does: "sign in with the builder's federated token",
    attempt: (who) => cli.signIn(who, builder),
    refusal:
      "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:onestream/platform:environment:dev', " +
      "issuer 'https://token.actions.githubusercontent.com' and audience 'api://AzureADTokenExchange' of 'sp-onestream-prod-pipeline'.",
  },
]);

tries(sandbox, "az acr, az group", [
  row(auditor, "list all registries", `acr list --query "sort([].name)"`, [
    "onestreamdev",
    "onestreamprod",
    "onestreamstaging",
  ]),
  row("iam_team", "list the registries of nobody else", "acr list", []),
  row(
    auditor,
    "show prod by its name alone",
    "acr show --name onestreamprod --query adminUserEnabled",
    false,
  ),
  refusedRow("iam_team", "show prod", "acr show --name onestreamprod", unseen("onestreamprod")),
  refusedRow(
    "iam_team",
    "show prod in its group",
    "acr show --resource-group onestream-prod-rg --name onestreamprod",
    refused(member, "Microsoft.ContainerRegistry/registries/read", registryIdOf("prod")),
  ),
  row(auditor, "list the groups of the path", `group list --query "sort([].name)"`, [
    "onestream-dev-rg",
    "onestream-prod-rg",
    "onestream-shared-rg",
    "onestream-staging-rg",
  ]),
  row(
    auditor,
    "show a group",
    "group show --name onestream-dev-rg --query properties.provisioningState",
    "Succeeded",
  ),
  row(
    auditor,
    "find what a group holds",
    `resource list --resource-group onestream-dev-rg --query "[].name"`,
    ["onestreamdev"],
  ),
]);

tries(sandbox, "az acr import", [
  row(
    stagingPromoter,
    "import from dev into staging",
    `acr import --name onestreamstaging --registry onestreamdev --source ${image} --image ${tag}`,
  ),
  refusedRow(
    stagingPromoter,
    "import onto the tag again",
    `acr import --name onestreamstaging --registry onestreamdev --source ${image} --image ${tag}`,
    `(Conflict) Tag ${tag} already exists in target registry.`,
  ),
  refusedRow(
    promoter,
    "import from dev into prod",
    `acr import --name onestreamprod --registry ${registryIdOf("dev")} --source ${image} --image ${tag}`,
    `(LinkedAuthorizationFailed) The client '${promoter}' with object id '<id>' has permission to perform action ` +
      `'Microsoft.ContainerRegistry/registries/importImage/action' on scope '${registryIdOf("prod")}'; however, it does not have ` +
      `permission to perform action 'Microsoft.ContainerRegistry/registries/read' on the linked scope(s) '${registryIdOf("dev")}' ` +
      "or the linked scope(s) are invalid.",
  ),
  row(
    promoter,
    "import from staging into prod",
    `acr import --name onestreamprod --registry onestreamstaging --source ${image} --image ${tag}`,
  ),
  refusedRow(
    auditor,
    "import from staging into prod",
    `acr import --name onestreamprod --registry onestreamstaging --source ${image} --image ${tag}`,
    refused(auditor, "Microsoft.ContainerRegistry/registries/importImage/action", registryIdOf("prod")),
  ),
]);

tries(sandbox, "az acr repository", [
  row(promoter, "list the repositories of prod", "acr repository list --name onestreamprod", [repository]),
  row(
    promoter,
    "show a tag",
    `acr repository show --name onestreamprod --image ${tag} --query [digest,changeableAttributes]`,
    [digests["1.0.0"], unlocked],
  ),
  row(
    promoter,
    "show tags",
    `acr repository show-tags --name onestreamprod --repository ${repository} --detail --query "[].[name,digest]"`,
    [["1.0.0", digests["1.0.0"]]],
  ),
  row(
    promoter,
    "show manifests",
    `acr repository show-manifests --name onestreamprod --repository ${repository} --query "[].digest"`,
    [digests["1.0.0"]],
  ),
  row(
    promoter,
    "list manifests with what is known of them",
    `acr manifest list-metadata --registry onestreamprod --name ${repository} --query "[].tags"`,
    [["1.0.0"]],
  ),
  row(
    promoter,
    "read a manifest",
    `acr manifest show --registry onestreamprod --name ${tag} --query mediaType`,
    "application/vnd.oci.image.manifest.v1+json",
  ),
  refusedRow(
    auditor,
    "lock an image",
    `acr repository update --name onestreamprod --image ${tag} --delete-enabled false`,
    denied(auditor, `change the attributes of ${repository} in`, "prod", "repositories/metadata/write"),
  ),
  row(
    promoter,
    "lock a tag",
    `acr repository update --name onestreamprod --image ${tag} --write-enabled false --delete-enabled false --query changeableAttributes`,
    { ...unlocked, deleteEnabled: false, writeEnabled: false },
  ),
  row(
    promoter,
    "lock a manifest",
    `acr repository update --name onestreamprod --image ${image} --delete-enabled false --query changeableAttributes.deleteEnabled`,
    false,
  ),
  refusedRow(
    promoter,
    "delete an image",
    `acr repository delete --name onestreamprod --image ${tag} --yes`,
    denied(promoter, `delete from ${repository} in`, "prod", "repositories/content/delete"),
  ),
  refusedRow(
    auditor,
    "delete a repository",
    `acr repository delete --name onestreamprod --repository ${repository} --yes`,
    denied(auditor, `delete from ${repository} in`, "prod", "repositories/content/delete"),
  ),
  refusedRow(
    "iam_team",
    "find dev's registry, whose resource the team may not read",
    `acr repository show-tags --name onestreamdev --repository ${repository}`,
    unseen("onestreamdev"),
  ),
]);

const images = (command: string): string[] => ["acr", "repository", ...command.split(" ")];

tries(sandbox, "az acr repository, at the registry's own host", [
  {
    who: "iam_team",
    does: "show the tags of the team's repository in dev",
    attempt: async (who) =>
      expect(await cli.azAt(who, "dev", ...images(`show-tags --repository ${repository}`))).toHaveLength(2),
  },
  {
    who: "iam_team",
    does: "delete the team's image in dev",
    attempt: (who) => cli.azAt(who, "dev", ...images(`delete --image ${image} --yes`)),
    refusal: denied(member, `delete from ${repository} in`, "dev", "repositories/content/delete"),
  },
  {
    who: "iam_team",
    does: "list the repositories of dev",
    attempt: (who) => cli.azAt(who, "dev", ...images("list")),
    refusal: denied(member, "list the repositories of", "dev", "catalog/read"),
  },
  {
    who: deployer,
    does: "show an image in prod",
    attempt: async (who) =>
      expect(await cli.azAt(who, "prod", ...images(`show --image ${tag}`))).toMatchObject({
        digest: digests["1.0.0"],
      }),
  },
  {
    who: deployer,
    does: "lock it",
    attempt: (who) => cli.azAt(who, "prod", ...images(`update --image ${tag} --write-enabled true`)),
    refusal: denied(
      deployer,
      `change the attributes of ${repository} in`,
      "prod",
      "repositories/metadata/write",
    ),
  },
  {
    who: custodian,
    does: "delete the locked image in prod",
    attempt: (who) => cli.azAt(who, "prod", ...images(`delete --image ${image} --yes`)),
    refusal: `Error: The operation is disallowed on this registry, repository or image: manifest <digest> of ${repository} is locked (deleteEnabled is false).`,
  },
]);

const prodGroup = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg";
const scopeMap = (name: string) =>
  `acr scope-map create --registry onestreamdev --name ${name} --repository ${repository} content/read --query name`;

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
  refusedRow(
    platform,
    "make a scope map",
    scopeMap("others"),
    refused(
      platform,
      "Microsoft.ContainerRegistry/registries/scopeMaps/write",
      `${registryIdOf("dev")}/scopeMaps/others`,
    ),
  ),
  refusedRow(
    promoter,
    "make a token",
    "acr token create --registry onestreamprod --name mine --scope-map _repositories_pull",
    refused(
      promoter,
      "Microsoft.ContainerRegistry/registries/tokens/write",
      `${registryIdOf("prod")}/tokens/mine`,
    ),
  ),
]);

const assign = (role: string) =>
  `role assignment create --assignee-object-id 00000000-0000-4000-8000-000000000001 --assignee-principal-type ServicePrincipal ` +
  `--name 99999999-9999-4999-8999-999999999999 --role "${role}" --scope ${registryIdOf("prod")}`;

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
    refused(member, "Microsoft.Authorization/roleAssignments/read", prodGroup),
  ),
  refusedRow(
    platform,
    "assign AcrPush on prod",
    assign("AcrPush"),
    refused(
      platform,
      "Microsoft.Authorization/roleAssignments/write",
      `${registryIdOf("prod")}/providers/Microsoft.Authorization/roleAssignments/99999999-9999-4999-8999-999999999999`,
    ),
  ),
  refusedRow(
    promoter,
    "assign anything on prod",
    assign("8311e382-0749-4cb8-b61a-304f252e45ec"),
    refused(
      promoter,
      "Microsoft.Authorization/roleAssignments/write",
      `${registryIdOf("prod")}/providers/Microsoft.Authorization/roleAssignments/99999999-9999-4999-8999-999999999999`,
    ),
  ),
]);

// The cloud has no suffix for vaults, so that the name is the host.
const vault = `localhost:${sandbox.port - 1}`;
const keyOf = (name: string): string => `--vault-name ${vault} --name ${name}`;
const inVault = (who: string, action: string, below = "") =>
  `(Forbidden) Caller is not authorized to perform action on resource. Caller: '${who}' (<id>); Action: 'Microsoft.KeyVault/vaults/keys/${action}'; ` +
  `Resource: '/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-signing-kv${below}'.`;
const hash = createHash("sha256").update("an image").digest("base64");

tries(sandbox, "az keyvault", [
  row(
    auditor,
    "find the vault by its name alone",
    "keyvault show --name onestream-signing-kv --query properties.vaultUri",
    `https://${vault}/`,
  ),
  row(builder, "show the signing key", `keyvault key show ${keyOf("cosign")} --query key.[kty,crv,keyOps]`, [
    "EC",
    "P-256",
    ["sign", "verify"],
  ]),
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
  refusedRow(promoter, "list the keys", `keyvault key list --vault-name ${vault}`, inVault(promoter, "read")),
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
