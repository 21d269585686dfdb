import { Provider } from "@pulumi/github/provider";
import * as pulumi from "@pulumi/pulumi";
import { ReleaseAccess, ReleaseHistory } from "../components";
import { gitHubEnvironmentSubjects } from "../model/federated-subject";
import { registryId } from "../model/physical-names";
import { registriesOf } from "../model/promotion-path";
import { passwordExpires } from "../model/release/password";
import { passwordVaultId } from "../model/release/password-vault";
import { phaseOf, type Release } from "../model/release/release";
import { type Stage, stagesOf, stageTag } from "../model/release/stages";
import { happenedTo } from "../model/release/steps-back";
import { names } from "./naming";
import { settings } from "./settings";
import { requiredTenant } from "./tenant";

const release = required(settings.release);
const tenantId = requiredTenant();
const { passwordVault } = settings.releases;
const gitHub = new Provider("github", { owner: settings.github.owner });

/** The stages that were reached, in their order; none of a release whose accounts are to be gone. */
const reached = stagesOf(settings.path).filter(
  ({ environment }) => release.deleted === undefined && phaseOf(release, environment.name) !== "waiting",
);

const made: { readonly stage: Stage; readonly access: ReleaseAccess }[] = [];
// What is closed comes first, and then what the last update carried out: the history calls closed what is proven to be, and
// refuses a file that takes anything of it back before an account of the stage that is not closed is made or enabled.
const isClosed = ({ environment }: Stage) => phaseOf(release, environment.name) === "closed";
for (const stage of reached.filter(isClosed)) make(stage);
const history = new ReleaseHistory(
  release.version,
  { version: release.version, ...happenedTo(release) },
  { dependsOn: made.map(({ access }) => access) },
);
for (const stage of reached.filter((one) => !isClosed(one))) make(stage, history);

/** A stage waits for all that is proven of those before it, so that no two are ever alive at once. */
function make(stage: Stage, ...after: pulumi.Resource[]): void {
  const dependsOn = [...made.map(({ access }) => access), ...after];
  made.push({ stage, access: new ReleaseAccess(...accessArgs(stage), { providers: [gitHub], dependsOn }) });
}

function accessArgs(stage: Stage): [name: string, args: ConstructorParameters<typeof ReleaseAccess>[1]] {
  const { version, repositories, stages } = release;
  const { name, protected: guarded } = stage.environment;
  const [registry] = registriesOf(stage.environment);
  const tag = stageTag(version, stage);
  return [
    `${version}-${name}`,
    {
      version,
      environment: name,
      tag,
      repositories: [...repositories],
      protected: guarded,
      phase: phaseOf(release, name),
      expires: passwordExpires(stages[name], settings.releases),
      tenantId,
      subscriptionId: settings.subscriptionId,
      registry: {
        registryId: registryId(settings, registry),
        registryName: registry.registry,
        resourceGroupName: names.resourceGroup(name),
        loginServer: registry.host,
        permissionMode: registry.mode,
      },
      gitHub: {
        repository: settings.github.repository,
        federatedSubjects: gitHubEnvironmentSubjects(settings.github, tag),
      },
      ...(passwordVault && {
        vault: {
          vaultId: passwordVaultId(settings, passwordVault),
          vaultName: passwordVault.name,
          resourceGroupName: passwordVault.resourceGroup,
        },
      }),
    },
  ];
}

function required(stated: Release | undefined): Release {
  if (stated !== undefined) return stated;
  throw new pulumi.RunError(`${pulumi.getProject()}:release is missing in the file of this stack`);
}

/** By stage: who signs in and where. The password is in the stage's GitHub environment, and no output. */
export const accounts = Object.fromEntries(
  made.map(({ stage, access }) => {
    const { name, host } = stage.environment;
    return [
      name,
      {
        tag: stageTag(release.version, stage),
        phase: phaseOf(release, name),
        gitHubAccount: access.gitHubAccount,
        clientId: access.clientId,
        registryAccount: access.registryAccount,
        loginServer: host,
        passwordExpires: passwordExpires(release.stages[name], settings.releases),
      },
    ];
  }),
);
/** By stage that is closed: when nobody got in any more, and until when an access token issued before can live. */
export const proofs = Object.fromEntries(
  made.flatMap(({ stage, access: { provenAt, accessTokensLiveUntil } }) =>
    provenAt === undefined ? [] : [[stage.environment.name, { provenAt, accessTokensLiveUntil }]],
  ),
);
