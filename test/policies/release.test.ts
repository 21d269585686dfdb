import { passwordExpires } from "../../model/release/password";
import { passwordVaultId } from "../../model/release/password-vault";
import { stackFacts } from "../../policies/stack-facts";
import { ReleaseAccess, ReleaseHistory } from "../../components";
import { gitHubEnvironmentSubjects } from "../../model/federated-subject";
import { registriesOf } from "../../model/promotion-path";
import { phaseOf, type Release } from "../../model/release/release";
import { stagesOf, stageTag } from "../../model/release/stages";
import { happenedTo } from "../../model/release/steps-back";
import { rules } from "../../policies/pack";
import type { Resource } from "../../policies/rule";
import type { StackFacts } from "../../policies/stack-facts";
import { readProperties } from "../../policies/values";
import { messages } from "../../tools/docs/judge";
import { register } from "../support/recorder";
import { registryId, releaseStack } from "./support/stacks";

const closed = { closing: "2026-11-21T10:00:00Z", closed: "2026-11-21T10:05:00Z" };
const opened = "2026-11-20T10:00:00Z";

/** What the program of a release's stack registers. */
async function programOf({ settings }: StackFacts): Promise<Resource[]> {
  const release = settings.release!;
  const { passwordVault } = settings.releases;
  const build = () => {
    new ReleaseHistory(release.version, { version: release.version, ...happenedTo(release) });
    for (const stage of stagesOf(settings.path)) {
      const { name, protected: guarded } = stage.environment;
      const phase = phaseOf(release, name);
      if (phase === "waiting") continue;
      const tag = stageTag(release.version, stage);
      new ReleaseAccess(`${release.version}-${name}`, {
        version: release.version,
        environment: name,
        tag,
        repositories: [...release.repositories],
        protected: guarded,
        phase,
        expires: passwordExpires(release.stages[name], settings.releases),
        tenantId: "11111111-1111-4111-8111-111111111111",
        subscriptionId: settings.subscriptionId,
        registry: {
          registryId: registryId(name),
          registryName: registriesOf(stage.environment)[0].registry,
          resourceGroupName: `contoso-${name}-rg`,
          loginServer: stage.environment.host,
          permissionMode: "abac",
        },
        ...(passwordVault && {
          vault: {
            vaultId: passwordVaultId(settings, passwordVault),
            vaultName: passwordVault.name,
            resourceGroupName: passwordVault.resourceGroup,
          },
        }),
        gitHub: {
          repository: settings.github.repository,
          federatedSubjects: gitHubEnvironmentSubjects(settings.github, tag),
        },
      });
    }
  };
  const registered = await register(build, ({ type, name }) =>
    /:(?:Application|ServicePrincipal)$/.test(type) ? { clientId: clientIdOf(name), objectId: name } : {},
  );
  return registered.map(({ type, name, inputs }) => ({
    type,
    name,
    properties: readProperties({ ...inputs, ...(inputs.scopeMapId !== undefined && scopeMapOf(inputs)) }),
    urn: `urn:pulumi:release-v0.0.1::contoso::${type}::${name}`,
    custom: !type.endsWith(":ReleaseAccess"),
    outputs: () => ({ id: `id-of-${name}`, clientId: clientIdOf(name) }),
  }));
}

const clientIdOf = (name: string) =>
  `cccccccc-0000-4000-8000-00000000000${name.includes("staging") ? "1" : "2"}`;

// Under mocks a scope map's id is none of Azure's.
const scopeMapOf = ({ registryName, tokenName }: Record<string, unknown>) => ({
  scopeMapId: `${registryId(String(registryName).replace("contoso", ""))}/scopeMaps/${String(tokenName)}`,
});

const said = (stack: StackFacts, program: readonly Resource[]) =>
  rules.flatMap((rule) => messages(rule, stack, program).map((text) => `${rule.name}: ${text}`));

test.each<[string, Release["stages"]]>([
  ["its first stage is open", { staging: { opened } }],
  ["its first stage is closing", { staging: { opened, closing: closed.closing } }],
  ["its last stage is open", { staging: { opened, ...closed }, prod: { opened: closed.closed, by: "erin" } }],
])("every policy lets a release pass whose %s", async (_, stages) => {
  const stack = releaseStack({ stages });
  expect(said(stack, await programOf(stack))).toEqual([]);
});

describe("with the passwords in a key vault", () => {
  const { settings, today } = releaseStack({ stages: { staging: { opened } } });
  const passwordVault = { name: "contoso-releases-kv", resourceGroup: "contoso-shared-rg" };
  const inVault = stackFacts({ ...settings, releases: { ...settings.releases, passwordVault } }, today);

  test("every policy lets the account read its own secret", async () => {
    expect(said(inVault, await programOf(inVault))).toEqual([]);
  });

  test.each([
    ["the whole vault", (scope: string) => scope.replace(/\/secrets\/.*/, "")],
    ["another secret", (scope: string) => scope.replace("v0-0-1", "v0-0-2")],
    ["the secret of another password", (scope: string) => scope.replace(/\d{14}$/, "20261128100000")],
  ])("but not %s", async (_, wider) => {
    const program = (await programOf(inVault)).map((one) =>
      one.name === "v0.0.1-staging-secret"
        ? { ...one, properties: { ...one.properties, scope: wider(String(one.properties.scope)) } }
        : one,
    );
    expect(said(inVault, program)).toEqual([
      expect.stringMatching(
        /^access-restrict-matrix: no cell of the access matrix accounts for Key Vault Secrets User on /,
      ),
    ]);
  });
});
