// Kills the set-up at every call that changes something, before and after it took effect, and runs it again. Prints what came of it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { empty, handle } from "./fake-az.mjs";

const [checkout, configurationFile] = process.argv.slice(2);
const folder = join(checkout, "delivery/azure-pipelines/set-up");
const { setUp } = await import(join(folder, "set-up.mjs"));
const { readConfiguration } = await import(join(folder, "configuration.mjs"));

const configuration = readConfiguration(configurationFile);
const clientIds = JSON.parse(readFileSync(join(configurationFile, "../clientIds.json"), "utf8"));

class Killed extends Error {}

/** Ids depend on the order of making; names don't. */
const without = (state) =>
  JSON.parse(JSON.stringify(state, (key, value) => (key === "next" ? undefined : value)));

function run(state, killAt = Infinity, effect = "before") {
  let changes = 0;
  const made = [];
  const call = (words) => {
    const reads =
      /\b(list|show)$/.test(
        words
          .slice(
            0,
            words.findIndex((word) => word.startsWith("--")),
          )
          .join(" "),
      ) || words[2] === "get";
    if (!reads && ++changes === killAt) {
      if (effect === "after") handle(words, state);
      throw new Killed();
    }
    return JSON.parse(JSON.stringify(handle(words, state)));
  };
  setUp(configuration, clientIds, { call, say: (line) => made.push(line) });
  return { changes, made };
}

const whole = empty();
const { changes } = run(whole);
const apart = [];
/** Whoever may use a connection or environment while a check is still missing, at any moment. */
const open = [];
for (let at = 1; at <= changes; at += 1) {
  for (const effect of ["before", "after"]) {
    const state = empty();
    try {
      run(state, at, effect);
      apart.push(`${at} ${effect}: not killed`);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    for (const [resource, { pipelines }] of Object.entries(state.permissions)) {
      const [type, id] = resource.split("/");
      const count = (of) =>
        of.checks.filter((check) => check.resource.type === type && check.resource.id === id).length;
      if (pipelines.length > 0 && type !== "repository" && count(state) !== count(whole))
        open.push(`${at} ${effect}: ${resource}`);
    }
    run(state);
    if (JSON.stringify(without(state)) !== JSON.stringify(without(whole))) apart.push(`${at} ${effect}`);
  }
}
console.log(JSON.stringify({ changes, apart, open, second: run(whole) }));
