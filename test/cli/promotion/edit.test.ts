import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import fc from "fast-check";
import { openProject } from "../../../cli/project";
import { run } from "../../../cli/program";
import { editStackFile, writeEdit } from "../../../cli/promotion/edit";
import { placeOf } from "../../../cli/promotion/place";
import { asSoleEditor } from "../../../cli/promotion/sole-editor";
import { alive, killedAt } from "../../support/mortal-fs";
import { digest, pocFile, recordingContext, running, temporaryProject } from "../support/project";

jest.mock("node:fs", () =>
  jest.requireActual<typeof import("../../support/mortal-fs")>("../../support/mortal-fs").mortalFs(),
);

const ownId = process.pid;
const deadId = 2 ** 30;
const as = (pid: number) => Object.defineProperty(process, "pid", { value: pid });

afterEach(() => {
  alive();
  as(ownId);
});

const files = () => ({
  "Pulumi.dev.yaml": running("1.2.3", digest("a")),
  "Pulumi.poc.yaml": pocFile({ dev: { "iam/auth-service": { version: "1.2.3", digest: digest("a") } } }),
});
const promote = ["promote", "iam/auth-service", "--to", "staging"];
const publish = ["publish", `iam/auth-service@${digest("b")}`, "--version", "1.3.0"];

describe.each([
  ["promote", promote, "Pulumi.staging.yaml"],
  ["publish", publish, "Pulumi.dev.yaml"],
  ["promote --poc", [...promote, "--poc"], "Pulumi.poc.yaml"],
])("airlock %s, killed at any step of its writing", (_, words, name) => {
  const airlock = async (cwd: string) => {
    const { context, written } = recordingContext(cwd);
    return { code: await run(words, context), err: written.err };
  };

  test("leaves the old file or the new, and the next run finishes without a trace", async () => {
    const whole = temporaryProject(files());
    const old = fs.readFileSync(join(whole, name), "utf8");
    alive();
    expect(await airlock(whole)).toEqual({ code: 0, err: "" });
    const all = alive();
    expect(all).toBeGreaterThan(6);
    const edited = fs.readFileSync(join(whole, name), "utf8");

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: all }), fc.boolean(), async (step, halfWritten) => {
        const cwd = temporaryProject(files());
        const before = fs.readdirSync(cwd);
        // Its number is nobody's afterwards.
        as(deadId);
        await killedAt(step, halfWritten, () => run(words, recordingContext(cwd).context));
        as(ownId);
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
  const place = placeOf("path", "staging");
  const move = { repository: "iam/auth-service", version: "1.2.3", digest: digest("a"), to: "staging" };

  test("an editor that doesn't know the lock: its change stays, and the command says so", () => {
    const project = openProject(temporaryProject(files()));
    const edit = editStackFile(project, place, move);
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
    const edit = editStackFile(openProject(cwd), place, move);
    writeEdit(edit);
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(target, "utf8")).toBe(edit.after);
  });
});

describe("the lock beside a stack file", () => {
  test("lets one process edit at a time, also when it must be taken from a dead one: no edit is lost", async () => {
    const cwd = temporaryProject();
    const [file, editor] = [join(cwd, "number"), join(cwd, "editor.js")];
    const entryPoints = [join(__dirname, "counting-editor.ts")];
    buildSync({ entryPoints, bundle: true, platform: "node", target: "node24", outfile: editor });
    fs.writeFileSync(file, "0");
    fs.symlinkSync(`${deadId} ${hostname()}`, join(cwd, ".number.lock"));
    const editors = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [editor, file, "50"], { stdio: "inherit" }),
    );
    const codes = await Promise.all(editors.map(async (child) => (await once(child, "exit"))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(fs.readFileSync(file, "utf8")).toBe("200");
  });

  const lockOf = (cwd: string) => join(cwd, ".Pulumi.staging.yaml.lock");

  test("of a dead one is moved away by each under a name of its own: none removes what another is to put back", async () => {
    const cwd = temporaryProject();
    const before = fs.readdirSync(cwd);
    const moving = jest.spyOn(jest.requireMock<typeof fs>("node:fs"), "renameSync");
    for (const pid of [ownId, process.ppid]) {
      fs.symlinkSync(`${deadId} ${hostname()}`, lockOf(cwd));
      as(pid);
      await asSoleEditor(join(cwd, "Pulumi.staging.yaml"), () => undefined);
    }
    expect(moving.mock.calls).toEqual(
      [ownId, process.ppid].map((pid) => [lockOf(cwd), `${lockOf(cwd)}.${pid}.dead`]),
    );
    moving.mockRestore();
    expect(fs.readdirSync(cwd)).toEqual(before);
  });

  test("is taken with what the dead left there; the living need theirs yet", async () => {
    const cwd = temporaryProject();
    const leave = (pid: number) => {
      fs.symlinkSync(`${pid} ${hostname()}`, `${lockOf(cwd)}.${pid}.dead`);
      fs.writeFileSync(join(cwd, `.Pulumi.staging.yaml.${pid}.draft`), "");
    };
    leave(deadId);
    leave(process.ppid);
    await asSoleEditor(join(cwd, "Pulumi.staging.yaml"), () => undefined);
    expect(fs.readdirSync(cwd).filter((name) => name.startsWith("."))).toEqual([
      `.Pulumi.staging.yaml.${process.ppid}.draft`,
      `.Pulumi.staging.yaml.lock.${process.ppid}.dead`,
    ]);
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
