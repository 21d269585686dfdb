import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { passwordExpires } from "../../../model/release/password";
import { passwordSecret, passwordVaultId } from "../../../model/release/password-vault";
import type { Release } from "../../../model/release/release";
import { succeeded } from "../../support/sandbox";
import type { ReleaseSandbox } from "./world";

const version = "v3.0.2";
const stack = `release-${version}`;
const stage = { version, environment: "qa" };
// The vault that there is: a project has one of its own for this.
const vault = { name: "shop-signing-kv", resourceGroup: "shop-shared-rg" };
const vaultId = passwordVaultId({ subscriptionId: "22222222-2222-4222-8222-222222222222" }, vault);

/** The password in a key vault, where the stage's account alone reads it, until the stage closes. */
export function handsPasswordsToVault(sandbox: ReleaseSandbox): void {
  const file = () => join(sandbox.workspace, "Pulumi.yaml");
  let project: string;

  beforeAll(() => {
    project = readFileSync(file(), "utf8");
    const place = `passwordVault: { name: ${vault.name}, resourceGroup: ${vault.resourceGroup} }`;
    writeFileSync(file(), project.replace(/^( +)managers:$/m, `$1${place}\n$&`));
  });
  afterAll(() => writeFileSync(file(), project));

  // Who makes releases has rights on that vault, which its owner gives.
  const update = async () => succeeded(await sandbox.up(stack, { as: "administrator" }));
  const inVault = async () => {
    const { config } = parse(readFileSync(join(sandbox.workspace, `Pulumi.${stack}.yaml`), "utf8")) as {
      config: { "shop:release": Release };
    };
    const { qa } = config["shop:release"].stages;
    const secretId = `${vaultId}/secrets/${passwordSecret(stage, passwordExpires(qa, { passwordDays: 7 }))}`;
    const [secret, assignments] = await Promise.all([
      sandbox.inAzure<{ properties: object }>(`${secretId}?api-version=2024-11-01`),
      sandbox.inAzure<{ value: { properties: { scope: string; roleDefinitionId: string } }[] }>(
        `${vaultId}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01`,
      ),
    ]);
    const roles = assignments!.value
      .filter(({ properties: { scope } }) => scope === secretId)
      .map(({ properties: { roleDefinitionId } }) => roleDefinitionId.split("/").pop());
    return { secret: secret && Object.keys(secret.properties).sort(), roles };
  };

  test("the secret and the right to read it are there while the stage is open", async () => {
    await sandbox.release("create", version, "--repositories", "iam/login");
    succeeded(await sandbox.pulumi(["stack", "init", stack, "--no-select"]));
    await update();
    expect(await inVault()).toEqual({
      // The value is none of what Azure tells.
      secret: ["attributes", "contentType", "secretUri", "secretUriWithVersion"],
      roles: ["4633458b-17de-408a-b874-0445c86b69e6"],
    });
    expect(await sandbox.resources(version)).not.toContain(
      "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
    );
  });

  test("and gone when it closes", async () => {
    await sandbox.release("close", version, "--by", "carol", "--reason", "a bug");
    await update();
    expect(await inVault()).toEqual({ secret: undefined, roles: [] });
    expect(await sandbox.alive(version)).toEqual([]);
  });
}
