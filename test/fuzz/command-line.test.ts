import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { run } from "../../cli/program";
import { UserError } from "../../model/errors";
import { kinds, parseFault, planes } from "../../sandbox/faults/fault";
import { matches } from "../../sandbox/faults/pattern";
import { digest, recordingContext, running, temporaryProject } from "../cli/support/project";
import { mutated, oddText } from "./hostile";
import { runs } from "./runs";

let folder: string;
beforeAll(() => (folder = temporaryProject({ "Pulumi.dev.yaml": running("1.0.0", digest("a")) })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command line; whatever it is, it ends with an exit code and at most one line of error. */
async function ends(words: readonly string[]): Promise<number> {
  const { context, written } = recordingContext(folder);
  const code = await run(words, context);
  if (code === 0) return 0;
  expect(written.err).toMatch(/^(?:\{[^]*\}|airlock: [^\n]+)\n$/);
  expect(written.err).not.toMatch(/\n\s+at |\[object Object\]|Cannot read|is not a function/);
  return code;
}

const value = fc.oneof(
  oddText,
  fc.constantFrom(
    "iam/auth-service",
    `iam/auth-service@${digest("b")}`,
    "staging",
    "prod",
    "dev",
    "1.1.0",
    "^1.0",
    "1.x",
    "latest",
    "-1",
    "--",
    "-",
  ),
);
const option = fc.constantFrom(
  "--to",
  "--version",
  "--dry-run",
  "--json",
  "--replace",
  "--env",
  "--format",
  "--events",
  "--cwd",
  "--help",
  "--all",
  "--times",
  "--seconds",
  "--on",
  "--match",
  "--unknown",
);
const command = fc.constantFrom(
  ["publish"],
  ["promote"],
  ["status"],
  ["policy", "report", "--events"],
  ["help"],
  ["sandbox", "fault"],
  [],
);

test("whatever is typed, it is done or refused in one line, and stack files stay readable", async () => {
  await fc.assert(
    fc.asyncProperty(command, fc.array(fc.oneof(value, option), { maxLength: 5 }), async (first, rest) => {
      // Without events the engine would run; a folder of any name may have another project above it.
      fc.pre(!rest.includes("--cwd") && !rest.includes("--apply"));
      const code = await ends([...first, ...rest]);
      expect([0, 1, 2]).toContain(code);
      expect(await ends(["status"])).toBe(0);
    }),
    runs(150),
  );
});

test("whatever image, version and environment are named, the stack file has it or is as it was", async () => {
  const file = join(folder, "Pulumi.dev.yaml");
  await fc.assert(
    fc.asyncProperty(value, value, fc.boolean(), async (image, version, json) => {
      const before = readFileSync(file, "utf8");
      const code = await ends(["publish", ...(json ? ["--json"] : []), "--version", version, "--", image]);
      if (code !== 0) expect(readFileSync(file, "utf8")).toBe(before);
      expect(await ends(["status"])).toBe(0);
    }),
    runs(60),
  );
});

test("whatever was recorded as the engine's events, it is a report or refused in one line", async () => {
  const file = join(folder, "events.json");
  const event = {
    sequence: 1,
    policyEvent: {
      resourceUrn: "urn:pulumi:dev::contoso::a:b:C::d",
      message: "a\nb",
      policyName: "image-require-digest",
      policyPackName: "airlock",
      enforcementLevel: "mandatory",
    },
    policyAnalyzeSummaryEvent: {
      resourceUrn: "urn:pulumi:dev::contoso::a:b:C::d",
      policyPackName: "airlock",
      passed: ["a"],
    },
    resourcePreEvent: { metadata: { urn: "urn:pulumi:dev::contoso::a:b:C::d" } },
    diagnosticEvent: { severity: "error", message: "a" },
  };
  const line = fc.oneof(
    mutated(event).map((one) => JSON.stringify(one) ?? ""),
    oddText,
    fc.json(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 4 }),
      fc.constantFrom("markdown", "json", "sarif"),
      async (lines, format) => {
        writeFileSync(file, [JSON.stringify(event), ...lines].join("\n"));
        expect([0, 1, 2]).toContain(await ends(["policy", "report", "--format", format, "--events", file]));
      },
    ),
    runs(100),
  );
});

test("whatever fault is asked for, it is one or is refused", () => {
  const valid = { kind: "latency", on: "arm", match: "POST /subscriptions/**", times: 3, seconds: 2 };
  const asked = fc.oneof(
    mutated(valid),
    fc.record({
      kind: fc.constantFrom(...Object.keys(kinds)),
      on: fc.constantFrom(...planes, "x"),
      match: value,
      times: fc.integer(),
      seconds: fc.double(),
    }),
  );
  fc.assert(
    fc.property(asked, (given) => {
      try {
        expect(parseFault(given)).toMatchObject({ kind: expect.any(String) as string });
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).problem.exitCode).toBe(2);
      }
    }),
    runs(200),
  );
});

describe("a fault's pattern", () => {
  const part = fc.constantFrom("a", "b", "/", "*", "**", ".", "+", "(", "[", "\\", "$");
  const glob = fc.array(part, { maxLength: 8 }).map((parts) => `/${parts.join("")}`);
  const path = fc
    .array(fc.constantFrom("a", "B", "/", ".", "("), { maxLength: 8 })
    .map((parts) => `/${parts.join("")}`);

  /** Tried letter by letter, as the pattern is explained. */
  function slowly(pattern: string, text: string): boolean {
    if (pattern === "") return text === "";
    if (pattern.startsWith("**"))
      return slowly(pattern.slice(2), text) || (text !== "" && slowly(pattern, text.slice(1)));
    if (pattern.startsWith("*"))
      return (
        slowly(pattern.slice(1), text) || (text !== "" && text[0] !== "/" && slowly(pattern, text.slice(1)))
      );
    return (
      text !== "" &&
      text[0].toLowerCase() === pattern[0].toLowerCase() &&
      slowly(pattern.slice(1), text.slice(1))
    );
  }

  test("means what it says", () => {
    fc.assert(
      fc.property(glob, path, (pattern, text) => {
        expect(matches(`* ${pattern}`, "GET", text)).toBe(slowly(pattern, text));
      }),
      runs(400),
    );
  });

  test("is found out soon not to fit, however many stars it has", () => {
    expect(matches(`* /${"**a".repeat(40)}b`, "GET", `/${"a".repeat(4000)}`)).toBe(false);
    expect(matches(`* /${"*/".repeat(40)}b`, "GET", `/${"a/".repeat(2000)}`)).toBe(false);
  });
});
