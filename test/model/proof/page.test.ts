import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checks, limits } from "../../../model/proof";

const page = readFileSync(join(__dirname, "../../../docs/doctor.md"), "utf8").replaceAll(/ +/g, " ");

test.each(checks.map((check) => [check.id, check] as const))(
  "the page says what %s is, why, and who says so",
  (id, { title, why, source }) => {
    expect(page).toContain(`| \`${id}\` | ${title} | ${why} | ${source} |`);
  },
);

test("the page has Azure's figures", () => {
  expect(page).toContain(`managed identity | ${limits.federatedCredentials} |`);
  expect(page).toContain(`imported image | ${limits.importedManifests} |`);
  expect(page).toContain(`scope map | ${limits.scopeMapActions} |`);
  expect(page).toContain(`| ${limits.roleAssignments}, a warning from ${limits.manyRoleAssignments} |`);
});
