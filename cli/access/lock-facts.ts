import type { RegisteredResource } from "../../model/access/from-resources";
import { describeScope, normalizeScope, scopeCovers } from "../../model/access/scopes";
import type { Column } from "./effective";
import type { Fact } from "./facts";

/** What is locked against changes: it gives nobody anything, and the graph leaves it out. */
export function lockFacts(resources: readonly RegisteredResource[], columns: readonly Column[]): Fact[] {
  return resources.flatMap(({ type, id = "", inputs, outputs }): Fact[] => {
    if (!/^azure-native[^:]*:authorization.*:ManagementLock/.test(type)) return [];
    const all: Record<string, unknown> = { ...inputs, ...outputs };
    const scope = text(all.scope) || scopeOf(id);
    const level = text(all.level);
    return [
      {
        key: JSON.stringify(["lock", normalizeScope(scope), level]),
        text: `${describeScope(scope)} has a ${level} lock`,
        columns: columns
          .filter(({ resource }) => scopeCovers(scope, resource.id) || scopeCovers(resource.id, scope))
          .map(({ name }) => name),
        grants: false,
      },
    ];
  });
}

function scopeOf(id: string): string {
  const at = id.toLowerCase().lastIndexOf("/providers/microsoft.authorization/");
  return at < 0 ? id : id.slice(0, at);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
