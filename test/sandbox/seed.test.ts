import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { StoredResource } from "../../sandbox/azure/resource-type";
import { Directory } from "../../sandbox/entra/directory";
import type { DirectoryObject } from "../../sandbox/entra/objects";
import { JsonStore } from "../../sandbox/json-store";
import { directoryAdministrators, seed } from "../../sandbox/seed";

/** A store that ends the process, as it were, at its n-th write. */
class CrashingStore<T> extends JsonStore<T> {
  constructor(
    directory: string,
    private readonly budget: { writes: number },
  ) {
    super(directory);
  }

  override set(key: string, value: T): void {
    if (this.budget.writes-- <= 0) throw new Error("crashed");
    super.set(key, value);
  }
}

const names = (folder: string): string[] => {
  const directory = new Directory(new JsonStore<DirectoryObject>(path.join(folder, "directory")));
  return directory
    .all("application")
    .map(({ displayName }) => displayName)
    .concat(directory.all("user").map(({ displayName }) => displayName));
};

it("comes out the same wherever it was cut short before", () => {
  for (let writes = 0; ; writes++) {
    const folder = mkdtempSync(path.join(tmpdir(), "seed-"));
    const at = (name: string): string => path.join(folder, name);
    const budget = { writes };
    let crashed = false;
    try {
      const directory = new Directory(new CrashingStore<DirectoryObject>(at("directory"), budget));
      seed(new CrashingStore<StoredResource>(at("resources"), budget), directory, "contoso", ["abac"]);
    } catch {
      crashed = true;
    }
    const resources = new JsonStore<StoredResource>(at("resources"));
    const directory = new Directory(new JsonStore<DirectoryObject>(at("directory")));
    seed(resources, directory, "contoso", ["abac"]);
    const before = resources.revision;
    seed(resources, directory, "contoso", ["abac"]);
    expect(resources.revision).toBe(before);
    expect(names(folder)).toEqual(["sp-contoso-platform", "administrator"]);
    const roles = new Set(
      resources.values().map(({ properties }) => String(properties.principalId ?? "definition")),
    );
    for (const administrator of directoryAdministrators(directory, "contoso"))
      expect(roles).toContain(administrator);
    rmSync(folder, { recursive: true });
    if (!crashed) return;
  }
});
