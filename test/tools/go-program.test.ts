import { inNode, newFolder } from "./support";

const found = (before: string) =>
  inNode<string | null>(
    "setup/go-program.mjs",
    ["goPrograms", "programDirectory"],
    `const { mkdirSync, writeFileSync } = await import("node:fs");
    process.env.AIRLOCK_CACHE = input;
    process.env.PATH = "";
    ${before}
    const crane = { module: "clients/crane", usually: "half a minute" };
    return (await goPrograms(crane))?.crane.slice(programDirectory(crane.module).length) ?? null;`,
    newFolder(),
  );

test("without Go a client that this machine has already is found, and another is missing", () => {
  expect(found("")).toBe(null);
  const make = `mkdirSync(programDirectory("clients/crane"), { recursive: true });
    writeFileSync(programDirectory("clients/crane") + "/crane", "");`;
  expect(found(make)).toBe("/crane");
});
