import { Document, isMap, isScalar, isSeq, Pair, Scalar, YAMLMap, type Node } from "yaml";
import { UserError } from "../errors";
import { openYaml, plainValue, readYaml } from "./yaml";

/** Makes the new value from the present one, whose style and comments it may keep. */
export type Edit = (present: Node | undefined, document: Document) => Node;

// Folding would touch lines that nobody edited.
const style = { lineWidth: 0 } as const;

/**
 * The text with the value at `path` edited, and parents made where they don't exist. Only the lines of that one entry
 * are written anew; a style whose lines can't be cut out, such as a filled flow mapping, is written anew as a whole.
 * @throws UserError (2) when the text is not YAML, or no mapping
 */
export function editValue(text: string, path: readonly string[], edit: Edit): string {
  const whole = openYaml(text);
  if (whole.contents !== null && !isMap(whole.contents))
    throw new UserError({ what: "the file is no mapping of keys to values", exitCode: 2 });
  path.slice(1).forEach((_, index) => {
    const parent = path.slice(0, index + 1);
    if (!isMap(whole.getIn(parent))) whole.setIn(parent, new YAMLMap());
  });
  whole.setIn(path, edit(presentAt(whole, path), whole));
  const spliced = splice(text, path, edit);
  return spliced !== undefined && sameContent(spliced, whole) ? spliced : whole.toString(style);
}

function splice(text: string, path: readonly string[], edit: Edit): string | undefined {
  const document = openYaml(text);
  if (document.contents === null)
    return inserted(
      text,
      text.length,
      rendered(new Scalar(path[0]), nest(path, 0, edit(undefined, document))),
    );
  const { parent, depth } = deepestBlock(document, path);
  const pair = parent?.items.find(({ key }) => isScalar(key) && key.value === path[depth]);
  const last = pair ?? parent?.items.at(-1);
  if (!parent || !last) return undefined;

  const start = startOf(last);
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  if (!/^ *$/.test(indent)) return undefined;
  const end = endOf(text, last);
  // What trails the entry stays in the text behind it.
  if (pair) dropTrailingComments(pair);
  const value = nest(path, depth, edit(presentAt(document, path), document));
  const key = new Scalar(path[depth]);
  if (pair && isScalar(pair.key)) key.type = pair.key.type;
  const lines = rendered(key, value, indent);
  return pair
    ? text.slice(0, start - indent.length) + withBreaksOf(text, lines) + text.slice(end)
    : inserted(text, end, lines);
}

// The deepest mapping on the way to `path` whose entries stand on lines of their own.
function deepestBlock(document: Document, path: readonly string[]): { parent?: YAMLMap; depth: number } {
  if (!isMap(document.contents) || document.contents.flow) return { depth: 0 };
  let parent: YAMLMap = document.contents;
  for (let depth = 0; ; depth++) {
    const next: unknown = parent.get(path[depth]);
    if (depth === path.length - 1 || !isMap(next) || next.flow || next.items.length === 0)
      return { parent, depth };
    parent = next;
  }
}

function presentAt(document: Document, path: readonly string[]): Node | undefined {
  const present: unknown = isMap(document.getIn(path.slice(0, -1))) ? document.getIn(path, true) : undefined;
  return present as Node | undefined;
}

// `value` inside the mappings that `path` asks for below `depth`.
function nest(path: readonly string[], depth: number, value: Node): Node {
  return path.slice(depth + 1).reduceRight<Node>((inner, key) => {
    const map = new YAMLMap();
    map.add(new Pair(new Scalar(key), inner));
    return map;
  }, value);
}

function rendered(key: Scalar, value: Node, indent = ""): string {
  const map = new YAMLMap();
  map.add(new Pair(key, value));
  const document = new Document();
  document.contents = map;
  return document.toString(style).replace(/^(?=[^\n])/gm, indent);
}

function inserted(text: string, at: number, lines: string): string {
  const before = text.slice(0, at);
  const separator = before === "" || before.endsWith("\n") ? "" : "\n";
  return before + withBreaksOf(text, separator + lines) + text.slice(at);
}

function withBreaksOf(text: string, lines: string): string {
  return text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines;
}

function startOf(pair: Pair): number {
  return (pair.key as Node).range![0];
}

// The end of the last line on which the entry has content.
function endOf(text: string, pair: Pair): number {
  const node = trailingNodes(pair).at(-1)!;
  const end = node.range![1];
  if (text[end - 1] === "\n" && end > node.range![0]) return end;
  const lineBreak = text.indexOf("\n", end);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

// The value, its last item, and so on down to the node that ends the entry.
function trailingNodes(pair: Pair): Node[] {
  const nodes: Node[] = [];
  let next: unknown = pair;
  while (next) {
    if (next instanceof Pair) {
      next = next.value ?? next.key;
      continue;
    }
    const node = next as Node;
    nodes.push(node);
    next = (isMap(node) || isSeq(node)) && !node.flow ? node.items.at(-1) : undefined;
  }
  return nodes;
}

function dropTrailingComments(pair: Pair): void {
  for (const node of trailingNodes(pair)) {
    if (isScalar(node) || (isMap(node) && node.flow) || (isSeq(node) && node.flow))
      node.comment = node.comment?.split("\n")[0];
    else node.comment = undefined;
  }
}

function sameContent(text: string, other: Document): boolean {
  try {
    return JSON.stringify(readYaml(text)) === JSON.stringify(plainValue(other));
  } catch (error) {
    // Cut where it can't be cut.
    if (error instanceof UserError) return false;
    throw error;
  }
}
