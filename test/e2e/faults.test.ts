import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage } from "../../cli/story/image";
import { setConfigValue } from "../../model/config/stack-file";
import { clearFaults, listFaults, setFault, type Fault } from "../../sandbox/client";
import { succeeded, TestSandbox, type Ran } from "../support/sandbox";
import { builder, heldIn, pinPublicKey, promoters, pushSigned, type Held } from "./story/world";

jest.setTimeout(600_000);

const sandbox = new TestSandbox(17563);
afterAll(() => sandbox.remove());

/** What goes wrong and is survived, each with an image of its own. */
const survived: Record<string, Fault> = {
  latency: { kind: "latency", seconds: 1, times: 3 },
  throttle: { kind: "throttle", seconds: 1, times: 3 },
  error: { kind: "error", times: 4 },
  "drop-before": { kind: "drop-before", times: 4 },
  "drop-after": { kind: "drop-after", times: 4 },
  // More often than a client asks again.
  "lost-import": { kind: "drop-after", match: "POST /subscriptions/**/importImage", times: 6 },
  "late-image": { kind: "replication-lag", seconds: 2, times: 2 },
};
const fatal = ["late-role", "long-wait", "crash"];
const names = [...Object.keys(survived), ...fatal];
const digestOf = (name: string): string => buildImage(`iam/${name}`, "1.0.0").digest;
const as = promoters.staging;

const airlock = (...args: string[]) => sandbox.airlock(args, { cwd: sandbox.workspace });

beforeAll(async () => {
  succeeded(await sandbox.airlock(["sandbox", "start"]));
  sandbox.trust();
  succeeded(await sandbox.up("shared"));
  await pinPublicKey(sandbox);
  succeeded(await sandbox.up("dev"));
  for (const name of names) await pushSigned(sandbox, "1.0.0", `iam/${name}`);
  const images = Object.fromEntries(
    names.map((name) => [`iam/${name}`, { version: "1.0.0", digest: digestOf(name) }]),
  );
  const file = join(sandbox.workspace, "Pulumi.dev.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, setConfigValue(text, "onestream", "images", images));
  succeeded(await sandbox.up("dev", { as: builder }));
  // The roles of staging, the promoter's among them, are made while they take their time.
  await setFault(sandbox, { kind: "slow-roles", seconds: 3_600 });
  succeeded(await sandbox.up("staging"));
});
afterEach(() => clearFaults(sandbox));

/** Moves one image to staging, as the promoter. */
async function promote(name: string): Promise<Ran> {
  succeeded(await airlock("promote", `iam/${name}`, "--to", "staging"));
  return sandbox.up("staging", { as });
}

/** What staging has of an image that was promoted and nothing forgotten. */
function whole(name: string): Held {
  const tag = { digest: digestOf(name), write: true, delete: true };
  return {
    tags: { "1.0.0-staging": tag, "latest-staging": tag },
    manifest: { write: true, delete: true },
    signature: true,
    referrers: ["application/spdx+json"],
  };
}

/** The engine's diagnostics about one image, a line each. */
function problems({ output }: Ran, name: string): string[] {
  const diagnostics = output.split(/^Diagnostics:$/m)[1].split(/^(?:Outputs|Resources|Policies):$/m)[0];
  const blocks = diagnostics.split(/\n\s*\n/).map((block) => block.trim().split(/\n\s*/));
  return blocks.filter(([head]) => head.includes(`iam/${name}`)).flatMap(([, ...lines]) => lines);
}

/** When nothing is wrong any more: nothing is half there, and the next run brings the image. */
async function convergesWhenOver(name: string): Promise<void> {
  await clearFaults(sandbox);
  expect(await heldIn(sandbox, "staging", "1.0.0", `iam/${name}`)).toBeUndefined();
  succeeded(await sandbox.up("staging", { as }));
  expect(await heldIn(sandbox, "staging", "1.0.0", `iam/${name}`)).toEqual(whole(name));
}

test("roles that take effect too late: the promoter is told, and promotes when they do", async () => {
  const failed = await promote("late-role");
  expect(failed.exitCode).not.toBe(0);
  expect(problems(failed, "late-role")).toEqual([
    expect.stringMatching(
      /^error: .* refused the sign-in: 401 UNAUTHORIZED: .*Run this as an identity of the matrix that may; a role that it got less than 10 minutes ago may not have taken effect yet: then run this again$/,
    ),
  ]);
  await convergesWhenOver("late-role");
});

test.each(Object.entries(survived))("%s: the promotion succeeds", async (name, fault) => {
  await setFault(sandbox, fault);
  succeeded(await promote(name));
  // It struck as often as it was told to, and ended by itself.
  expect(await listFaults(sandbox)).toEqual([]);
  expect(await heldIn(sandbox, "staging", "1.0.0", `iam/${name}`)).toEqual(whole(name));
});

test("a registry that asks for too much patience: one line says so, and the next run converges", async () => {
  await setFault(sandbox, { kind: "throttle", on: "registry", seconds: 600 });
  const failed = await promote("long-wait");
  expect(failed.exitCode).not.toBe(0);
  expect(problems(failed, "long-wait")).toEqual([
    expect.stringMatching(/ failed: 429\. localhost:\d+ asks to wait for 600 seconds$/),
  ]);
  await convergesWhenOver("long-wait");
});

test("a sandbox that dies while it imports: one line says so, and the next run converges", async () => {
  await setFault(sandbox, { kind: "crash-import" });
  const failed = await promote("crash");
  expect(failed.exitCode).not.toBe(0);
  expect(problems(failed, "crash")).toEqual([expect.stringMatching(/ECONNREFUSED/)]);
  succeeded(await airlock("sandbox", "start"));
  sandbox.signInAgain();
  await convergesWhenOver("crash");
});

test("the command line switches them on and off", async () => {
  const said = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await airlock("sandbox", "fault", ...words);
    return { exitCode, stdout, stderr };
  };
  const fault = { kind: "throttle", on: "arm", times: 2, seconds: 3, struck: 0 };
  expect(await said("throttle", "--on", "arm", "--times", "2", "--seconds", "3")).toEqual({
    exitCode: 0,
    stdout: "The sandbox has a fault: 429, and Retry-After says 3 seconds.\n",
    stderr: "It ends with: npx airlock sandbox fault clear\n",
  });
  expect(JSON.parse((await said("list", "--json")).stdout)).toEqual([fault]);
  expect((await said("list")).stdout).toBe(
    "fault     on   match  seconds  times  struck\nthrottle  arm         3        2      0\n",
  );
  expect(await said("clear")).toEqual({ exitCode: 0, stdout: "The sandbox has no faults.\n", stderr: "" });
  expect(await said("latncy")).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: 'airlock: unknown fault "latncy". Did you mean "latency"?\n',
  });
});
