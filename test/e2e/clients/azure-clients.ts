import { createHash } from "node:crypto";
import { text } from "node:stream/consumers";
import type { TestSandbox } from "../../support/sandbox";
import { holdsNothing, iamAlone, tries } from "./attempts";
import { all, AzureClients, registryIdOf } from "./azure";

const repository = "iam/from-azure";
const builder = "sp-onestream-dev-pipeline";
const stagingPromoter = "sp-onestream-staging-pipeline";
const promoter = "sp-onestream-prod-pipeline";
const custodian = "sp-onestream-prod-custodian";
const deployer = "sp-production-deploy";
const preview = "sp-onestream-preview";
const member = "a member of iam_team";

const refused = (code: string, message: string, detail?: unknown) =>
  JSON.stringify({ errors: [{ code, message, detail }] });
const detailOf = (type: string, name: string, ...actions: string[]) =>
  actions.map((action) => ({ Type: type, Name: name, Action: action }));
const denied = (message: string, actions: string[], name = repository) =>
  refused("UNAUTHORIZED", message, detailOf("repository", name, ...actions));
const locked = (what: string) =>
  refused(
    "REGISTRY_DISALLOWED_OPERATION",
    `The operation is disallowed on this registry, repository or image: ${what} of ${repository} is locked (deleteEnabled is false)`,
  );
const unauthorized = (who: string, action: string, scope: string) =>
  `The client '${who}' with object id '<id>' does not have authorization to perform action '${action}' over scope '${scope}'.`;

const hash = createHash("sha256").update("an image").digest();
const inVault = (who: string, action: string) =>
  `Caller is not authorized to perform action on resource. Caller: '${who}' (<id>); Action: 'Microsoft.KeyVault/vaults/keys/${action}'; ` +
  "Resource: '/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-shared-rg/providers/Microsoft.KeyVault/vaults/onestream-signing-kv/keys/cosign'.";

