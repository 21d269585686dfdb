import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { TestSandbox } from "../../support/sandbox";

const secrets = {
  token: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  "private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
};

/** Searches all that the runs left behind and printed. */
export function keepsSecrets(sandbox: TestSandbox): void {
  test("tokens and private keys stand in the sandbox's own stores alone, readable by their owner alone", () => {
    const found = filesBelow(sandbox.home).flatMap((file) => {
      const kinds = secretsIn(readFileSync(file, "latin1"));
      const place = relative(sandbox.home, file)
        .replace(/[^/]*\.jwt$/, "*.jwt")
        .replace(/[0-9a-f]{32}/, "<version>");
      return kinds.map((kind) => `${kind} in ${place}, mode ${(statSync(file).mode & 0o777).toString(8)}`);
    });
    expect([...new Set(found)].sort()).toEqual([
      "private key in sandbox/ca.key, mode 600",
      "private key in sandbox/state/issuers/entra.pem, mode 600",
      "private key in sandbox/state/issuers/github.pem, mode 600",
      "private key in sandbox/state/issuers/people.pem, mode 600",
      "private key in sandbox/state/vaults/onestream-signing-kv/cosign/<version>.pem, mode 600",
      "token in tokens/*.jwt, mode 600",
    ]);
  });

  test("nothing that was printed contains one", () => {
    expect(sandbox.printed.length).toBeGreaterThan(10);
    expect(sandbox.printed.filter((text) => secretsIn(text).length > 0)).toEqual([]);
  });
}

function secretsIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, pattern]) => pattern.test(text))
    .map(([kind]) => kind);
}

// Links lead into the checkout, which is no part of what the runs left.
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
