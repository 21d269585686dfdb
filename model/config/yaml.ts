import { type Document, isNode, isScalar, parseDocument, visit } from "yaml";
import { UserError } from "../errors";

/** More aliases than a configuration has: resolving each walks the whole file. */
const aliasLimit = 1000;

/**
 * A configuration file as its YAML says. What no configuration needs and what would take for ever is refused with the rest.
 * @param file as errors call it, when they can.
 * @throws UserError (2), in one line with the place
 */
export function openYaml(text: string, file?: string): Document.Parsed {
  // The library compares every key of a mapping with every other one.
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "error" });
  const [error] = document.errors;
  if (error) throw notYaml(worded(error.message), placeOf(text, error.pos[0]), file);
  const found = firstProblem(document);
  if (found) throw notYaml(found.what, placeOf(text, found.at), file);
  return document;
}

/** What the file says, in plain values. @throws UserError (2) as {@link openYaml} */
export function readYaml(text: string, file?: string): unknown {
  return plainValue(openYaml(text, file), file);
}

/** What a document says, in plain values. @throws UserError (2) when its aliases say too much */
export function plainValue(document: Document, file?: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias of nothing, or aliases of aliases that grow without end.
    throw notYaml((error as Error).message, undefined, file);
  }
}

interface Problem {
  readonly what: string;
  /** Offset into the text. */
  readonly at: number;
}

function firstProblem(document: Document.Parsed): Problem | undefined {
  let found: Problem | undefined;
  let aliases = 0;
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const at = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        if (!isScalar(key)) found = { what: "a key must be text", at };
        // Whoever copies it key by key loses it, and what stands below.
        else if (key.value === "__proto__") found = { what: "no key is called __proto__", at };
        // What `1` and "1" mean to a reader is the same key.
        else if (seen.has(String(key.value))) found = { what: "a key stands twice", at };
        else seen.add(String(key.value));
        if (found) return visit.BREAK;
      }
      return undefined;
    },
    Alias(_, { source, range }, path) {
      const at = range?.[0] ?? 0;
      if (++aliases > aliasLimit) found = { what: `there are more than ${aliasLimit} aliases`, at };
      else if (path.some((outer) => isNode(outer) && "anchor" in outer && outer.anchor === source))
        found = { what: "an alias stands inside of what it stands for", at };
      return found && visit.BREAK;
    },
  });
  return found;
}

// The library's own position and excerpt; its recursion ends where the stack does.
function worded(message: string): string {
  const [what] = message.split("\n");
  if (what.startsWith("Maximum call stack")) return "it is nested too deeply";
  return what.replace(/ at line \d+, column \d+:?$/, "");
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before[before.length - 1].length + 1}`;
}

function notYaml(why: string, place: string | undefined, file: string | undefined): UserError {
  const where = [file, place].filter((part) => part !== undefined).join(", ");
  return new UserError({ what: `not valid YAML: ${why}`, ...(where && { where }), exitCode: 2 });
}
