import { filterOf } from "../../../sandbox/http/odata-filter";

const principal = {
  displayName: "sp-o'neil and sons",
  appId: "a1",
  servicePrincipalNames: ["a1", "api://a1"],
};

test.each([
  ["", true],
  ["displayName eq 'sp-o''neil and sons'", true],
  ["displayname EQ 'SP-O''Neil and sons'", true],
  ["displayName eq 'sp'", false],
  ["startswith(displayName,'sp-')", true],
  ["startswith(displayName, 'neil')", false],
  ["servicePrincipalNames/any(c:c eq 'api://a1')", true],
  ["servicePrincipalNames/any(c:c eq 'a2')", false],
  ["appId eq 'a1' and startswith(displayName,'sp-o''neil and')", true],
  ["appId eq 'a1' and appId eq 'a2'", false],
  ["nothing eq ''", false],
])("%s: %s", (filter, expected) => expect(filterOf(filter)!(principal)).toBe(expected));

test.each([
  "appId",
  "appId ne 'a1'",
  "appId eq 'a1' or appId eq 'a2'",
  "appId eq 'a'1'",
  "not(appId eq 'a1')",
])("understands nothing else: %s", (filter) => expect(filterOf(filter)).toBeUndefined());
