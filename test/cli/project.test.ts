import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  engineConfig,
  findProject,
  loadSettings,
  openProject,
  stackNames,
  stackValues,
} from "../../cli/project";
import { digest, running, temporaryProject } from "./support/project";

test("the nearest project upwards is found", () => {
  const directory = temporaryProject();
  mkdirSync(join(directory, "stacks/deep"), { recursive: true });
  expect(findProject(join(directory, "stacks/deep"))).toEqual({
    directory,
    name: "contoso",
    main: "stacks/",
  });
  const elsewhere = mkdtempSync(join(tmpdir(), "airlock-"));
  expect(() => findProject(elsewhere)).toThrow(
    `there is no Pulumi.yaml here or in any folder above (${elsewhere}). Go to the project's folder, or name it with --cwd`,
  );
});

test("a stack's own value stands over the project's", () => {
  const directory = temporaryProject({
    "Pulumi.dev.yaml": "config:\n  contoso:kind: environment\n  contoso:location: northeurope\n  other:key: 1\n",
  });
  const project = openProject(directory);
  expect(stackNames(project)).toEqual(["dev", "prod", "shared", "staging"]);
  expect(stackValues(project, "dev")).toMatchObject({
    location: "northeurope",
    github: { owner: "contoso" },
  });
  expect(loadSettings(project, "dev").location).toBe("northeurope");
  expect(loadSettings(project, "prod").location).toBe("westeurope");
});

test("a stack can't have its own path, nor any other thing that reviewers agreed on once", () => {
  const project = openProject(
    temporaryProject({
      "Pulumi.prod.yaml":
        "config:\n  contoso:path:\n    - { environment: dev, registry: a1234 }\n    - { environment: prod, registry: b1234, protected: false }\n",
    }),
  );
  expect(() => loadSettings(project, "prod")).toThrow(
    "path is the whole project's, and this stack has another (Pulumi.prod.yaml, contoso:path). Change it in Pulumi.yaml, and take it out of this file",
  );
  expect(loadSettings(project, "dev").environment).toBe("dev");
});

test("structured values reach a program as JSON, plain ones as they are", () => {
  const project = openProject(temporaryProject());
  expect(engineConfig(project, { location: "westeurope", github: { owner: "contoso" } })).toEqual({
    "contoso:location": "westeurope",
    "contoso:github": '{"owner":"contoso"}',
  });
});

test("a missing stack file and a broken one name the file", () => {
  const project = openProject(temporaryProject({ "Pulumi.dev.yaml": "config: [\n" }));
  expect(() => loadSettings(project, "qa")).toThrow(
    "stack qa has no configuration file (Pulumi.qa.yaml). Stacks with one: dev, prod, shared, staging",
  );
  expect(() => loadSettings(project, "dev")).toThrow(
    /^not valid YAML: .* \(Pulumi\.dev\.yaml, line \d+, column \d+\)$/,
  );
});

test("settings can be judged before they are written", () => {
  const project = openProject(temporaryProject());
  expect(loadSettings(project, "dev", running("1.2.3", digest("a"))).images).toEqual({
    "iam/auth-service": { version: "1.2.3", digest: digest("a"), previous: [] },
  });
  expect(() => loadSettings(project, "dev", running("1.2.3", "sha256:short"))).toThrow(/Pulumi\.dev\.yaml/);
});
