import { servesAzureClients } from "./clients/azure-clients";
import { goPrograms } from "./clients/go-clients";
import { servesOrdinaryClients } from "./clients/ordinary-clients";
import { servesSkopeo } from "./clients/skopeo-rows";
import { environments } from "./story/world";
import { succeeded, TestSandbox } from "../support/sandbox";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17483);
const programs = goPrograms();

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  succeeded(await sandbox.up("shared"));
  (await Promise.all(environments.map((environment) => sandbox.up(environment)))).forEach(succeeded);
});
afterAll(() => sandbox.remove());

describe("Microsoft's own clients", () => servesAzureClients(sandbox));

if (programs) {
  describe("ordinary clients", () => {
    servesOrdinaryClients(sandbox, programs);
    servesSkopeo(sandbox, programs.skopeo);
  });
} else {
  // On a user's machine the rest counts.
  test("ran without crane, cosign and skopeo: no Go", () => {
    if (process.env.CI === "true")
      throw new Error("crane, cosign and skopeo have to be seen working in CI. Install Go");
  });
}
