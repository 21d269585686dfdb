import { textOf } from "../text";

/** What one part of a `$filter` asks of a property; of one that is a list, that a member of it fulfils it. */
interface Clause {
  readonly property: string;
  readonly asks: "eq" | "startswith";
  readonly value: string;
}

// Quotes inside a text are doubled.
const text = "'((?:[^']|'')*)'";
const forms: readonly { readonly pattern: RegExp; readonly asks: Clause["asks"] }[] = [
  { pattern: new RegExp(`^(\\w+)\\s+eq\\s+${text}$`, "i"), asks: "eq" },
  { pattern: new RegExp(`^(\\w+)/any\\(\\s*\\w+\\s*:\\s*\\w+\\s+eq\\s+${text}\\s*\\)$`, "i"), asks: "eq" },
  { pattern: new RegExp(`^startswith\\(\\s*(\\w+)\\s*,\\s*${text}\\s*\\)$`, "i"), asks: "startswith" },
];

/**
 * Whether an object fulfils a `$filter`, as far as clients of Azure write them: `eq`, `any` and `startswith`, joined by `and`.
 * Undefined when the filter is anything else: to pass it over would list too much.
 */
export function filterOf(
  filter: string,
): ((object: Readonly<Record<string, unknown>>) => boolean) | undefined {
  const parts =
    filter.trim() === "" ? [] : filter.trim().split(/(?<=\S)\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)/i);
  const clauses = parts.map(clauseOf);
  if (clauses.includes(undefined)) return undefined;
  return (object) => (clauses as Clause[]).every((clause) => fulfils(object, clause));
}

/**
 * Whether an object has the tag that `tagName eq '…' and tagValue eq '…'` asks for; undefined for every other filter. Whether
 * Azure minds case in the value is not documented here: the sandbox doesn't, so that whoever filters looks again.
 */
export function tagFilterOf(
  filter: string,
): ((object: { readonly tags?: Readonly<Record<string, string>> }) => boolean) | undefined {
  const form = new RegExp(`^\\s*tagName\\s+eq\\s+${text}\\s+and\\s+tagValue\\s+eq\\s+${text}\\s*$`, "i");
  const [, name, value] = form.exec(filter)?.map((part) => part.replaceAll("''", "'").toLowerCase()) ?? [];
  if (name === undefined) return undefined;
  return ({ tags = {} }) =>
    Object.entries(tags).some(([key, held]) => key.toLowerCase() === name && held.toLowerCase() === value);
}

function clauseOf(part: string): Clause | undefined {
  for (const { pattern, asks } of forms) {
    const [, property, value] = pattern.exec(part) ?? [];
    if (property !== undefined) return { property, asks, value: value.replaceAll("''", "'").toLowerCase() };
  }
  return undefined;
}

function fulfils(object: Readonly<Record<string, unknown>>, { property, asks, value }: Clause): boolean {
  const key = Object.keys(object).find((name) => name.toLowerCase() === property.toLowerCase());
  const found = key === undefined ? [] : [object[key]].flat();
  return found
    .map((one) => textOf(one).toLowerCase())
    .some((one) => (asks === "eq" ? one === value : one.startsWith(value)));
}
