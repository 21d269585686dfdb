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

  writeFileSync(join(places.workspace, "Pulumi.prod.yaml"), "# mine\n");
  createWorkspace(places, 7444);
  expect(readFileSync(join(places.workspace, "Pulumi.prod.yaml"), "utf8")).toBe("# mine\n");

  removeWorkspace(places);
  expect(existsSync(places.workspace)).toBe(false);
  expect(existsSync(join(places.checkout, "stacks"))).toBe(true);
});
