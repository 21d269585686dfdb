import type * as pulumi from "@pulumi/pulumi";
import { type EnvironmentRegistry, RegistryPassword, type SecretsVault } from "../components";
import { passwordDue } from "../model/poc/password";
import { secretsVaultId } from "../model/physical-names";
import type { Environment } from "../model/promotion-path";
import { names } from "./naming";
import { settings } from "./settings";

/** A registry of the proof of concept. */
interface Made {
  readonly environment: Environment;
  readonly id: string;
  readonly registry: EnvironmentRegistry;
}

/**
 * The passwords of clients that can't sign in without one. The update that comes first in the last third of a password's life
 * makes the next. Returns the addresses of their secrets.
 */
export function makePasswords(
  made: readonly Made[],
  principals: Readonly<Record<string, pulumi.Output<string>>>,
  vault: SecretsVault,
): Record<string, pulumi.Output<string>> {
  const addresses = Object.entries(settings.poc!.passwords).map(([name, stated]) => {
    const { environment, id, registry } = made.find((one) => one.environment.name === stated.environment)!;
    const password = new RegistryPassword(
      name,
      {
        reason: stated.reason,
        repositories: [...stated.repositories],
        ...passwordDue(stated, new Date()),
        subscriptionId: settings.subscriptionId,
        registry: {
          registryId: id,
          registryName: environment.registry,
          resourceGroupName: names.resourceGroup(environment.name),
          loginServer: environment.host,
          permissionMode: environment.mode,
        },
        vault: {
          vaultId: secretsVaultId(settings),
          vaultName: names.secretsVault,
          resourceGroupName: names.resourceGroup("shared"),
        },
        readerId: principals[stated.identity],
      },
      { dependsOn: [registry, vault] },
    );
    return [name, password.secretUri] as const;
  });
  return Object.fromEntries(addresses);
}
