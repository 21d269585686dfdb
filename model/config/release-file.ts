import { isMap, isScalar, isSeq, parseDocument, Scalar, YAMLMap, YAMLSeq, type Node } from "yaml";
import type { Release } from "../release/release";
import { editValue } from "./yaml-edit";

/**
 * The stack file of a new release.
 * @param present what `pulumi stack init` wrote into it before: keys of the engine, and no configuration
 */
export function newReleaseFile(project: string, release: Release, present = ""): string {
  const text = `# Release ${release.version}: who signs in for it, stage by stage. The commands of airlock release edit this file.
${present}config:
  ${project}:kind: release
`;
  return setRelease(text, project, release);
}

/** Whether a stack file says nothing of a stack yet: it is empty, or has the engine's own keys alone. */
export function isUnconfigured(yamlText: string): boolean {
  const value = parseDocument(yamlText).toJS() as unknown;
  return value === null || (typeof value === "object" && !Object.hasOwn(value, "config"));
}

/**
 * The stack file with its release as it is now. Comments, and the style of what stays, are kept.
 * @throws UserError (2) when the text is not YAML.
 */
export function setRelease(yamlText: string, project: string, release: Release): string {
  return editValue(yamlText, ["config", `${project}:release`], (present) => {
    const entry = isMap(present) ? present : new YAMLMap();
    const { version, repositories, images, stages, approvals, hold, deployed, abandoned, deleted } = release;
    // In the order in which a release has them.
    put(entry, "version", version);
    put(entry, "repositories", repositories, { flow: true });
    put(entry, "images", filled(images));
    put(entry, "stages", stages);
    put(entry, "approvals", approvals.length > 0 ? approvals : undefined);
    put(entry, "hold", hold, { flow: true });
    put(entry, "deployed", deployed);
    put(entry, "abandoned", abandoned, { flow: true });
    put(entry, "deleted", deleted);
    return entry;
  });
}

type Plain = string | readonly Plain[] | { readonly [key: string]: Plain | undefined };

interface Style {
  readonly flow?: boolean;
}

function filled(images: Release["images"]): Release["images"] | undefined {
  return Object.keys(images).length > 0 ? images : undefined;
}

function put(map: YAMLMap, key: string, value: unknown, style: Style = {}): void {
  const wanted = value as Plain | undefined;
  if (wanted === undefined) {
    map.delete(key);
    return;
  }
  const present = map.get(key, true) as Node | undefined;
  const node = become(present, wanted, style);
  if (node !== present) map.set(textNode(key), node);
}

/** The node itself where it says so already, with what below it had to change. */
function become(present: Node | undefined, value: Plain, style: Style): Node {
  if (typeof value === "string")
    return isScalar(present) && present.value === value ? present : textNode(value, present);
  return isList(value) ? becomeList(present, value, style) : becomeMap(present, value, style);
}

function becomeMap(
  present: Node | undefined,
  value: Readonly<Record<string, Plain | undefined>>,
  { flow = leavesOnly(value) }: Style,
): Node {
  const map = isMap(present) ? present : new YAMLMap();
  if (map !== present) map.flow = flow;
  for (const { key } of [...map.items]) {
    const name = isScalar(key) ? String(key.value) : "";
    if (value[name] === undefined) map.delete(key);
  }
  for (const [key, one] of Object.entries(value)) put(map, key, one);
  // An empty flow mapping that is filled again reads better by lines.
  if (map.items.length > 0 && present === map && !flow && map.flow) map.flow = false;
  return map;
}

// Approvals come at the end and may go from anywhere: whatever says the same keeps its node.
function becomeList(present: Node | undefined, value: readonly Plain[], { flow = false }: Style): Node {
  const list = isSeq(present) ? present : new YAMLSeq();
  if (list !== present) list.flow = flow;
  const left = list.items.filter((item) => isMap(item) || isScalar(item));
  list.items = value.map((one) => {
    const index = left.findIndex((item) => JSON.stringify(item.toJSON()) === JSON.stringify(one));
    return index < 0 ? become(undefined, one, {}) : left.splice(index, 1)[0];
  });
  return list;
}

/** What fits on a line: a stage, a hold. Images, and whatever has a mapping in it, take a line for each entry. */
function leavesOnly(value: Readonly<Record<string, Plain | undefined>>): boolean {
  const leaves = Object.values(value);
  return leaves.every((one) => one === undefined || (typeof one === "string" && !one.startsWith("sha256:")));
}

// Other readers take 2026-11-21, 1e3, no or on for something else than text.
const plainText =
  /^(?:v\d+\.\d+\.\d+|sha256:[0-9a-f]{64}|(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9-]*(?:\/[a-z0-9._-]+)*)$/;

function textNode(value: string, present?: Node): Scalar {
  const node = new Scalar(value);
  const quoted = isScalar(present) && present.type !== Scalar.PLAIN ? present.type : Scalar.QUOTE_DOUBLE;
  if (!plainText.test(value)) node.type = quoted;
  if (present?.comment) node.comment = present.comment;
  return node;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
