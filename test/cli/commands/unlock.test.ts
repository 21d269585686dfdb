import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { run } from "../../../cli/program";
import { recordingContext, temporaryProject } from "../support/project";

const dead = { pid: 2 ** 30, username: "alice", hostname: hostname(), timestamp: "2026-11-01T08:00:00Z" };
const urn = "urn:pulumi:prod::contoso::airlock:index:ImageImport::iam/login";
const pending = { type: "creating", resource: { urn, type: "airlock:index:ImageImport" } };
const exported = JSON.stringify({ version: 3, deployment: { pending_operations: [pending] } });

/** A project with a folder backend that holds these files of prod, and an engine that exports `states`, one after the other. */
function lockedProject(
  files: Record<string, string>,
  states: readonly string[] = [exported, exported],
  first = "",
) {
  const cwd = temporaryProject();
  const state = (name: string) => join(cwd, "state/.pulumi", name);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(state(name)), { recursive: true });
    writeFileSync(state(name), text);
  }
  states.forEach((text, index) => writeFileSync(join(cwd, `export-${index}.json`), text));
  const script = `#!/bin/sh
${first}
count=$(grep -c export calls 2>/dev/null)
echo "$1 $2" >> calls
[ "$2" != export ] || cp "export-\${count:-0}.json" "$6"
`;
  mkdirSync(join(cwd, "bin"));
  writeFileSync(join(cwd, "bin/pulumi"), script, { mode: 0o755 });
  const { context, written } = recordingContext(cwd, {
    PATH: `${cwd}/bin:/usr/bin:/bin`,
    PULUMI_BACKEND_URL: pathToFileURL(join(cwd, "state")).href,
  });
  const unlock = () => run(["unlock", "-s", "prod", "--cwd", cwd], context);
  const calls = () => readFileSync(join(cwd, "calls"), "utf8").trim().split("\n");
  return { unlock, written, calls, there: (name: string) => existsSync(state(name)) };
}

const lock = { "locks/organization/contoso/prod/1.json": JSON.stringify(dead) };
const half = "stacks/contoso/prod.json.attrs";

test("a dead engine's lock and what it left half-written go, and the engine forgets what was in the air", async () => {
  const { unlock, written, calls, there } = lockedProject({ ...lock, [half]: "" });
  expect(await unlock()).toBe(0);
  expect(calls()).toEqual(["stack export", "cancel prod", "stack export", "stack import"]);
  expect(there(half)).toBe(false);
  expect(written).toEqual({
    out: `Stack prod is unlocked: process ${dead.pid} of this host is dead.
Took away what was half-written: ${half}.
In the air were:
  creating airlock:index:ImageImport iam/login: the next pulumi up goes on from what is there
Next:
  pulumi up -s prod --policy-pack policies
`,
    err: "",
  });
});

test("an update that came in between keeps what it wrote: nothing is given back", async () => {
  const newer = JSON.stringify({ version: 3, deployment: { resources: [], pending_operations: [pending] } });
  const { unlock, written, calls } = lockedProject(lock, [exported, newer]);
  expect(await unlock()).toBe(0);
  expect(calls()).toEqual(["stack export", "cancel prod", "stack export"]);
  expect(written.err).toBe(
    "The engine keeps them on record, and warns at each update: an update changed the state meanwhile (stack prod). " +
      "Run airlock unlock -s prod again when it has ended\n",
  );
});

test("without a lock, what is being written stays", async () => {
  const { unlock, calls, there } = lockedProject({ [half]: "" });
  expect(await unlock()).toBe(0);
  expect(calls()).toEqual(["stack export", "stack export", "stack import"]);
  expect(there(half)).toBe(true);
});

test("a stack that is not there is named, with where to look", async () => {
  const { unlock, written } = lockedProject(
    {},
    [],
    `echo "error: no stack named 'prod' found" >&2; exit 255`,
  );
  expect(await unlock()).toBe(2);
  expect(written.err).toBe("airlock: there is no stack prod. pulumi stack ls names those that there are\n");
});
