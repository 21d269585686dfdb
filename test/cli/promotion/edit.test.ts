import * as fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openProject } from "../../../cli/project";
import { run } from "../../../cli/program";
import { editStackFile, writeEdit } from "../../../cli/promotion/edit";
import { asSoleEditor } from "../../../cli/promotion/sole-editor";
import { digest, recordingContext, running, temporaryProject } from "../support/project";

/** Counts what writes to the file system, and kills the process before any of it: from then on nothing has an effect. */
const mortal = { steps: 0, diesAt: Infinity, halfWritten: false };

class Killed extends Error {}

jest.mock("node:fs", () => {
  const real = jest.requireActual<typeof fs>("node:fs");
  const writes = [
    "openSync",
    "writeFileSync",
    "fsyncSync",
    "closeSync",
    "chmodSync",
    "renameSync",
    "symlinkSync",
    "rmSync",
  ] as const;
  const wrapped = writes.map((name) => {
    const call = real[name] as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        mortal.steps++;
        if (mortal.steps < mortal.diesAt) return call(...args);
        if (mortal.steps === mortal.diesAt && name === "writeFileSync" && mortal.halfWritten) {
          call(args[0], String(args[1]).slice(0, String(args[1]).length / 2));
        }
        throw new Killed();
      },
    ];
  });
  return { ...real, ...Object.fromEntries(wrapped) };
});

const ownId = process.pid;
const deadId = 2 ** 30;

afterEach(() => {
  Object.assign(mortal, { steps: 0, diesAt: Infinity, halfWritten: false });
  Object.defineProperty(process, "pid", { value: ownId });
});

/** Runs `act` as a process that is killed before the given write. Its number is nobody's afterwards. */
async function killedAt(step: number, halfWritten: boolean, act: () => Promise<unknown>): Promise<void> {
  Object.assign(mortal, { steps: 0, diesAt: step, halfWritten });
  Object.defineProperty(process, "pid", { value: deadId });
  await act().catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  Object.assign(mortal, { diesAt: Infinity });
  Object.defineProperty(process, "pid", { value: ownId });
}

const files = () => ({ "Pulumi.dev.yaml": running("1.2.3", digest("a")) });
const promote = ["promote", "iam/auth-service", "--to", "staging"];
const publish = ["publish", `iam/auth-service@${digest("b")}`, "--version", "1.3.0"];

describe.each([
  ["promote", promote, "Pulumi.staging.yaml"],
  ["publish", publish, "Pulumi.dev.yaml"],
])("airlock %s, killed at any step of its writing", (_, words, name) => {
  const airlock = async (cwd: string) => {
    const { context, written } = recordingContext(cwd);
    return { code: await run(words, context), err: written.err };
  };

  test("leaves the old file or the new, and the next run finishes without a trace", async () => {
    const whole = temporaryProject(files());
    const old = fs.readFileSync(join(whole, name), "utf8");
    mortal.steps = 0;
    expect(await airlock(whole)).toEqual({ code: 0, err: "" });
    const all = mortal.steps;
    expect(all).toBeGreaterThan(6);
    const edited = fs.readFileSync(join(whole, name), "utf8");

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: all }), fc.boolean(), async (step, halfWritten) => {
        const cwd = temporaryProject(files());
        const before = fs.readdirSync(cwd);
        // The command prints its own errors: being killed isn't one that it can tell.
        await killedAt(step, halfWritten, async () => {
          const { context } = recordingContext(cwd);
          await run(words, context);
        });
        expect([old, edited]).toContain(fs.readFileSync(join(cwd, name), "utf8"));
        expect(await airlock(cwd)).toEqual({ code: 0, err: "" });
        expect(fs.readFileSync(join(cwd, name), "utf8")).toBe(edited);
        expect(fs.readdirSync(cwd)).toEqual(before);
      }),
      {
        examples: Array.from({ length: all }, (_, step) => [step + 1, true] as [number, boolean]),
        numRuns: 40,
      },
    );
  });
});

describe("a stack file that others edit too", () => {
  const move = { repository: "iam/auth-service", version: "1.2.3", digest: digest("a"), to: "staging" };

  test("two commands at once: neither edit is lost", async () => {
    const services = Array.from({ length: 8 }, (_, index) => `iam/service-${index}`);
    const dev = ["config:", "  contoso:kind: environment", "  contoso:images:"];
    for (const name of services)
      dev.push(`    ${name}:`, "      version: 1.0.0", `      digest: ${digest("a")}`);
    const cwd = temporaryProject({ "Pulumi.dev.yaml": `${dev.join("\n")}\n` });
    const codes = await Promise.all(
      services.map((name) => run(["promote", name, "--to", "staging"], recordingContext(cwd).context)),
    );
    expect(codes).toEqual(services.map(() => 0));
    const text = fs.readFileSync(join(cwd, "Pulumi.staging.yaml"), "utf8");
    expect(text.match(/iam\/service-\d/g)?.sort()).toEqual(services);
  });

  test("an editor that doesn't know the lock: its change stays, and the command says so", () => {
    const project = openProject(temporaryProject(files()));
    const edit = editStackFile(project, move);
    fs.appendFileSync(edit.file, "# by hand\n");
    expect(() => writeEdit(edit)).toThrow(
      "Pulumi.staging.yaml changed while airlock edited it, and is left as it is now. Run the command again",
    );
    expect(fs.readFileSync(edit.file, "utf8")).toBe(`${edit.before}# by hand\n`);
    expect(fs.readdirSync(project.directory).filter((file) => file.startsWith("."))).toEqual([]);
  });

  test("a link to the file stays one", () => {
    const cwd = temporaryProject(files());
    const [link, target] = [join(cwd, "Pulumi.staging.yaml"), join(cwd, "elsewhere.yaml")];
    fs.renameSync(link, target);
    fs.symlinkSync(target, link);
    const edit = editStackFile(openProject(cwd), move);
    writeEdit(edit);
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(target, "utf8")).toBe(edit.after);
  });
});

describe("the lock beside a stack file", () => {
  const lockOf = (cwd: string) => join(cwd, ".Pulumi.staging.yaml.lock");

  test("of a dead process is taken over, by one of those who want it", async () => {
    const cwd = temporaryProject();
    const file = join(cwd, "Pulumi.staging.yaml");
    fs.symlinkSync(
      `${deadId} ${jest.requireActual<typeof import("node:os")>("node:os").hostname()}`,
      lockOf(cwd),
    );
    const order: string[] = [];
    await Promise.all(["a", "b", "c"].map((name) => asSoleEditor(file, () => order.push(name))));
    expect(order.sort()).toEqual(["a", "b", "c"]);
    expect(fs.existsSync(lockOf(cwd))).toBe(false);
  });

  test("is given back after an error", async () => {
    const cwd = temporaryProject();
    const failing = asSoleEditor(join(cwd, "Pulumi.staging.yaml"), () => {
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(fs.readdirSync(cwd).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("of another host is respected, and its owner named", async () => {
    const cwd = temporaryProject();
    fs.symlinkSync("4711 laptop", lockOf(cwd));
    const file = join(cwd, "Pulumi.staging.yaml");
    const waiting = asSoleEditor(
      file,
      () => "edited",
      async () => undefined,
    );
    await expect(waiting).rejects.toThrow(
      `Pulumi.staging.yaml is being edited by process 4711 of laptop. Wait for it to end; if nothing runs there, remove ${lockOf(cwd)}`,
    );
  });
});
