import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiServer } from "../../sandbox/kubernetes/control-plane/api-server";
import { folderOf, type Answer, type KubernetesObject } from "../../sandbox/kubernetes/control-plane/objects";

/** A folder of a test's own, and how it goes again. */
export function newHome(): { home: string; remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), "airlock-cluster-"));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** POSTs an object, or PUTs it where it has a version; `dryRun` goes through admission and keeps nothing. */
export function send(
  cluster: ApiServer,
  object: KubernetesObject,
  { dryRun = false, path = "" } = {},
): Promise<Answer> {
  const { name, resourceVersion } = object.metadata;
  const query = dryRun ? "?dryRun=All" : "";
  return resourceVersion === undefined
    ? cluster.call("POST", `${folderOf(object)}${query}`, object)
    : cluster.call("PUT", `${folderOf(object)}/${name}${path}${query}`, object);
}

/** Says what is left out on a machine that can't build it: there the rest counts, and in CI it is a failure. */
export function withoutGo(what: string): void {
  const missing = `not run, since there is no Go to build it with: ${what}`;
  if (process.env.CI === "true") {
    test(missing, () => {
      throw new Error(`${missing}. Install Go: https://go.dev/dl`);
    });
    return;
  }
  process.stderr.write(`${missing}\n`);
  test.skip(missing, () => undefined);
}
