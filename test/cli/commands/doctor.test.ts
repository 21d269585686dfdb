import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roleGuids } from "../../../model/access/roles";
import { configurationRow } from "../../../cli/doctor/configuration";
import { setupRows } from "../../../cli/doctor/setup";
import { findPlaces } from "../../../cli/places";
import { run } from "../../../cli/program";
import { sha256 } from "../../../model/signing";
import { openProject } from "../../../cli/project";
import { readRunning } from "../../../cli/promotion/running";
import { Sigstore } from "../../support/sigstore";
import { recordingContext } from "../support/project";

const { checkout } = findPlaces({});

// The programs run in a process of their own, which takes seconds on a busy machine.
jest.setTimeout(300_000);

/** The project of this repository, with files that a test may change. */
function editableProject() {
  const directory = mkdtempSync(join(tmpdir(), "airlock-"));
  for (const file of readdirSync(checkout).filter((name) => /^Pulumi.*\.yaml$/.test(name))) {
    cpSync(join(checkout, file), join(directory, file));
  }
  cpSync(join(checkout, "stacks"), join(directory, "stacks"), { recursive: true });
  for (const name of ["components", "model", "node_modules", "package.json", "provider", "tsconfig.json"]) {
    symlinkSync(join(checkout, name), join(directory, name));
  }
  return {
    directory,
    edit: (file: string, changed: (text: string) => string) => {
      const path = join(directory, file);
      writeFileSync(path, changed(readFileSync(path, "utf8")));
    },
  };
}

/** A folder with an engine that knows its version, its backend and the state of some stacks, and nothing else. */
function engine(states: Readonly<Record<string, object>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "airlock-engine-"));
  for (const [stack, resources] of Object.entries(states)) {
    writeFileSync(
      join(directory, `${stack}.json`),
      JSON.stringify({ version: 3, deployment: { resources } }),
    );
  }
  const script = `#!/bin/sh
case "$1" in
  version) echo v3.999.0 ;;
  whoami) echo '{"user":"somebody","url":"file:///state"}' ;;
  stack) cat "${directory}/$4.json" ;;
  *) exit 255 ;;
esac
`;
  writeFileSync(join(directory, "pulumi"), script);
  chmodSync(join(directory, "pulumi"), 0o755);
  return directory;
}

async function doctor(cwd: string, words: readonly string[] = [], bin = engine()) {
  const env = { PATH: `${bin}:/usr/bin:/bin` };
  const { context, written } = recordingContext(cwd, env);
  const code = await run(["doctor", ...words], { ...context, places: findPlaces({}) });
  return { code, ...written };
}

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
const withKey = (text: string) =>
  `${text}\n  onestream:signing:\n    value: ${JSON.stringify({ publicKey: pem })}\n`;

test("the project as it stands: no problem, and what nobody can know beforehand is said", async () => {
  const { code, out, err } = await doctor(checkout);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("engine         ok       pulumi v3.999.0\n");
  expect(out).toContain("state          ok       backend file:///state\n");
  expect(out).toMatch(/^promotion and pull +dev +staging +prod +shared$/m);
  expect(out).toMatch(/^Somebody can promote into the environment +- +ok +ok +-$/m);
  expect(out).not.toContain("PROBLEM");
  expect(out).toContain("role assignments of subscription");
  expect(out).toMatch(/\nNo problem in what is known; what is not proven can fail\.\n$/);
});

test("one environment alone, as JSON", async () => {
  const { code, out } = await doctor(checkout, ["--env", "prod", "--json"]);
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(Object.keys(report)).toEqual(["setup", "columns", "checks", "problems", "warnings", "unproven"]);
  expect(report.columns).toEqual(["prod", "shared"]);
  expect(report.checks.find(({ id }: { id: string }) => id === "export-policy").cells).toEqual(["ok", null]);
});

