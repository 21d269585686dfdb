import { existsSync, lstatSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { findPlaces } from "../../cli/places";
import { createWorkspace, removeWorkspace, withSandboxHosts } from "../../cli/workspace";

test("every environment gets the host of its registry, and comments stay", () => {
  const text = [
    "name: contoso",
    "config:",
    "  # Ordered.",
    "  contoso:path:",
    "    value:",
    "      - { environment: dev, registry: contosodev }",
    "      - environment: prod # the last",
    "        registry: contosoprod",
    "",
  ].join("\n");
  expect(withSandboxHosts(text, 7444)).toBe(
    [
      "name: contoso",
      "config:",
      "  # Ordered.",
      "  contoso:path:",
      "    value:",
      "      - { environment: dev, registry: contosodev, host: localhost:7444 }",
      "      - environment: prod # the last",
      "        registry: contosoprod",
      "        host: localhost:7445",
      "",
    ].join("\n"),
  );
});

test("of two registries, each gets a host; custom hosts stay", () => {
  const text = [
    "name: contoso",
    "config:",
    "  contoso:path:",
    "    value:",
    "      - environment: dev",
    "        registries:",
    "          standard: { customHost: dev.registry.contoso.com }",
    "          secure: {}",
    "      - environment: qa",
    "        registries: { secure: { name: contosoqa } }",
    "      - { environment: prod }",
    "",
  ].join("\n");
  const { config } = parse(withSandboxHosts(text, 7444));
  expect(config["contoso:path"].value).toEqual([
    {
      environment: "dev",
      registries: {
        secure: { host: "localhost:7444" },
        standard: { customHost: "dev.registry.contoso.com", host: "localhost:7445" },
      },
    },
    { environment: "qa", registries: { secure: { name: "contosoqa", host: "localhost:7446" } } },
    { environment: "prod", host: "localhost:7447" },
  ]);
});

test("a project without a path can't be played", () => {
  expect(() => withSandboxHosts("name: contoso\n", 7444)).toThrow(
    "the project has no promotion path (Pulumi.yaml: config.contoso:path.value)",
  );
});

test("the code is the checkout's own, the stack files are copies, and what the user edited stays", () => {
  const places = findPlaces({ AIRLOCK_HOME: mkdtempSync(join(tmpdir(), "airlock-")) });
  createWorkspace(places, 7444);
  expect(lstatSync(join(places.workspace, "stacks")).isSymbolicLink()).toBe(true);
  expect(lstatSync(join(places.workspace, "Pulumi.prod.yaml")).isFile()).toBe(true);
  const project = parse(readFileSync(join(places.workspace, "Pulumi.yaml"), "utf8"));
  const hosts = project.config[`${project.name}:path`].value.map(({ host }: { host: string }) => host);
  expect(hosts).toEqual(["localhost:7444", "localhost:7445", "localhost:7446"]);

  // What runs in the proof of concept comes from its registries, after those of the path.
  const registries = ["poc-dev", "poc-staging", "prod"].map((name) => {
    const text = readFileSync(join(places.workspace, `Pulumi.${name}-delivery.yaml`), "utf8");
    return parse(text).config[`${project.name}:delivery`].registry;
  });
  expect(registries).toEqual(["localhost:7447", "localhost:7448", undefined]);

  writeFileSync(join(places.workspace, "Pulumi.prod.yaml"), "# mine\n");
  createWorkspace(places, 7444);
  expect(readFileSync(join(places.workspace, "Pulumi.prod.yaml"), "utf8")).toBe("# mine\n");

  removeWorkspace(places);
  expect(existsSync(places.workspace)).toBe(false);
  expect(existsSync(join(places.checkout, "stacks"))).toBe(true);
});

describe("another project", () => {
  const contoso = join(__dirname, "../../examples/contoso");
  const temporary = () => mkdtempSync(join(tmpdir(), "airlock-"));

  test("the workspace is made from it, also the next time", () => {
    const home = temporary();
    const places = findPlaces({ AIRLOCK_HOME: home, AIRLOCK_PROJECT: contoso });
    createWorkspace(places, 7444);
    expect(parse(readFileSync(join(places.workspace, "Pulumi.yaml"), "utf8")).name).toBe("contoso");
    expect(existsSync(join(places.workspace, "Pulumi.staging.yaml"))).toBe(false);

    removeWorkspace(places);
    const later = findPlaces({ AIRLOCK_HOME: home });
    createWorkspace(later, 7444);
    expect(later.project).toBe(contoso);
    expect(existsSync(join(later.workspace, "Pulumi.staging.yaml"))).toBe(false);
  });

  test("it doesn't mix with the workspace that is there", () => {
    const home = temporary();
    const places = findPlaces({ AIRLOCK_HOME: home });
    createWorkspace(places, 7444);
    expect(() => createWorkspace({ ...places, project: contoso }, 7444)).toThrow(
      `the workspace is that of the project in ${places.checkout} (${places.workspace}). ` +
        "Give the other project a sandbox of its own: AIRLOCK_HOME and AIRLOCK_PORT",
    );
  });

  test("a folder without a project is refused", () => {
    const [home, project] = [temporary(), temporary()];
    expect(() => createWorkspace(findPlaces({ AIRLOCK_HOME: home, AIRLOCK_PROJECT: project }), 7444)).toThrow(
      `the project has no Pulumi.yaml (${project}). Name the folder of a project in --project or AIRLOCK_PROJECT`,
    );
  });
});
