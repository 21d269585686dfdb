import { AzureCli, azureCliProgram } from "./clients/azure-cli";
import { servesAccessToAzureCli } from "./clients/azure-cli-access";
import { servesRegistriesToAzureCli } from "./clients/azure-cli-registries";
import { environments, pushSigned } from "./story/world";
import { succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(600_000);

const program = azureCliProgram();

if (program) {
  const sandbox = new TestSandbox(17623);
  const cli = new AzureCli(sandbox, program);

  beforeAll(async () => {
    succeeded(await sandbox.airlock(["sandbox", "start"]));
    sandbox.trust();
    succeeded(await sandbox.up("shared"));
    (await Promise.all(environments.map((environment) => sandbox.up(environment)))).forEach(succeeded);
    await pushSigned(sandbox, "1.0.0");
  });
  afterAll(() => sandbox.remove());

  servesRegistriesToAzureCli(sandbox, cli);
  servesAccessToAzureCli(sandbox, cli);
} else {
  // Counted as left out, which the last line of a run says.
  test.skip("the Azure CLI", () => undefined);
}
