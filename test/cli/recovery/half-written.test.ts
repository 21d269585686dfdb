import { existsSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { clearHalfWritten } from "../../../cli/recovery/half-written";

function backend(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "airlock-backend-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, ".pulumi", name)), { recursive: true });
    writeFileSync(join(folder, ".pulumi", name), text);
  }
  return folder;
}

const half = {
  "stacks/contoso/prod.json.attrs": "",
  "stacks/contoso/prod.json.bak.attrs": '{"user.cache_control":"","md5":"abc',
  "stacks/contoso/prod.json.18a3f2c4d5e6f708.tmp": '{"version":3,',
  "locks/organization/contoso/prod/1.json.18a3f2c4d5e6f708.tmp": "",
  "history/contoso/prod/prod-1.history.json.attrs": "",
  "backups/contoso/prod/prod.1.json.attrs": "",
};
const whole = {
  "stacks/contoso/prod.json": '{"version":3}',
  "stacks/contoso/prod.json.bak": "",
  "stacks/contoso/staging.json.attrs": "",
  "stacks/other/prod.json.attrs": "",
  "locks/organization/contoso/prod/1.json": "{}",
  "history/contoso/prod/prod-2.history.json.attrs": '{"md5":"abc"}',
  "meta.yaml.attrs": "",
};

test("half-written attributes and drafts of the stack go, and nothing else does", () => {
  const folder = backend({ ...half, ...whole });
  expect(clearHalfWritten(folder, "contoso", "prod", false).sort()).toEqual(Object.keys(half).sort());
  const there = (name: string) => existsSync(join(folder, ".pulumi", name));
  expect(Object.keys(half).filter(there)).toEqual([]);
  expect(Object.keys(whole).filter(there)).toEqual(Object.keys(whole));
});

test("where no lock proves its writer dead, what is fresh stays: an update may be writing it", () => {
  const folder = backend(half);
  const [old, ...fresh] = Object.keys(half);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(folder, ".pulumi", old), longAgo, longAgo);
  expect(clearHalfWritten(folder, "contoso", "prod", true)).toEqual([old]);
  expect(fresh.filter((name) => !existsSync(join(folder, ".pulumi", name)))).toEqual([]);
});

test("a backend that has no such stack is no error", () => {
  expect(clearHalfWritten(backend({}), "contoso", "prod", false)).toEqual([]);
});
