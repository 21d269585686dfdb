import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

test("a set-up that has nothing to do says nothing", () => {
  const setUp = () =>
    spawnSync(process.execPath, [resolve(__dirname, "../../tools/setup/index.mjs")], { encoding: "utf8" });
  setUp();
  const { status, stdout, stderr } = setUp();
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});
