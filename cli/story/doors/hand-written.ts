import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { registryId, resourceGroupName } from "../../../model/physical-names";
import { environmentNamed, type Environment } from "../../../model/promotion-path";
import type { Story } from "../story";

/** A resource that a hand might add to the reviewed program. */
export interface HandWritten {
  readonly title: string;
  readonly source: (story: Story, environment: Environment) => string;
}

// Container Registry Repository Writer
const writer = "2a1e307c-b015-4ebd-883e-5b7698a07328";

export const roleAssignment: HandWritten = {
  title: "a role assignment, written by hand, that lets somebody push",
  source: ({ settings }, environment) => `
import * as authorization from "@pulumi/azure-native/authorization";
new authorization.RoleAssignment("just-this-once", {
  scope: "${registryId(settings, environment)}",
  principalId: "00000000-0000-4000-8000-000000000001",
  principalType: "ServicePrincipal",
  roleDefinitionId: "/subscriptions/${settings.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${writer}",
  roleAssignmentName: "00000000-0000-4000-8000-000000000002",
});
`,
};

export const deploymentByTag: HandWritten = {
  title: "a deployment that names its image by tag",
  source: ({ cast, settings }, { host, name }) => `
import * as app from "@pulumi/azure-native/app";
new app.ContainerApp("auth-service", {
  containerAppName: "auth-service",
  resourceGroupName: "${resourceGroupName(settings, name)}",
  template: { containers: [{ name: "auth-service", image: "${host}/${cast.repository}:latest" }] },
});
`,
};

/** Previews the environment's program with one hand-written resource more. Returns the refusal. */
export async function previewWith(
  story: Story,
  environment: string,
  addition: HandWritten,
): Promise<string | undefined> {
  const { places } = story.stage;
  const folder = join(places.workspace, ".doors", addition.title.replace(/\W+/g, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "stacks"), { recursive: true });
  for (const file of ["Pulumi.yaml", `Pulumi.${environment}.yaml`]) {
    cpSync(join(places.workspace, file), join(folder, file));
  }
  for (const name of ["provider", "policies"]) symlinkSync(join(places.workspace, name), join(folder, name));
  // Transpiled as the project's own program is.
  cpSync(join(places.checkout, "stacks/tsconfig.json"), join(folder, "stacks/tsconfig.json"));
  cpSync(join(places.checkout, "tsconfig.json"), join(folder, "tsconfig.json"));
  const source = addition.source(story, environmentNamed(story.settings.path, environment));
  writeFileSync(join(folder, "stacks/index.ts"), `export * from "${places.checkout}/stacks";${source}`);

  const args = ["preview", "-s", environment, "--policy-pack", "policies"];
  const result = await story.stage.pulumi(args, { cwd: folder, quiet: true });
  return result.exitCode === 0 ? undefined : findingsIn(result.lines);
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
