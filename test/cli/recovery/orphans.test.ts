import { mkdtempSync, symlinkSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers, endAll, orphansOf } from "../../../cli/recovery/orphans";

const project = mkdtempSync(join(tmpdir(), "airlock of a project-"));
const link = `${project}-link`;
symlinkSync(project, link);

const host = (
  pid: number,
  root: string,
  engine: string,
  name = "/opt/pulumi/bin/pulumi-language-nodejs",
) => ({
  pid,
  parent: 1,
  startedAt: 0,
  command: `${name} -root=${root} ${engine}`,
});
const [dead, alive] = ["127.0.0.1:1001", "127.0.0.1:1002"];
const listens = async (address: string) => address === alive;

test("a language host of this project whose engine is gone is an orphan, however the folder is spelled", async () => {
  const processes = [host(1, project, dead), host(2, project, dead, "pulumi-language-python")];
  const found = [
    { pid: 1, name: "pulumi-language-nodejs" },
    { pid: 2, name: "pulumi-language-python" },
  ];
  expect(await orphansOf(project, processes, listens)).toEqual(found);
  expect(await orphansOf(link, processes, listens)).toEqual(found);
});

const program = (pid: number, folder: string, engine: string) => ({
  pid,
  parent: 1,
  startedAt: 0,
  command:
    `/opt/node_modules/.bin/node /opt/node_modules/@pulumi/pulumi/cmd/run/index.js --monitor 127.0.0.1:1003 --engine ${engine} ` +
    `--sync /tmp/pipes --organization organization --project onestream --stack prod --pwd ${folder} --query-mode false --parallel 8 .`,
});

test("so is a program of this project, which would go on reporting that nobody hears it", async () => {
  const processes = [program(1, `${project}/stacks`, dead), program(2, project, dead)];
  const name = "the program of stack prod";
  expect(await orphansOf(project, processes, listens)).toEqual([
    { pid: 1, name },
    { pid: 2, name },
  ]);
});

test.each([
  ["whose engine listens", host(1, project, alive)],
  ["that is a program whose engine listens", program(1, `${project}/stacks`, alive)],
  ["that is another project's program", program(1, `${project}-too/stacks`, dead)],
  ["of another project", host(1, `${project}-too`, dead)],
  ["that is no language host", host(1, project, dead, "/usr/bin/less")],
  ["that reads one", host(1, project, dead, "/usr/bin/less /opt/pulumi/bin/pulumi-language-nodejs")],
  ["that only speaks of one", host(1, project, dead, "grep pulumi-language-nodejs")],
  [
    "without an engine's address",
    { ...host(1, project, dead), command: `pulumi-language-nodejs -root=${project}` },
  ],
])("a process %s is left alone", async (_, process) => {
  expect(await orphansOf(project, [process], listens)).toEqual([]);
});

test("all are asked to end, and one of another user keeps none of the others from it", () => {
  const orphans = [1001, 1002, 1003].map((pid) => ({ pid, name: "pulumi-language-nodejs" }));
  const refusals: Record<number, string> = { 1001: "EPERM", 1002: "ESRCH" };
  const kill = jest.spyOn(process, "kill").mockImplementation((pid) => {
    if (pid in refusals) throw Object.assign(new Error("kill"), { code: refusals[pid] });
    return true;
  });
  expect(endAll(orphans)).toEqual([orphans[0]]);
  expect(kill.mock.calls).toEqual(orphans.map(({ pid }) => [pid, "SIGTERM"]));
  kill.mockRestore();
});

test("only a refused connection says that nothing listens", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await answers(address)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await answers(address)).toBe(false);
  expect(await answers("no-such-host.invalid:1")).toBe(true);
});
