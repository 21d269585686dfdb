import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const page = readFileSync(join(__dirname, "../../docs/sandbox.md"), "utf8");
/** `| R1 | what Azure does | what the sandbox does | the tests |` */
const rows = [...page.matchAll(/^\| ([A-Z]\d+) \| (.+?) \| (.+?) \|(.*)\|$/gm)].map(
  ([, number, fact, here, tests]) => ({
    number,
    fact,
    here,
    tests: [...tests.matchAll(/`([^`]+)` “([^”]+)”/g)].map(([, file, title]) => ({ file, title })),
    text: tests.trim(),
  }),
);

test("every fact has a number of its own, in order", () => {
  expect(rows.length).toBeGreaterThan(80);
  const areas = [...new Set(rows.map(({ number }) => number[0]))];
  expect(rows.map(({ number }) => number)).toEqual(
    areas.flatMap((area) =>
      rows.filter(({ number }) => number.startsWith(area)).map((_, index) => `${area}${index + 1}`),
    ),
  );
});

test.each(rows.map((row) => [row.number, row] as const))(
  "%s is enforced by tests that exist, or says why it is not",
  (_, { here, tests, text }) => {
    expect(text).toBe(tests.map(({ file, title }) => `\`${file}\` “${title}”`).join(", "));
    if (/^(?:not enforced|not offered)/.test(here)) expect(here).toMatch(/^not (?:enforced|offered)[:;, ]/);
    else expect(tests).not.toEqual([]);
    for (const { file, title } of tests) {
      const path = join(__dirname, "..", file);
      expect([file, existsSync(path)]).toEqual([file, true]);
      expect([file, title, readFileSync(path, "utf8").includes(`"${title}"`)]).toEqual([file, title, true]);
    }
  },
);

test("every heading of the page that another page links to is there", () => {
  for (const heading of ["Its parts", "True to Azure", "Faults", "Limits"])
    expect(page).toContain(`\n## ${heading}\n`);
});
