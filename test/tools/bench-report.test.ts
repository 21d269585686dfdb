import { measuredPart, missedClaims, withMeasured } from "../bench/report";

const machine = {
  cores: 2,
  memoryBytes: 16 * 1024 ** 3,
  system: "linux x64",
  node: "v24.21.0",
  engine: "v3.200.0",
  date: "2026-11-21",
};
const section = {
  title: "A copy",
  measures: "One is copied.",
  findings: {
    claims: [
      { what: "A copy", measured: 1.204, limit: 1.2, unit: "×" as const },
      { what: "A look", measured: 0.5, limit: 1, unit: "s" as const },
    ],
    tables: [{ columns: ["", "time"], rows: [["copy", "1.20 s"]] }],
    notes: ["It was copied."],
  },
};

test("the measured part names the machine, holds the targets against the figures, and has a section for each benchmark", () => {
  expect(measuredPart(machine, [section]))
    .toBe(`Measured on 2026-11-21: 2 cores, 16 GB of memory, linux x64, Node v24.21.0, Pulumi v3.200.0.

|  | measured | target |  |
| --- | --: | --: | --: |
| A copy | 1.20× | ≤ 1.2× | **missed** |
| A look | 0.500 s | ≤ 1 s | met |

## A copy

One is copied.

|  | time |
| --- | --: |
| copy | 1.20 s |

It was copied.`);
});

test("a target is missed by what is more than it", () => {
  expect(missedClaims([section])).toEqual([section.findings.claims[0]]);
});

test("without targets there is no table of them", () => {
  const findings = { tables: section.findings.tables };
  expect(measuredPart(machine, [{ ...section, findings }])).not.toContain("target");
});

describe("the document", () => {
  const document = [
    "# Performance",
    "<!-- measured: npm run bench -- --write -->",
    "old",
    "<!-- /measured -->",
    "After.",
  ].join("\n");

  test("keeps what stands around the measured part, however often it is written", () => {
    const once = withMeasured(document, "new");
    expect(once).toBe(
      "# Performance\n<!-- measured: npm run bench -- --write -->\n\nnew\n\n<!-- /measured -->\nAfter.",
    );
    expect(withMeasured(once, "new")).toBe(once);
  });

  test("has to have a place for it", () => {
    expect(() => withMeasured("# Performance", "new")).toThrow(
      "the document has no part between <!-- measured: npm run bench -- --write --> and <!-- /measured -->",
    );
  });
});
