import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Something that the person at the keyboard can mend; its message is all that is printed. */
export class Problem extends Error {}

/** What a token for Azure DevOps is asked for. */
const azureDevOps = "499b84ac-1321-427f-aa17-267ca6975798";

/**
 * Calls the Azure CLI, as whoever signed in to it.
 * @returns {unknown} what it answered, as JSON
 * @throws Problem with what it says of itself
 */
export function az(words) {
  const { status, error, stdout, stderr } = spawnSync("az", [...words, "--output", "json"], { encoding: "utf8" });
  if (error) throw new Problem(`az can't be started: ${error.message}. Install the Azure CLI with its extension azure-devops`);
  if (status !== 0) throw new Problem(`az ${words.slice(0, 4).join(" ")} … failed: ${lastLine(stderr)}`);
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}

/** What the CLI has no command for: environments, checks, and which pipeline may use what. */
export function rest(call, method, url, body) {
  const content = ["--headers", "Content-Type=application/json", "--body", JSON.stringify(body)];
  return call(["rest", "--method", method, "--url", url, "--resource", azureDevOps, ...(body ? content : [])]);
}

/** Hands over a file with some JSON, which is gone afterwards. */
export function withFile(content, use) {
  const folder = mkdtempSync(join(tmpdir(), "azure-devops-"));
  try {
    const file = join(folder, "request.json");
    writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}
