import { inNode, newFolder } from "./support";

const found = (before: string) =>
  inNode<string | null>(
    "setup/clients.mjs",
    ["client", "clientDirectory"],
    `const { mkdirSync, writeFileSync } = await import("node:fs");
    process.env.AIRLOCK_CACHE = input;
    process.env.PATH = "";
    ${before}
    return (await client("crane"))?.slice(clientDirectory("crane").length) ?? null;`,
    newFolder(),
  );

test("without Go a client that this machine has already is found, and another is missing", () => {
  expect(found("")).toBe(null);
  const make = `mkdirSync(clientDirectory("crane"), { recursive: true });
    writeFileSync(clientDirectory("crane") + "/crane", "");`;
  expect(found(make)).toBe("/crane");
});
