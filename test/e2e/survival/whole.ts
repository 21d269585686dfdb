import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parse } from "yaml";
import type { TestSandbox } from "../../support/sandbox";

/** Files of the sandbox, the engine's state and the project that are no whole document of their kind, by their path in the home. */
export function brokenFiles(sandbox: TestSandbox): string[] {
  const stores = ["sandbox/state", "state/.pulumi"].map((name) => join(sandbox.home, name));
  const files = [
    ...stores.filter(existsSync).flatMap((folder) => filesIn(folder, true)),
    // Folders of the project are links into the checkout.
    ...filesIn(sandbox.workspace, false),
  ];
  return files.filter((file) => !isWhole(file)).map((file) => relative(sandbox.home, file));
}

function filesIn(folder: string, recursive: boolean): string[] {
  return readdirSync(folder, { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function isWhole(file: string): boolean {
  const bytes = readFileSync(file);
  const text = (): string => bytes.toString("utf8");
  try {
    if (/\/blobs\/sha256\/[0-9a-f]+$/.test(file)) {
      return createHash("sha256").update(bytes).digest("hex") === basename(file);
    }
    if (file.endsWith(".json")) JSON.parse(text());
    else if (file.endsWith(".yaml")) parse(text());
    else if (file.endsWith(".pem")) return /-----END [A-Z ]+-----\n$/.test(text());
    return true;
  } catch {
    return false;
  }
}
