import type { Bench, Benchmark, Table } from "../benchmark";
import { craneCopy, type Copy } from "../crane";
import type { Release } from "../images";
import { startProvider } from "../provider-process";
import { interleaved, median, ratios, spread } from "../statistics";
import { multiple, ranged, seconds } from "../units";
import type { World } from "../world";

/** What an import costs beside a copy, and a hundred at once beside one after the other. */
export const imports: Benchmark = {
  name: "imports",
  title: "An import against a plain copy",
  measures:
    "One import is `create` of `ImageImport`, asked of the provider's process as the engine asks it: signature verified at the " +
    "source, image imported, signature and bill of materials imported, both verified and counted at the target, version tag set. " +
    "The plain copy is `crane copy` of the same image from registry to registry: once of the image alone, and once of the same " +
    "three artefacts. crane also starts a process for each. One after the other is `up` of one image more, as separate " +
    "promotions are; the hundred are extrapolated from the median of those.",
  async run(bench) {
    const world = await bench.world();
    return { tables: [await copies(world, bench), await batches(world, bench)] };
  },
};

async function copies(world: World, bench: Bench): Promise<Table> {
  const rounds = bench.small ? 2 : 15;
  const own = await world.images("imported", rounds);
  const plain = await world.images("copied", rounds);
  world.empty();
  world.sandbox.trust();
  bench.say("imports and copies in turns");
  const provider = await startProvider(await world.promoterEnvironment());
  try {
    // What is copied back has to be there. It signs the provider in, too.
    for (const release of plain) await provider.createImport(world.importInputs(release));
    const copy = await craneCopy(world.sandbox, {
      [world.hosts.target]: "sp-onestream-drift",
      [world.hosts.source]: "sp-onestream-dev-pipeline",
    });
    const timed = (releases: readonly Release[], work: (release: Release) => Promise<void>) => {
      const left = [...releases];
      return async (): Promise<number> => {
        const start = performance.now();
        await work(left.shift()!);
        return (performance.now() - start) / 1000;
      };
    };
    const results = await interleaved(rounds, {
      import: timed(own, (release) => provider.createImport(world.importInputs(release))),
      ...(copy && {
        copy: timed(plain, (release) => copyBack(copy, world, release, [])),
        copies: timed(plain, (release) => copyBack(copy, world, release, release.evidence)),
      }),
    });
    return copyTable(results);
  } finally {
    provider.stop();
  }
}

/** To a repository of its own each time: what is there already would not be copied again. */
let copied = 0;
async function copyBack(
  copy: Copy,
  { hosts }: World,
  { repository, digest }: Release,
  evidence: readonly string[],
): Promise<void> {
  copied += 1;
  const [from, to] = [`${hosts.target}/${repository}`, `${hosts.source}/iam/copy-${copied}`];
  for (const reference of [digest, ...evidence]) {
    const name = reference.startsWith("sha256:") ? `@${reference}` : `:${reference}`;
    await copy(`${from}${name}`, `${to}${name}`);
  }
}

function copyTable(results: { import: number[]; copy?: number[]; copies?: number[] }): Table {
  const row = (what: string, values: readonly number[] | undefined) =>
    values === undefined
      ? [what, "not measured: crane needs Go", ""]
      : [what, ranged(spread(values), seconds), ranged(spread(ratios(results.import, values)), multiple)];
  return {
    columns: ["", "time", "the import in proportion"],
    rows: [
      ["import with all checks", ranged(spread(results.import), seconds), ""],
      row("`crane copy` of the image alone", results.copy),
      row("`crane copy` of image, signature and bill of materials", results.copies),
    ],
  };
}

async function batches(world: World, bench: Bench): Promise<Table> {
  const [many, few] = bench.small ? [8, 2] : [100, 20];
  const single = await world.images("one-by-one", few);
  const batch = await world.images("batch", many);
  world.empty();
  await world.up();
  const each: number[] = [];
  for (let count = 1; count <= few; count++) {
    world.promote(single.slice(0, count));
    bench.say(`up of one image more: ${count} of ${few}`);
    each.push((await world.up()).seconds);
  }
  world.empty();
  world.promote(batch);
  bench.say(`up of ${many} images at once`);
  const together = (await world.up()).seconds;
  const extrapolated = median(each) * many;
  return {
    columns: [`${many} imports`, "time", ""],
    rows: [
      ["in one `up`", seconds(together), `${seconds(together / many)} each`],
      [
        "one after the other, extrapolated",
        seconds(extrapolated),
        `${ranged(spread(each), seconds)} each, of ${few} measured; ${multiple(extrapolated / together)} of one \`up\``,
      ],
    ],
  };
}
