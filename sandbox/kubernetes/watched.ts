/** A field that nobody asked for, and the fields that were. */
export interface Unread {
  /** JSON pointer. */
  readonly pointer: string;
  readonly known: readonly string[];
}

/**
 * A value that remembers which of its fields were asked for. A compiled validator asks for every field that its schema has, also
 * for those that are absent, and for none of an object that may hold anything.
 */
export function watched(root: object): { value: object; unread: () => Unread[] } {
  const records: { pointer: string; target: object; asked: Set<string>; listed: boolean }[] = [];
  const watch = (target: object, pointer: string): object => {
    const record = { pointer, target, asked: new Set<string>(), listed: false };
    records.push(record);
    const children = new Map<string, object>();
    return new Proxy(target, {
      get(from, name) {
        const value: unknown = Reflect.get(from, name);
        if (typeof name === "symbol") return value;
        record.asked.add(name);
        if (typeof value !== "object" || value === null) return value;
        const child = children.get(name) ?? watch(value, `${pointer}/${escaped(name)}`);
        children.set(name, child);
        return child;
      },
      ownKeys(from) {
        // A map: whatever stands in it is looked at.
        record.listed = true;
        return Reflect.ownKeys(from);
      },
    });
  };
  const value = watch(root, "");
  const isClosed = ({ target, asked, listed }: (typeof records)[number]): boolean =>
    !Array.isArray(target) && !listed && asked.size > 0;
  return {
    value,
    unread: () =>
      records.filter(isClosed).flatMap(({ pointer, target, asked }) =>
        Object.keys(target)
          .filter((name) => !asked.has(name))
          .map((name) => ({ pointer: `${pointer}/${escaped(name)}`, known: [...asked].sort() })),
      ),
  };
}

const escaped = (step: string): string => step.replaceAll("~", "~0").replaceAll("/", "~1");
