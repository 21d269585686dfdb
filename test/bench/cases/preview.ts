import { isDeepStrictEqual } from "node:util";
import type { Benchmark, Findings } from "../benchmark";
import { countsIn, type EngineRun } from "../engine-run";
import { interleaved, median, ratios, spread } from "../statistics";
import { multiple, ranged, seconds } from "../units";

const images = 10;

/** An environment's preview against the same resources without this library, and with the pack against without. */
export const preview: Benchmark = {
  name: "preview",
  title: "A preview against a bare program",
  measures:
    `A preview of \`staging\` with ${images} promoted images, as it stands. The bare program registers the same resources, with the ` +
    "same names, types, parents and values, each written out by hand, against the same stack: the engine finds the same " +
    "resources unchanged. The three take turns, and a ratio is that of one round.",
  async run(bench) {
    const world = await bench.world();
    world.empty();
    world.promote(await world.images("preview", images));
    await world.up();
    const cwd = world.bareProject();
    const sides = {
      bare: () => world.preview({ cwd }),
      library: () => world.preview(),
      pack: () => world.preview({ pack: true }),
    };
    // What is read for the first time is slower.
    const [{ output }, ...others] = [await sides.bare(), await sides.library(), await sides.pack()];
    const counts = countsIn(output);
    const strange = others.find((one) => !isDeepStrictEqual(countsIn(one.output), counts));
    if (strange) throw new Error(`not the same as by hand:\n${strange.output}\n${output}`);
    bench.say("the three in turns");
    return report(await interleaved(bench.small ? 2 : 9, sides), counts.unchanged);
  },
};

function report(runs: Record<"bare" | "library" | "pack", EngineRun[]>, resources: number): Findings {
  const times = (side: keyof typeof runs) => runs[side].map((run) => run.seconds);
  const library = spread(ratios(times("library"), times("bare")));
  const pack = spread(ratios(times("pack"), times("library")));
  const row = (what: string, side: keyof typeof runs, ratio: string) => [
    what,
    ranged(spread(times(side)), seconds),
    ratio,
    seconds(median(runs[side].map(({ usage }) => usage.processor))),
  ];
  return {
    claims: [
      {
        what: "Preview of an environment against a bare program",
        measured: library.median,
        limit: 1.3,
        unit: "×",
      },
      { what: "The policy pack on the same preview", measured: pack.median, limit: 1.2, unit: "×" },
    ],
    tables: [
      {
        columns: [`${resources} resources`, "time", "ratio", "processor"],
        rows: [
          row("bare program", "bare", ""),
          row("this library", "library", `${ranged(library, multiple)} of the bare program`),
          row("with the policy pack", "pack", `${ranged(pack, multiple)} of that without`),
        ],
      },
    ],
  };
}
