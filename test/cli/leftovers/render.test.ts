import { leftoversMarkdown, leftoversText } from "../../../cli/leftovers/render";
import type { LeftoversReport } from "../../../cli/leftovers/report";

const report = (deletes: boolean): LeftoversReport => ({
  environment: "qa",
  deletes,
  tidies: false,
  releases: [
    { release: "v0.0.1", due: true, why: "due since 2026-11-20T12:00:00Z" },
    { release: "v0.0.2", due: false, why: "it goes on" },
  ],
  leftovers: [
    {
      release: "v0.0.1",
      kind: "disk",
      what: "contoso-prod-rg/live",
      goes: false,
      why: ["prod is protected"],
    },
    {
      ...{ release: "v0.0.1", kind: "disk", what: "contoso-qa-rg/data", goes: true, why: ["v0.0.1 is due"] },
      ...(deletes && { outcome: "refused" as const, problem: "409 OperationNotAllowed: it is attached" }),
    },
    {
      ...{ release: "v0.0.1", kind: "resource group", what: "tests", goes: true, why: ["v0.0.1 is due"] },
      ...(deletes && { outcome: "deleted" as const }),
    },
  ],
  unread: [{ what: "containers of reports", why: "403 AuthorizationFailed: no" }],
});

test("what would go, and how to have it deleted", () => {
  expect(leftoversText(report(false), false)).toBe(`release  leftovers  why
v0.0.1   go         due since 2026-11-20T12:00:00Z
v0.0.2   stay       it goes on

release  kind            leftover              verdict  why
v0.0.1   disk            contoso-prod-rg/live  stays    prod is protected
v0.0.1   disk            contoso-qa-rg/data    goes     v0.0.1 is due
v0.0.1   resource group  tests                 goes     v0.0.1 is due

Not read, and so nothing of it goes: containers of reports: 403 AuthorizationFailed: no.
The registries alone were looked through: nobody has tidy in qa of the access matrix.
3 leftovers: 1 stay, 2 go.
Nothing was deleted. To delete what goes: airlock release sweep --env qa --yes
`);
});

test("what was done, as Markdown", () => {
  expect(leftoversMarkdown(report(true))).toBe(`## What releases left over in qa

| release | leftovers | why |
| --- | --- | --- |
| v0.0.1 | go | due since 2026-11-20T12:00:00Z |
| v0.0.2 | stay | it goes on |

| release | kind | leftover | verdict | why |
| --- | --- | --- | --- | --- |
| v0.0.1 | disk | contoso-prod-rg/live | stays | prod is protected |
| v0.0.1 | disk | contoso-qa-rg/data | REFUSED | v0.0.1 is due<br>409 OperationNotAllowed: it is attached |
| v0.0.1 | resource group | tests | deleted | v0.0.1 is due |

Not read, and so nothing of it goes: containers of reports: 403 AuthorizationFailed: no.

The registries alone were looked through: nobody has tidy in qa of the access matrix.

3 leftovers: 1 stay, 1 deleted, 1 refused.
`);
});

test("without releases there is nothing to tell", () => {
  const none = { ...report(false), releases: [], leftovers: [], unread: [], tidies: true };
  expect(leftoversText(none, false)).toBe("There are no releases.\n\n0 leftovers: 0 stay, 0 go.\n");
});
