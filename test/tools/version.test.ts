import { inNode } from "./support";

const table: [version: string, minimum: string, expected: boolean][] = [
  ["v3.200.0", "3.200.0", true],
  ["3.200.1", "3.200.0", true],
  ["v3.270.0\n", "3.200.0", true],
  ["v3.201.0-dev.0", "3.200.0", true],
  ["v4.0.0", "3.200.0", true],
  ["v3.199.9", "3.200.0", false],
  ["v3.99.0", "3.200.0", false],
  ["v2.300.0", "3.200.0", false],
  ["unknown", "3.200.0", false],
  ["", "3.200.0", false],
];

test("a version is compared number by number", () => {
  const body = "return input.map(([version, minimum]) => atLeast(version, minimum))";
  const found = inNode<boolean[]>("setup/version.mjs", ["atLeast"], body, table);
  expect(table.map(([version], index) => [version, found[index]])).toEqual(
    table.map(([version, , expected]) => [version, expected]),
  );
});
