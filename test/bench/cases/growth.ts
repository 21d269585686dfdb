import type { Bench, Benchmark, Table } from "../benchmark";
import type { EngineRun } from "../engine-run";
import { parts, type Usage } from "../process-tree";
import { growth as perOne } from "../statistics";
import { megabytes, seconds } from "../units";
import type { World } from "../world";

/** One run with so many images. */
interface Size {
  readonly images: number;
  /** Everything is new: every signature is verified. */
  readonly promotion: EngineRun;
  readonly up: EngineRun;
  /** The same with checkpoints left out. */
  readonly unsaved: EngineRun;
  readonly unchanged: EngineRun;
  readonly stateBytes: number;
}

/** How time and memory grow with the images of an environment. */
export const growth: Benchmark = {
  name: "growth",
  title: "10, 100 and 1,000 images in one environment",
  measures:
    "All images are promoted at once into a `staging` that has none, and then looked at again: the preview of the promotion, `up`, " +
    "and a preview in which nothing changes. Memory is the peak of each process (`VmHWM`); Azure, which the sandbox plays in a " +
    "process of its own, is not in it. *Without checkpoints* is `up` of as many other images with " +
    "`PULUMI_SKIP_CHECKPOINTS=true`: the engine then writes the state once, at the end.",
  async run(bench) {
    const world = await bench.world();
    const sizes: Size[] = [];
    for (const images of bench.small ? [2, 8] : [10, 100, 1000])
      sizes.push(await measure(world, images, bench));
    return { tables: [timeTable(sizes), memoryTable(sizes)], notes: notes(sizes) };
  },
};

async function measure(world: World, images: number, bench: Bench): Promise<Size> {
  world.empty();
  world.promote(await world.images(`unsaved-${images}`, images));
  bench.say(`${images} images: up without checkpoints`);
  const unsaved = await world.up({ env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
  world.empty();
  world.promote(await world.images(`growth-${images}`, images));
  bench.say(`${images} images: preview of the promotion`);
  const promotion = await world.preview();
  bench.say(`${images} images: up`);
  const up = await world.up();
  bench.say(`${images} images: preview of no change`);
  const unchanged = await world.preview();
  return { images, promotion, up, unsaved, unchanged, stateBytes: world.stateBytes() };
}

const runs = ["promotion", "up", "unsaved", "unchanged"] as const;

function timeTable(sizes: readonly Size[]): Table {
  const per = (run: (typeof runs)[number]) => seconds(between(sizes, (size) => size[run].seconds));
  return {
    columns: [
      "images",
      "preview of the promotion",
      "up",
      "up without checkpoints",
      "preview, no change",
      "state",
    ],
    rows: [
      ...sizes.map((size) => [
        String(size.images),
        ...runs.map((run) => seconds(size[run].seconds)),
        megabytes(size.stateBytes),
      ]),
      ["each more, at the end", ...runs.map(per), kilobytes(between(sizes, ({ stateBytes }) => stateBytes))],
    ],
  };
}

function memoryTable(sizes: readonly Size[]): Table {
  const shown = parts.filter((part) => sizes.some(({ up }) => up.usage.peaks[part] !== undefined));
  const cells = (peaks: Usage["peaks"]) =>
    shown.map((part) => (peaks[part] === undefined ? "–" : megabytes(peaks[part])));
  return {
    columns: ["peak memory of up", ...shown],
    rows: [
      ...sizes.map(({ images, up }) => [`${images} images`, ...cells(up.usage.peaks)]),
      [
        "each more, at the end",
        ...shown.map((part) => kilobytes(between(sizes, ({ up }) => up.usage.peaks[part] ?? 0))),
      ],
    ],
  };
}

function notes(sizes: readonly Size[]): string[] {
  const shares = sizes.map(({ images, up, unsaved }) => {
    const share = Math.round((1 - unsaved.seconds / up.seconds) * 100);
    return `${share} % of \`up\` with ${images}`;
  });
  return [`Writing checkpoints takes ${shares.join(", ")} images.`];
}

function between(sizes: readonly Size[], value: (size: Size) => number): number {
  const [smaller, larger] = sizes.slice(-2).map((size) => ({ size: size.images, value: value(size) }));
  return perOne(smaller, larger);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KB`;
}
