/** One resource of a `--diff` preview, with the resources inside it. */
interface Block {
  /** Column of the resource's type; what belongs to the resource stands there or further in. */
  readonly column: number;
  readonly lines: string[];
  readonly children: Block[];
  /** What follows the resources inside, such as outputs. */
  readonly tail: string[];
}

const header = /^( *)(?:(?:\+-|-\+|[+~>=-]) )?[\w-]+:[\w/-]+:[\w-]+: \([\w-]+\)/;

/** The resources of a `--diff` preview in the order of their URNs: the engine's own order is that of its answers. */
export function inOrder(preview: string): string {
  const root: Block = { column: -1, lines: [], children: [], tail: [] };
  const open = [root];
  for (const line of preview.split("\n")) {
    const match = header.exec(line);
    const column = match ? line.search(/[\w]/) : line.search(/\S/);
    if (column === -1 && open.length === 1) continue;
    const inside = (block: Block) => (match ? column > block.column : column >= block.column);
    while (open.length > 1 && !inside(open[open.length - 1])) open.pop();
    const owner = open[open.length - 1];
    if (match) {
      const block: Block = { column, lines: [line], children: [], tail: [] };
      owner.children.push(block);
      open.push(block);
    } else {
      (owner.children.length > 0 ? owner.tail : owner.lines).push(line);
    }
  }
  return `${render(root).join("\n")}\n`;
}

function render({ lines, children, tail }: Block): string[] {
  const urn = (block: Block) => block.lines.find((line) => line.includes("[urn=")) ?? block.lines[0];
  const sorted = [...children].sort((a, b) => (urn(a).trim() < urn(b).trim() ? -1 : 1));
  return [...lines, ...sorted.flatMap(render), ...tail];
}

/** Leaves out what says nothing of the change: versions of providers, durations, the engine's remarks on itself. */
export function withoutNoise(preview: string): string {
  const noise = [
    /^\s*\[provider=/,
    /^\s*warning: using .* from \$PATH/,
    /^Duration:/,
    /^Loading policy packs/,
    /^@ /,
  ];
  return preview
    .split("\n")
    .filter((line) => !noise.some((pattern) => pattern.test(line)))
    .map((line) => line.trimEnd())
    .join("\n");
}
