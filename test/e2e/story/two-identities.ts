import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, succeeded, type Ran, type TestSandbox } from "../../support/sandbox";
import { digests, heldIn, projectFile, promoters, repository, withEdit } from "./world";

const subscription = "/subscriptions/22222222-2222-4222-8222-222222222222";
const group = `${subscription}/resourceGroups/onestream-prod-rg`;
const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/onestreamprod`;

/** The platform owns the stack, and the promoter moves its images: whatever else a promotion carries, Azure refuses. */
export function keepsTheTwoIdentitiesApart(sandbox: TestSandbox): void {
  const as = promoters.prod;
  const digest = digests["1.1.0"];

  test("a change of the registry, hidden in a promotion, is refused and nothing is imported", async () => {
    const hidden = await withEdit(
      projectFile(sandbox),
      (text) => text.replace("owner: platform_team", "owner: somebody_else"),
      () => sandbox.up("prod", { as }),
    );
    expect(hidden.exitCode).not.toBe(0);
    expect(refusals(hidden)).toEqual([
      "azure-native:resources:ResourceGroup (prod-rg): " +
        refusal("Microsoft.Resources/subscriptions/resourceGroups/write", group),
    ]);
    expect(await heldIn(sandbox, "prod", "1.1.0")).toBeUndefined();
  });

  test("a role assignment that waits for the image is refused, and the image is whole", async () => {
    // The pack would refuse it before anything is made; whoever leaves the pack out meets Azure.
    const args = ["up", "-s", "prod", "--yes", "--skip-preview", "--suppress-progress"];
    const hidden = await sandbox.pulumi(args, { as, cwd: withRoleAssignment(sandbox) });
    expect(hidden.exitCode).not.toBe(0);
    const assignment =
      "providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000002";
    expect(refusals(hidden)).toEqual([
      "azure-native:authorization:RoleAssignment (just-this-once): " +
        refusal("Microsoft.Authorization/roleAssignments/write", `${registry}/${assignment}`),
    ]);
    // The lock may or may not have been reached; a verified image with its tag and its evidence is there in any case.
    expect(await heldIn(sandbox, "prod", "1.1.0")).toMatchObject({
      tags: { "1.1.0-prod": { digest } },
      signature: true,
      referrers: ["application/spdx+json"],
    });
  });

  test("the promotion by itself succeeds as the promoter, and finishes what was begun", async () => {
    succeeded(await sandbox.up("prod", { as }));
    const locked = { write: false, delete: false };
    expect(await heldIn(sandbox, "prod", "1.1.0")).toEqual({
      tags: { "1.1.0-prod": { digest, ...locked }, "latest-prod": { digest, write: true, delete: true } },
      manifest: { write: true, delete: false },
      signature: true,
      referrers: ["application/spdx+json"],
    });
    expect(await heldIn(sandbox, "prod", "1.0.0")).toMatchObject({
      tags: { "1.0.0-prod": { digest: digests["1.0.0"], ...locked } },
      manifest: { write: true, delete: false },
      signature: true,
    });
  });
}

function refusal(action: string, scope: string): string {
  return (
    `error: Status=403 Code="AuthorizationFailed" Message="The client 'sp-onestream-prod-pipeline' with object id ` +
    `'<object id>' does not have authorization to perform action '${action}' over scope '${scope}'."`
  );
}

/** What the engine's diagnostics say of resources. */
function refusals({ output }: Ran): string[] {
  const diagnostics = output.split(/^Diagnostics:$/m)[1].split(/^Outputs:$/m)[0];
  return diagnostics
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .trim()
        .replace(/\n\s*/g, " ")
        .replace(/object id '[0-9a-f-]{36}'/, "object id '<object id>'"),
    )
    .filter((block) => block !== "" && !block.startsWith("pulumi:pulumi:Stack "));
}

/** The reviewed program with one resource more, which is made after the image has arrived. */
function withRoleAssignment(sandbox: TestSandbox): string {
  const folder = join(sandbox.workspace, "hidden-change");
  mkdirSync(join(folder, "stacks"), { recursive: true });
  for (const file of ["Pulumi.yaml", "Pulumi.prod.yaml"])
    cpSync(join(sandbox.workspace, file), join(folder, file));
  for (const linked of ["provider", "policies"])
    symlinkSync(join(sandbox.workspace, linked), join(folder, linked));
  for (const file of ["tsconfig.json", "stacks/tsconfig.json"])
    cpSync(join(checkout, file), join(folder, file));
  writeFileSync(
    join(folder, "stacks/index.ts"),
    `import * as authorization from "@pulumi/azure-native/authorization";
import * as reviewed from "${checkout}/stacks";
new authorization.RoleAssignment("just-this-once", {
  scope: "${registry}",
  principalId: "00000000-0000-4000-8000-000000000001",
  principalType: "ServicePrincipal",
  // Reader
  roleDefinitionId: "${subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
  roleAssignmentName: "00000000-0000-4000-8000-000000000002",
  description: reviewed.running["${repository}"].apply(({ signedBy }) => signedBy),
});
module.exports = reviewed;
`,
  );
  return folder;
}
