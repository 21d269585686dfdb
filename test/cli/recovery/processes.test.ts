import { spawn } from "node:child_process";
import { once } from "node:events";
import { parsePs, runningProcesses } from "../../../cli/recovery/processes";

test("finds a process with its parent, its start and its command line", async () => {
  const before = Date.now();
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "two words"]);
  await once(child, "spawn");
  try {
    const found = runningProcesses().find(({ pid }) => pid === child.pid)!;
    expect(found).toMatchObject({ pid: child.pid, parent: process.pid });
    expect(found.command).toBe(`${process.execPath} -e setInterval(() => {}, 1000) two words`);
    expect(Math.abs(found.startedAt - before)).toBeLessThan(60_000);
  } finally {
    child.kill("SIGKILL");
  }
});

test("reads what ps prints where there is no /proc", () => {
  const text = [
    "    1     0 Sat Nov 21 03:34:12 2026 /sbin/launchd",
    "26100     1 Sun Nov  1 10:13:30 2026 /opt/pulumi/bin/pulumi-language-nodejs -root=/a b 127.0.0.1:36531",
    "",
  ].join("\n");
  expect(parsePs(text)).toEqual([
    { pid: 1, parent: 0, startedAt: new Date(2026, 10, 21, 3, 34, 12).getTime(), command: "/sbin/launchd" },
    {
      pid: 26100,
      parent: 1,
      startedAt: new Date(2026, 10, 1, 10, 13, 30).getTime(),
      command: "/opt/pulumi/bin/pulumi-language-nodejs -root=/a b 127.0.0.1:36531",
    },
  ]);
});