test("an environment that is not on the path", async () => {
  const { code, out, err } = await doctor(checkout, ["--env", "prd"]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain('airlock: unknown environment "prd"');
});

test("every fact that breaks the path is named with its fix, and the exit code is 1", async () => {
  const { directory, edit } = editableProject();
  edit("Pulumi.yaml", withKey);
  edit(
    "stacks/environment.ts",
    (text) => `${text}
import * as authorization from "@pulumi/azure-native/authorization";
import * as containerregistry from "@pulumi/azure-native/containerregistry";
if (environment.name === "staging") {
  new authorization.RoleAssignment("by-hand", {
    scope: registry.registryId,
    principalId: shared.principals.sre.objectId,
    principalType: "Group",
    roleDefinitionId: "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${roleGuids.acrPull}",
  });
  new containerregistry.ScopeMap("release", {
    resourceGroupName: "onestream-staging-rg",
    registryName: environment.registry,
    scopeMapName: "v0.0.1-qa",
    actions: ["repositories/iam*/content/read"],
  });
}
`,
  );
  const { code, out, err } = await doctor(directory);
  expect(code).toBe(1);
  expect(err).toBe(
    "airlock: 3 problems stand in the way of promotion or pull. The report says what to do about each\n",
  );
  const problems = /\nProblems\n([^]*?)\n\n/.exec(out)?.[1].split("\n");
  expect(problems).toEqual([
    "  staging, by-hand: sre gets AcrPull, which a registry in abac mode ignores. Assign Container Registry Repository Reader, and Catalog Lister to list. (ignored-role: A registry in ABAC mode ignores AcrPull, AcrPush and AcrDelete; one in legacy mode ignores the repository roles. The assignment succeeds, and gives nothing.)",
    "  staging, release: Azure refuses the action repositories/iam*/content/read of scope map release. Name a repository, namespace/*, or * for all of them. (scope-map-wildcards: An action is repositories/<name>/content/<verb> or …/metadata/<verb>; a wildcard is `*` alone or one `/*` at the end of the name.)",
    '  staging, release: scope map name "v0.0.1-qa" is not usable. Expected 5 to 50 letters, digits, "-" and "_"; a dot is none of them. (names: Azure refuses a name that breaks its rule, in the middle of an update.)',
  ]);
  expect(out).toMatch(/^The registry honours every role on it +ok +PROBLEM +ok +-$/m);
  // What is wrong in staging is no matter of prod.
  expect((await doctor(directory, ["--env", "prod"])).code).toBe(0);
});

test("a configuration that no program can be run with is an error in one line", async () => {
  const { directory, edit } = editableProject();
  edit("Pulumi.yaml", (text) =>
    text.replace("prod: [pull, import, lock]", 'prod: [pull, "import iam/*", lock]'),
  );
  const { code, out, err } = await doctor(directory);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(
    /^airlock: import can't be narrowed to iam\/\* \(.*access\.sp-onestream-prod-pipeline\.prod\)/,
  );
});

test("a registry that stands in the other mode is flipped in two steps", async () => {
  const id = (name: string) =>
    `/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/onestream-prod-rg/providers/Microsoft.ContainerRegistry/registries/onestreamprod${name}`;
  const grant = (name: string, guid: string) => ({
    type: "azure-native:authorization:RoleAssignment",
    urn: `urn:pulumi:prod::onestream::azure-native:authorization:RoleAssignment::${name}`,
    id: `${id("")}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    inputs: { scope: id(""), principalId: "the-deployer", roleDefinitionId: `/x/${guid}` },
  });
  const registry = {
    type: "azure-native:resources:Resource",
    urn: "urn:pulumi:prod::onestream::azure-native:resources:Resource::prod",
    id: id(""),
    inputs: {
      resourceProviderNamespace: "Microsoft.ContainerRegistry",
      resourceType: "registries",
      resourceName: "onestreamprod",
      properties: { roleAssignmentMode: "LegacyRegistryPermissions" },
    },
  };
  const legacy = grant("old", roleGuids.acrPull);
  const first = await doctor(checkout, ["--env", "prod"], engine({ prod: [registry, legacy] }));
  expect(first.code).toBe(1);
  expect(first.out).toContain(
    "the registry of prod changes from rbac to abac mode, and the-deployer can do nothing until it has a role of abac mode. Two steps: add the roles of abac mode beside those of rbac mode and prove them; then flip",
  );
  const both = [registry, legacy, grant("new", roleGuids.repositoryReader)];
  expect((await doctor(checkout, ["--env", "prod"], engine({ prod: both }))).code).toBe(0);
});

test("what the machine lacks comes first", async () => {
  const { directory, edit } = editableProject();
  edit("Pulumi.yaml", (text) => text.replace("path: ./provider", "path: ./elsewhere"));
  const { code, out } = await doctor(directory);
  expect(code).toBe(1);
  expect(out).toMatch(/^provider +PROBLEM +pulumi-resource-airlock is not in \.\/elsewhere$/m);
  expect(out).toMatch(/^signatures +warning /m);
});

test("without an engine the state is not asked for", async () => {
  const { directory } = editableProject();
  const project = openProject(directory);
  const { settings } = readRunning(project);
  const rows = await setupRows({ project, settings, runsImages: true, env: { PATH: "/nowhere" } });
  expect(rows.map(({ name, status }) => `${name}: ${status}`)).toEqual([
    "engine: problem",
    "stacks: ok",
    "configuration: ok",
    "signatures: problem",
    "provider: ok",
  ]);
});

test("a stack's configuration fits into what the engine can hand over, and grows scarce before it doesn't", () => {
  const { directory, edit } = editableProject();
  const project = openProject(directory);
  const present = readFileSync(join(directory, "Pulumi.prod.yaml"), "utf8");
  const rowWith = (count: number) => {
    const lines = Array.from(
      { length: count },
      (_, index) => `    iam/service-${index}: { version: 1.0.0, digest: "sha256:${"0".repeat(64)}" }`,
    );
    edit("Pulumi.prod.yaml", () => `${present}  onestream:images:\n${lines.join("\n")}\n`);
    return configurationRow(project);
  };
  const name = "configuration";
  const fix = "Shorten the rollback windows (previous), or move a team's images to a project of its own";
  const of = (size: number) => `prod takes ${size} KB of 128 KB that the engine can hand over`;
  // The proof of concept states a world of its own.
  const poc = "poc takes 6 KB of 128 KB that the engine can hand over";
  expect(rowWith(1)).toEqual({ name, status: "ok", detail: poc });
  expect(rowWith(880)).toEqual({ name, status: "warning", detail: of(117), fix });
  expect(rowWith(1200)).toEqual({ name, status: "problem", detail: of(158), fix });
});

test("the trusted root of keyless signatures is there, is the agreed one, and names whom to trust", async () => {
  const { directory } = editableProject();
  const project = openProject(directory);
  const { settings } = readRunning(project);
  const row = async (agreed: string) => {
    const trustedRoot = { file: "trusted_root.json", digest: sha256(Buffer.from(agreed)) };
    const keyless = { issuer: "https://token.example.com", identities: {}, trustedRoot };
    const question = { project, settings: { ...settings, signing: { keyless } }, runsImages: true };
    const rows = await setupRows({ ...question, env: { PATH: "/nowhere" } });
    return rows.find(({ name }) => name === "signatures");
  };
  const root = (await Sigstore.begin()).trustedRoot();
  const fix = "Review the file, and put its digest into signing.keyless.trustedRoot";
  const problem = { name: "signatures", status: "problem", fix };
  expect(await row(root)).toEqual({ ...problem, detail: "trusted_root.json is not there" });
  writeFileSync(join(directory, "trusted_root.json"), "{}");
  expect(await row(root)).toEqual({
    ...problem,
    detail: `trusted_root.json is ${sha256(Buffer.from("{}"))}, and not what trustedRoot.digest names`,
  });
  expect(await row("{}")).toEqual({
    ...problem,
    detail: "trusted_root.json: the trusted root names no certificate authority",
  });
  writeFileSync(join(directory, "trusted_root.json"), root);
  expect(await row(root)).toEqual({
    name: "signatures",
    status: "ok",
    detail: "signing.keyless trusts trusted_root.json",
  });
});
