import { printError } from "../../../cli/output/errors";
import { UserError } from "../../../model/errors";

function print(error: unknown, asJson: boolean): { code: number; text: string } {
  let text = "";
  const code = printError({ write: (more) => void (text += more), terminal: false }, error, asJson);
  return { code, text };
}

const problem = new UserError({
  what: "no such thing",
  where: "Pulumi.dev.yaml",
  fix: "Add\nit",
  exitCode: 2,
});

test("an error is one line on stderr", () => {
  expect(print(problem, false)).toEqual({
    code: 2,
    text: "airlock: no such thing (Pulumi.dev.yaml). Add; it\n",
  });
});

test("with --json it is an object", () => {
  const { code, text } = print(problem, true);
  expect(code).toBe(2);
  expect(JSON.parse(text)).toEqual({
    error: {
      message: "no such thing (Pulumi.dev.yaml). Add; it",
      what: "no such thing",
      where: "Pulumi.dev.yaml",
      fix: "Add\nit",
      exitCode: 2,
    },
  });
});

test("what nobody foresaw is exit 3, without a stack", () => {
  expect(print(new Error("socket hang up"), false)).toEqual({ code: 3, text: "airlock: socket hang up\n" });
});
