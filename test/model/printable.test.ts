import * as fc from "fast-check";
import { printable } from "../../model/printable";

test.each([
  ["##vso[task.setvariable variable=x]y", "# #vso[task.setvariable variable=x]y"],
  ["too many ##VSO[task.complete result=Succeeded;]", "too many # #VSO[task.complete result=Succeeded;]"],
  ["##[error]it", "# #[error]it"],
  ["###[error]it", "## #[error]it"],
  ["::error file=a::it", ": :error file=a::it"],
  ["  ::add-mask::it", "  : :add-mask::it"],
  ["a\n::stop-commands::it", "a\uFFFD: :stop-commands::it"],
])("a log obeys nothing in %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each(["# a heading [1]", "#[1]", "std::vector", "fe80::a1", "[::1]:443", "a: b:: c", "##"])(
  "left as it is: %s",
  (text) => expect(printable(text)).toBe(text),
);

test("a control character hides no command, and printed twice it is the same", () => {
  const part = fc.constantFrom("#", "::", ":", "vso[", "[", "error", " ", "\u200B", "\r", "\n", "x");
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const shown = printable(parts.join(""));
      expect(shown).not.toMatch(/##(?:vso)?\[/i);
      expect(shown).not.toMatch(/^\s*::[a-z]/i);
      expect(printable(shown)).toBe(shown);
    }),
    { numRuns: 5000 },
  );
});
