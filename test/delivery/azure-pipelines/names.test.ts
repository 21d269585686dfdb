import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createProgram } from "../../../cli/program";
import { openProject, stackValues } from "../../../cli/project";
import { parseSettings } from "../../../model/config";
import { recordingContext } from "../../cli/support/project";
import { checkout } from "../../support/sandbox";
import { problemsOf } from "../command-line";
import { airlockCalls } from "../shell-words";
import { fileNamed, folder, pipelines, scripts } from "./templates";

test("each call of airlock is one that it knows", () => {
  const program = createProgram(recordingContext("/").context);
  const called = scripts.flatMap(({ script }) => airlockCalls(script));
  expect(called.map((words) => words.join(" "))).toEqual(["deploy --stack x --summary x"]);
  expect(called.flatMap((words) => problemsOf(program, words))).toEqual([]);
});

describe("names", () => {
  const configuration = JSON.parse(readFileSync(join(checkout, "azure-devops.json"), "utf8")) as {
    service: string;
    templates: string;
    pipelines: Record<string, string>;
    pools: Record<string, { pipelines: string[]; template: string }>;
    environments: Record<string, { pipelines: string[] }>;
    connections: Record<string, { pipelines: string[]; template: string; identity: string }>;
  };

  test("of a project stand in its configuration and in its pipelines, and nowhere else", () => {
    const own = readdirSync(folder, { recursive: true }) as string[];
    const naming = own.filter(
      (name) => /\.(mjs|yml)$/.test(name) && readFileSync(join(folder, name), "utf8").includes("onestream"),
    );
    expect(naming.sort()).toEqual(pipelines.map(({ name }) => name));
  });

  test("are the same in the pipelines and in what the set-up makes", () => {
    const { service, templates: repository, pipelines: stated } = configuration;
    expect(pipelines.map(({ name }) => name)).toEqual(
      Object.values(stated)
        .map((file) => `${service}/${file}`)
        .sort(),
    );
    for (const [pipeline, file] of Object.entries(stated)) {
      const { content } = fileNamed(`${service}/${file}`);
      const { connection, environment, pool, branchPool } = content.extends!.parameters as Record<
        string,
        string
      >;
      const [template] = content.extends!.template!.split("@");
      expect(configuration.connections[connection]).toMatchObject({ pipelines: [pipeline], template });
      // Its pool is its own, and what builds a branch is in none that signs in.
      expect(configuration.pools[pool]).toEqual({ pipelines: [pipeline], template });
      expect(Object.keys(configuration.pools)).not.toContain(branchPool);
      if (environment !== undefined) {
        expect(configuration.environments[environment]).toMatchObject({ pipelines: [pipeline] });
      }
      expect(content.resources).toMatchObject({ repositories: [{ name: repository }] });
    }
  });

  test("are those of the proof of concept's configuration", () => {
    const project = openProject(checkout);
    const settings = (stack: string) =>
      parseSettings({ project: project.name, stack, values: stackValues(project, stack) });
    const { identities, access, path, signingVault, tenantId, subscriptionId } = settings("poc");
    expect(configuration).toMatchObject({ tenantId, subscriptionId });
    for (const { identity } of Object.values(configuration.connections)) {
      expect(identities[identity]).toMatchObject({ kind: "application" });
    }
    const identityOf = (file: string) => {
      const { connection } = fileNamed(`iam-service-poc/${file}`).content.extends!.parameters!;
      return configuration.connections[connection as string].identity;
    };
    // Who builds pushes and signs, who promotes imports, who deploys is the deployer.
    expect(access[identityOf("build.yml")]).toMatchObject({
      dev: expect.arrayContaining(["push"]),
      signing: ["sign"],
    });
    expect(access[identityOf("promotion.yml")]).toMatchObject({
      staging: expect.arrayContaining(["import"]),
    });
    expect(access[identityOf("deploy.yml")]["staging.cluster"].join(" ")).toMatch(/\bdeploy\b/);

    const build = fileNamed("iam-service-poc/build.yml").content.extends!.parameters!;
    expect(build.registry).toBe(path.environments[0].host);
    expect(build.signingKey).toMatch(new RegExp(`^azurekms://${signingVault}\\.vault\\.azure\\.net/cosign`));
  });

  test("of a stack are those of a file, and its cluster is the one that the pipeline signs in to", () => {
    const project = openProject(checkout);
    const given = pipelines.map(({ name, content }) => ({ name, ...content.extends!.parameters }));
    const ofStacks = given.filter((one): one is typeof one & { stack: string } => "stack" in one);
    expect(ofStacks.map(({ name }) => name)).toEqual([
      "iam-service-poc/deploy.yml",
      "iam-service-poc/promotion.yml",
    ]);
    for (const { stack, ...more } of ofStacks) {
      expect([stack, existsSync(join(checkout, `Pulumi.${stack}.yaml`))]).toEqual([stack, true]);
      const { kind, delivery } = stackValues(project, stack);
      expect([stack, kind === "delivery"]).toEqual([stack, "cluster" in more]);
      if ("cluster" in more) expect((delivery as { context: string }).context).toBe(more.cluster);
    }
  });
});
