import { sweepMarkdown, sweepText } from "../../../cli/sweep/render";
import type { SweepReport } from "../../../cli/sweep/report";
import { companion, digestOf } from "../../model/retention/support";

const artifact = (seed: number, rest: Partial<SweepReport["registries"][number]["artifacts"][number]>) => ({
  repository: "iam/login",
  digest: digestOf(seed),
  tags: [],
  age: 90,
  goes: true,
  reasons: [{ cause: "old" as const, text: "changed 90 days ago, kept for 30" }],
  ...rest,
});

const report = (deletes: boolean): SweepReport => ({
  environment: "dev",
  retentionDays: 30,
  deletes,
  registries: [
    {
      registry: "contosodev",
      host: "contosodev.azurecr.io",
      artifacts: [
        artifact(1, {
          tags: ["1.0.0", "latest-dev"],
          goes: false,
          reasons: [
            { cause: "runs", text: "runs in dev (1.0.0)" },
            { cause: "locked", text: "locked" },
          ],
        }),
        artifact(2, {
          tags: [companion(9)],
          ...(deletes && { outcome: "refused" as const, problem: "401 UNAUTHORIZED: no" }),
        }),
        artifact(3, { ...(deletes && { outcome: "deleted" as const }) }),
      ],
      unread: [{ what: "iam/other", why: "500 UNKNOWN" }],
    },
    { registry: "contosodevold", host: "old.contoso.com", artifacts: [], unread: [] },
  ],
});

test("as text, before", () => {
  expect(sweepText(report(false), false)).toBe(`contosodev (contosodev.azurecr.io), kept for 30 days
artifact                       tags                      days  verdict  why
iam/login@sha256:000000000001  1.0.0                     90    stays    runs in dev (1.0.0)
                               latest-dev                               locked
iam/login@sha256:000000000002  sha256-000000000009….sig  90    goes     changed 90 days ago, kept for 30
iam/login@sha256:000000000003                            90    goes     changed 90 days ago, kept for 30
Not read, and so nothing of it goes: iam/other: 500 UNKNOWN.

contosodevold (old.contoso.com), kept for 30 days
It holds nothing.

3 artifacts: 1 stay, 2 go.
Nothing was deleted. To delete what goes: airlock sweep --env dev --yes
`);
});

test("as Markdown, after", () => {
  expect(sweepMarkdown(report(true))).toBe(`## Sweep of dev

### contosodev (contosodev.azurecr.io), kept for 30 days

| artifact | tags | days | verdict | why |
| --- | --- | --- | --- | --- |
| iam/login@sha256:000000000001 | 1.0.0<br>latest-dev | 90 | stays | runs in dev (1.0.0)<br>locked |
| iam/login@sha256:000000000002 | sha256-000000000009….sig | 90 | REFUSED | changed 90 days ago, kept for 30<br>401 UNAUTHORIZED: no |
| iam/login@sha256:000000000003 |  | 90 | deleted | changed 90 days ago, kept for 30 |

Not read, and so nothing of it goes: iam/other: 500 UNKNOWN.

### contosodevold (old.contoso.com), kept for 30 days

It holds nothing.

3 artifacts: 1 stay, 1 deleted, 1 refused.
`);
});
