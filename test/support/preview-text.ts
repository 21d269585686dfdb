const header = /^ *(?:(?:\+-|-\+|[+~>=-]) )?[\w-]+:[\w/-]+:[\w-]+: \([\w-]+\)/;

/**
 * The resources of a `--diff` preview in the order of their URNs, a parent before its children. The engine prints them as
 * they happen, and indents a child that comes before its parent.
 */
export function inOrder(preview: string): string {
  const [before, blocks, after]: [string[], string[][], string[]] = [[], [], []];
  let column = 0;
  for (const line of preview.split("\n")) {
    if (line === "") continue;
    if (header.test(line)) {
      column = line.search(/\w/);
      blocks.push([line]);
    } else if (blocks.length === 0) before.push(line);
    // What belongs to a resource stands in its column or further in; the stack's outputs follow them all.
    else if (after.length === 0 && line.search(/\S/) >= column) blocks[blocks.length - 1].push(line);
    else after.push(line);
  }
  const urn = (block: string[]) => (block.find((line) => line.includes("[urn=")) ?? "").replaceAll("$", "~");
  const sorted = blocks
    .map((block) => [urn(block).trim(), block] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [...before, ...sorted.flatMap(([, block]) => block), ...after, ""].join("\n");
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
