import type { Bench, Benchmark, Table } from "../benchmark";
import { configurationLimit, configurationSize } from "../../../cli/doctor/configuration";
import type { EngineRun } from "../engine-run";
import type { Release } from "../images";
import { parts } from "../process-tree";
import { growth as perOne } from "../statistics";
import { megabytes, seconds } from "../units";
import type { World } from "../world";

/** What was measured with so many images. */
interface Size {
  readonly images: number;
  /** Preview of all of them being new: every signature is verified. */
  readonly promotion: EngineRun;
  /** All of them at once, with checkpoints left out. */
  readonly unsaved: EngineRun;
  readonly unchanged: EngineRun;
  /** One image that takes the place of another, as a pipeline promotes it. */
  readonly single: EngineRun;
  /** As many others at once, with checkpoints; not with a thousand, which takes the better part of an hour. */
  readonly saved?: EngineRun;
  readonly stateBytes: number;
}

// One letter each, so that the configuration of a thousand fits.
const groups = { unsaved: ["a", "b", "c"], saved: ["d", "e"], more: "m" };

/** How time and memory grow with the images of an environment. */
export const growth: Benchmark = {
  name: "growth",
  title: "10, 100 and 1,000 images in one environment",
  measures:
    "So many images are promoted at once into a `staging` that has none: the preview, `up`, then a preview in which nothing " +
    "changes, and `up` of one that takes the place of another. Memory is the peak of each process (`VmHWM`) in the first `up`; Azure, which the sandbox " +
    "plays in a process of its own, is not in it. *Without checkpoints* is `up` with `PULUMI_SKIP_CHECKPOINTS=true`: the engine " +
    "then writes the state once, at the end.",
  async run(bench) {
    const world = await bench.world();
    const sizes = bench.small ? [2, 8] : [10, 100, 1000];
    const measured: Size[] = [];
    for (const [index, images] of sizes.entries()) measured.push(await measure(world, index, images, bench));
    const largest = await world.images(groups.unsaved[sizes.length - 1], sizes[sizes.length - 1]);
    return { tables: [timeTable(measured), memoryTable(measured)], notes: notes(measured, largest) };
  },
};

async function measure(world: World, index: number, images: number, bench: Bench): Promise<Size> {
  const saved = groups.saved.at(index) && (await measureSaved(world, groups.saved[index], images, bench));
  const releases = await world.images(groups.unsaved[index], images);
  const [more] = await world.images(`${groups.more}${index}-`, 1);
  world.empty();
  world.promote(releases);
  bench.say(`${images} images: preview of the promotion`);
  const promotion = await world.preview();
  bench.say(`${images} images: up without checkpoints`);
  const unsaved = await world.up({ env: { PULUMI_SKIP_CHECKPOINTS: "true" } });
  bench.say(`${images} images: preview of no change`);
  const unchanged = await world.preview();
  const stateBytes = world.stateBytes();
  world.promote([...releases.slice(1), more]);
  bench.say(`${images} images: up of one that takes another's place`);
  const single = await world.up();
  return { images, promotion, unsaved, unchanged, single, stateBytes, ...(saved && { saved }) };
}

async function measureSaved(world: World, group: string, images: number, bench: Bench): Promise<EngineRun> {
  world.empty();
  world.promote(await world.images(group, images));
  bench.say(`${images} images: up with checkpoints`);
  return world.up();
}

const runs = ["promotion", "unsaved", "unchanged", "single"] as const;

function timeTable(sizes: readonly Size[]): Table {
  return {
    columns: [
      "images",
      "preview",
      "up without checkpoints",
      "preview, no change",
      "up of one",
      "up",
      "state",
    ],
    rows: [
      ...sizes.map((size) => [
        String(size.images),
        ...runs.map((run) => seconds(size[run].seconds)),
        size.saved ? seconds(size.saved.seconds) : `${seconds(estimate(sizes, size))}, extrapolated`,
        megabytes(size.stateBytes),
      ]),
      [
        "each more, at the end",
        ...runs.map((run) => seconds(between(sizes, (size) => size[run].seconds))),
        "",
        kilobytes(between(sizes, ({ stateBytes }) => stateBytes)),
      ],
    ],
  };
}

/** Every image has its checkpoints, and each of them holds all images: what they take grows with the square. */
function estimate(sizes: readonly Size[], { images, unsaved }: Size): number {
  const last = sizes.filter(({ saved }) => saved).at(-1);
  const checkpoints = last ? Math.max(0, last.saved!.seconds - last.unsaved.seconds) : 0;
  return unsaved.seconds + checkpoints * (images / (last?.images ?? images)) ** 2;
}

function memoryTable(sizes: readonly Size[]): Table {
  const peak = (size: Size, part: (typeof parts)[number]) => size.unsaved.usage.peaks[part] ?? 0;
  const shown = parts.filter((part) => sizes.some((size) => peak(size, part) > 0));
  return {
    columns: ["peak memory", ...shown],
    rows: [
      ...sizes.map((size) => [`${size.images} images`, ...shown.map((part) => megabytes(peak(size, part)))]),
      [
        "each more, at the end",
        ...shown.map((part) => kilobytes(between(sizes, (size) => peak(size, part)))),
      ],
    ],
  };
}

function notes(sizes: readonly Size[], releases: readonly Release[]): string[] {
  const shares = sizes.flatMap(({ images, saved, unsaved }) =>
    saved ? [`${Math.round((1 - unsaved.seconds / saved.seconds) * 100)} % with ${images} images`] : [],
  );
  const images = releases.map(({ repository, version, digest }) => [repository, { digest, version }]);
  const taken = configurationSize({ name: "onestream" }, { images: Object.fromEntries(images) });
  return [
    `Of \`up\` with checkpoints, writing them takes ${shares.join(", ")}.`,
    `The configuration of ${releases.length} images is ${kilobytes(taken)} of the ${kilobytes(configurationLimit)} that the engine can hand over.`,
  ];
}

function between(sizes: readonly Size[], value: (size: Size) => number): number {
  const [smaller, larger] = sizes.slice(-2).map((size) => ({ size: size.images, value: value(size) }));
  return perOne(smaller, larger);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KB`;
}
