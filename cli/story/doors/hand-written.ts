import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNamed } from "../../../model/promotion-path";
import type { Story } from "../story";

/** What a hand might add to the reviewed program. `HOST` and `REPOSITORY` stand for the environment's own. */
const programs: { [name: string]: { title: string; source: string } } = {
  "role-assignment": {
    title: "a role assignment, written by hand, that lets somebody push",
    source: `import * as authorization from "@pulumi/azure-native/authorization";
export * from "AIRLOCK/stacks";
new authorization.RoleAssignment("just-this-once", {
  scope: "REGISTRY",
  principalId: "00000000-0000-4000-8000-000000000001",
  principalType: "ServicePrincipal",
  // Container Registry Repository Writer
  roleDefinitionId: "SUBSCRIPTION/providers/Microsoft.Authorization/roleDefinitions/2a1e307c-b015-4ebd-883e-5b7698a07328",
  roleAssignmentName: "00000000-0000-4000-8000-000000000002",
});
`,
  },
  "deployment-by-tag": {
    title: "a deployment that names its image by tag",
    source: `import * as app from "@pulumi/azure-native/app";
export * from "AIRLOCK/stacks";
new app.ContainerApp("auth-service", {
  containerAppName: "auth-service",
  resourceGroupName: "GROUP",
  template: { containers: [{ name: "auth-service", image: "HOST/REPOSITORY:latest" }] },
});
`,
  },
};

/** Previews the environment's program with one hand-written resource more. */
export async function handWrittenProgram(
  { cast, settings, stage }: Story,
  environment: string,
  name: string,
): Promise<{ title: string; refusal: string | undefined }> {
  const { title, source } = programs[name];
  const { workspace } = stage.places;
  const folder = join(workspace, ".doors", name);
  const { host, registry } = environmentNamed(settings.path, environment);
  const subscription = `/subscriptions/${settings.subscriptionId}`;
  const group = `${settings.organization}-${environment}-rg`;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "stacks"), { recursive: true });
  for (const file of ["Pulumi.yaml", `Pulumi.${environment}.yaml`])
    cpSync(join(workspace, file), join(folder, file));
  for (const linked of ["provider", "policies"]) symlinkSync(join(workspace, linked), join(folder, linked));
  writeFileSync(
    join(folder, "stacks/index.ts"),
    source
      .replaceAll("AIRLOCK", stage.places.checkout)
      .replaceAll(
        "REGISTRY",
        `${subscription}/resourceGroups/${group}/providers/Microsoft.ContainerRegistry/registries/${registry}`,
      )
      .replaceAll("SUBSCRIPTION", subscription)
      .replaceAll("GROUP", group)
      .replaceAll("HOST", host)
      .replaceAll("REPOSITORY", cast.repository),
  );

  const args = ["preview", "-s", environment, "--policy-pack", "policies"];
  const result = await stage.pulumi(args, { cwd: folder, quiet: true });
  return { title, refusal: result.exitCode === 0 ? undefined : findingsIn(result.lines) };
}

/** The mandatory findings, each with the lines that explain it. */
export function findingsIn(lines: readonly string[]): string {
  const start = lines.findIndex((text) => text.includes("[mandatory]"));
  if (start === -1) return lines.slice(-8).join("\n");
  const end = lines.findIndex((text, index) => index > start && text.trim() === "");
  return lines
    .slice(start, end === -1 ? undefined : end)
    .map((text) => text.trim())
    .join("\n");
}