/** Microsoft's own clients: what the matrix grants works, and what it doesn't is refused. */
export function servesAzureClients(sandbox: TestSandbox): void {
  const azure = new AzureClients(sandbox);
  let digest: string;
  const image = () => `${repository}@${digest}`;
  const artifact = async (as: string) => (await azure.registry(as, "prod")).getArtifact(repository, digest);
  const locks = { canWrite: false, canDelete: false };

  tries(sandbox, "@azure/identity", [
    {
      who: builder,
      does: "sign in",
      attempt: async (who) => (await azure.credential(who)).getToken("https://management.azure.com/.default"),
    },
    {
      who: promoter,
      does: "sign in with the builder's federated token",
      attempt: async (who) =>
        (await azure.credential(who, builder)).getToken("https://management.azure.com/.default"),
      refusal:
        "invalid_client: Error(s): 700213 - Timestamp: Not Available - Description: AADSTS700213: No matching federated identity record found " +
        "for presented assertion subject 'repo:onestream/platform:environment:dev', issuer 'https://token.actions.githubusercontent.com' and " +
        "audience 'api://AzureADTokenExchange' of 'sp-onestream-prod-pipeline'. - Correlation ID: Not Available - Trace ID: Not Available",
    },
  ]);

  tries(sandbox, "@azure/container-registry", [
    {
      who: builder,
      does: `push ${repository} to dev`,
      attempt: async (who) => (digest = await azure.push(who, "dev", repository, "1.0.0")),
    },
    {
      who: "iam_team",
      does: `pull ${repository} from dev`,
      attempt: async (who) => {
        const client = await azure.content(who, "dev", repository);
        const pulled = await client.getManifest("1.0.0");
        expect(pulled.digest).toBe(digest);
        const [layer] = (pulled.manifest as { layers: { digest: string }[] }).layers;
        const { content } = await client.downloadBlob(layer.digest);
        expect(await text(content)).toBe(`${repository} by Microsoft's own client`);
      },
    },
    {
      who: "iam_team",
      does: `list the tags of ${repository} in dev`,
      attempt: async (who) => {
        const client = await azure.registry(who, "dev");
        const tags = await all(client.getArtifact(repository, digest).listTagProperties());
        expect(tags.map(({ name, digest: of, canWrite }) => ({ name, of, canWrite }))).toEqual([
          { name: "1.0.0", of: digest, canWrite: true },
        ]);
      },
    },
    {
      who: builder,
      does: "list the repositories of dev",
      attempt: async (who) =>
        expect(await all((await azure.registry(who, "dev")).listRepositoryNames())).toEqual([repository]),
    },
    {
      who: "iam_team",
      does: "list the repositories of dev",
      attempt: async (who) => all((await azure.registry(who, "dev")).listRepositoryNames()),
      refusal: refused(
        "UNAUTHORIZED",
        `${member} may not list the repositories of onestreamdev: ${holdsNothing(member, "onestreamdev", "catalog/read")}`,
        detailOf("registry", "catalog", "*"),
      ),
    },
    {
      who: "iam_team",
      does: "push onestream/portal to dev",
      attempt: (who) => azure.push(who, "dev", "onestream/portal", "1.0.0"),
      refusal: denied(
        `${member} may not push to onestream/portal in onestreamdev: ${iamAlone}`,
        ["pull", "push"],
        "onestream/portal",
      ),
    },
    {
      who: "iam_team",
      does: "pull onestream/portal from dev",
      attempt: async (who) => (await azure.content(who, "dev", "onestream/portal")).getManifest("1.0.0"),
      refusal: denied(
        `${member} may not pull from onestream/portal in onestreamdev: ${iamAlone}`,
        ["pull"],
        "onestream/portal",
      ),
    },
    {
      who: preview,
      does: `push ${repository} to dev`,
      attempt: (who) => azure.push(who, "dev", repository, "1.0.1"),
      refusal: denied(
        `${preview} may not push to ${repository} in onestreamdev: ${holdsNothing(preview, "onestreamdev", "repositories/content/write")}`,
        ["pull", "push"],
      ),
    },
    {
      who: promoter,
      does: `push ${repository} to prod`,
      attempt: (who) => azure.push(who, "prod", repository, "1.0.1"),
      refusal: denied(
        `${promoter} may not push to ${repository} in onestreamprod: ${holdsNothing(promoter, "onestreamprod", "repositories/content/write")}`,
        ["pull", "push"],
      ),
    },
  ]);

  tries(sandbox, "@azure/arm-containerregistry", [
    {
      who: builder,
      does: `import ${repository} into staging`,
      attempt: (who) => azure.importImage(who, "dev", "staging", image(), "1.0.0"),
      refusal: unauthorized(
        builder,
        "Microsoft.ContainerRegistry/registries/importImage/action",
        registryIdOf("staging"),
      ),
    },
    {
      who: stagingPromoter,
      does: `import ${repository} from dev into staging`,
      attempt: (who) => azure.importImage(who, "dev", "staging", image(), "1.0.0"),
    },
    {
      who: promoter,
      does: `import ${repository} from dev into prod`,
      attempt: (who) => azure.importImage(who, "dev", "prod", image(), "1.0.0"),
      refusal:
        `The client '${promoter}' with object id '<id>' has permission to perform action ` +
        `'Microsoft.ContainerRegistry/registries/importImage/action' on scope '${registryIdOf("prod")}'; however, it does not have permission ` +
        `to perform action 'Microsoft.ContainerRegistry/registries/read' on the linked scope(s) '${registryIdOf("dev")}' ` +
        "or the linked scope(s) are invalid.",
    },
    {
      who: promoter,
      does: `import ${repository} from staging into prod`,
      attempt: (who) => azure.importImage(who, "staging", "prod", image(), "1.0.0"),
    },
    {
      who: preview,
      does: "read the settings of prod's registry",
      attempt: async (who) => {
        const { registries } = await azure.management(who);
        expect((await registries.get("onestream-prod-rg", "onestreamprod")).adminUserEnabled).toBe(false);
      },
    },
    {
      who: "iam_team",
      does: "read the settings of prod's registry",
      attempt: async (who) =>
        (await azure.management(who)).registries.get("onestream-prod-rg", "onestreamprod"),
      refusal: unauthorized(member, "Microsoft.ContainerRegistry/registries/read", registryIdOf("prod")),
    },
  ]);

  tries(sandbox, "@azure/keyvault-keys", [
    {
      who: builder,
      does: "sign with the vault's key, and verify",
      attempt: async (who) => {
        const client = await azure.signingKey(who);
        const { result } = await client.sign("ES256", hash);
        expect((await client.verify("ES256", hash, result)).result).toBe(true);
      },
    },
    {
      who: promoter,
      does: "sign with the vault's key",
      attempt: async (who) => (await azure.signingKey(who)).sign("ES256", hash),
      refusal: inVault(promoter, "sign/action"),
    },
    {
      who: builder,
      does: "delete the vault's key",
      attempt: async (who) => (await azure.keys(who)).beginDeleteKey("cosign"),
      refusal: inVault(builder, "delete"),
    },
  ]);

  tries(sandbox, "@azure/container-registry in prod", [
    {
      who: deployer,
      does: `lock ${repository}`,
      attempt: async (who) => (await artifact(who)).updateTagProperties("1.0.0", locks),
      refusal: denied(
        `${deployer} may not change the attributes of ${repository} in onestreamprod: ${holdsNothing(deployer, "onestreamprod", "repositories/metadata/write")}`,
        ["metadata_write"],
      ),
    },
    {
      who: promoter,
      does: `lock ${repository}`,
      attempt: async (who) => {
        const tag = await (await artifact(who)).updateTagProperties("1.0.0", locks);
        expect(tag).toMatchObject(locks);
        await (await artifact(who)).updateManifestProperties({ canDelete: false });
      },
    },
    {
      who: custodian,
      does: `delete the locked ${repository}`,
      attempt: async (who) => (await artifact(who)).delete(),
      refusal: locked("manifest <digest>"),
    },
    {
      who: custodian,
      does: "delete the locked tag",
      attempt: async (who) => (await artifact(who)).deleteTag("1.0.0"),
      refusal: locked("tag 1.0.0"),
    },
    {
      who: deployer,
      does: `delete ${repository}`,
      attempt: async (who) => (await artifact(who)).delete(),
      refusal: denied(
        `${deployer} may not delete from ${repository} in onestreamprod: ${holdsNothing(deployer, "onestreamprod", "repositories/content/delete")}`,
        ["delete"],
      ),
    },
    {
      who: deployer,
      does: `pull ${repository} by digest`,
      attempt: async (who) => {
        const pulled = await (await azure.content(who, "prod", repository)).getManifest(digest);
        expect(pulled.digest).toBe(digest);
      },
    },
  ]);
}
