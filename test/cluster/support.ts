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

/** In CI nothing may be left out for want of Go; on a user's machine the rest counts. */
export function withoutGo(what: string): void {
  test(`not run here: ${what}, which needs Go to build it`, () => {
    if (process.env.CI === "true") throw new Error(`CI has to see ${what}. Install Go`);
  });
}
