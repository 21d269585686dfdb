import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  clearFaults,
  listFaults,
  resetSandbox,
  setFault,
  startSandbox,
  stopSandbox,
} from "../../../sandbox/client";
import { freeSandboxPort } from "../support";

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), "sandbox-faults-"));
});
afterAll(async () => {
  await stopSandbox({ home });
  rmSync(home, { recursive: true, force: true });
});

it("switches faults on and off in a running sandbox, which forgets them with everything else", async () => {
  await expect(setFault({ home }, { kind: "error" })).rejects.toThrow(
    "the sandbox does not run. Run: npx airlock sandbox start",
  );
  await startSandbox({ home, organization: "contoso", port: await freeSandboxPort() });
  const throttle = { kind: "throttle", on: "arm", seconds: 3, struck: 0 } as const;
  expect(await setFault({ home }, { kind: "throttle", on: "arm", seconds: 3 })).toEqual(throttle);
  expect(await listFaults({ home })).toEqual([throttle]);
  await expect(setFault({ home }, { kind: "throttle", seconds: -1 })).rejects.toMatchObject({
    problem: { what: "--seconds -1 is not a number from 1 to 3600", exitCode: 2 },
  });
  await clearFaults({ home });
  expect(await listFaults({ home })).toEqual([]);

  await setFault({ home }, { kind: "slow-roles", seconds: 600 });
  await resetSandbox({ home });
  expect(await listFaults({ home })).toEqual([]);
}, 60_000);
