import { digests, repository } from "../story/world";
import type { TestSandbox } from "../../support/sandbox";
import { holdsNothing, tries } from "./attempts";
import { registryIdOf } from "./azure";
import type { AzureCli } from "./azure-cli";
import { azureCliRows, unauthorized } from "./azure-cli-rows";

const builder = "sp-onestream-dev-pipeline";
const stagingPromoter = "sp-onestream-staging-pipeline";
const promoter = "sp-onestream-prod-pipeline";
const custodian = "sp-onestream-prod-custodian";
const deployer = "sp-production-deploy";
const auditor = "sp-onestream-drift";
const member = "a member of iam_team";

const image = `${repository}@${digests["1.0.0"]}`;
const tag = `${repository}:1.0.0`;
const unlocked = { deleteEnabled: true, listEnabled: true, readEnabled: true, writeEnabled: true };

const denied = (who: string, verb: string, environment: string, right: string) =>
  `Error: ${who} may not ${verb} onestream${environment}: ${holdsNothing(who, `onestream${environment}`, right)}.`;
const unseen = (registry: string) =>
  `The resource with name '${registry}' and type 'Microsoft.ContainerRegistry/registries' could not be found in ` +
  "subscription 'sandbox (<id>)'.";
const images = (command: string): string[] => ["acr", "repository", ...command.split(" ")];

/** Signing in, and registries with what they hold. Version 1.0.0 is in dev, signed. */
export function servesRegistriesToAzureCli(sandbox: TestSandbox, cli: AzureCli): void {
  const { row, refusedRow } = azureCliRows(cli);

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
      unauthorized(member, "Microsoft.ContainerRegistry/registries/read", registryIdOf("prod")),
    ),
    row(auditor, "list the groups of the path", `group list --query "sort([].name)"`, [
      "onestream-dev-rg",
      // The drift reader reads what prod's stack assigns there.
      "onestream-prod-aks-rg",
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
      unauthorized(
        auditor,
        "Microsoft.ContainerRegistry/registries/importImage/action",
        registryIdOf("prod"),
      ),
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
}
