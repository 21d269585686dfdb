import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leaksOf, secretsIn } from "../../support/secrets";
import type { TestSandbox } from "../../support/sandbox";

/** Searches all that the runs left behind and printed. Every other sandbox of the tests is searched too, when it is removed. */
export function keepsSecrets(sandbox: TestSandbox): void {
  test("they stand in the sandbox's own stores alone, readable by their owner alone, and nothing printed one", async () => {
    expect(sandbox.printed.length).toBeGreaterThan(10);
    const found = (await secretsIn(sandbox.home, sandbox.printed)).map(({ secret, place, mode }) => {
      const name = place.replace(/[^/]*\.jwt$/, "*.jwt").replace(/[0-9a-f]{32}/, "<version>");
      return `${secret} in ${name}, mode ${mode}`;
    });
    expect([...new Set(found)].sort()).toEqual([
      "control key in sandbox/control.key, mode 600",
      "private key in sandbox/ca.key, mode 600",
      "private key in sandbox/state/issuers/entra.pem, mode 600",
      "private key in sandbox/state/issuers/github.pem, mode 600",
      "private key in sandbox/state/issuers/people.pem, mode 600",
      "private key in sandbox/state/vaults/onestream-signing-kv/cosign/<version>.pem, mode 600",
      "registry secret in sandbox/state/registries/onestreamdev/secret, mode 600",
      "registry secret in sandbox/state/registries/onestreamprod/secret, mode 600",
      "registry secret in sandbox/state/registries/onestreamstaging/secret, mode 600",
      "token in tokens/*.jwt, mode 600",
    ]);
  });

  test("one that got out would be found, however it is spelled", async () => {
    const tokens = join(sandbox.home, "tokens");
    const token = readFileSync(join(tokens, readdirSync(tokens)[0]), "utf8");
    const key = readFileSync(join(sandbox.home, "sandbox/state/issuers/entra.pem"), "utf8");
    const spellings = [
      token,
      Buffer.from(`x:${token}`).toString("base64"),
      encodeURIComponent(key),
      JSON.stringify({ key }),
      Buffer.from(key).toString("base64url"),
    ];
    const planted = join(sandbox.home, "state/.pulumi/history/planted.json");
    for (const text of spellings) {
      writeFileSync(planted, `{ "note": "${text}" }`, { mode: 0o600 });
      const leaks = await leaksOf(sandbox.home, [`said: ${text}`]);
      expect(leaks.map((leak) => leak.replace(/^(token|private key).* in/, "one in"))).toEqual([
        "one in state/.pulumi/history/planted.json, mode 600",
        "one in printed",
      ]);
    }
    rmSync(planted);
  });
}
