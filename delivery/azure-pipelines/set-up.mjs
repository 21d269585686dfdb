#!/usr/bin/env node
// Sets the Azure DevOps side up with the Azure CLI: node set-up.mjs <azure-devops.json> --client-ids <file> [--dry-run]
import { parseArgs } from "node:util";
import { az, Problem } from "./set-up/az.mjs";
import { readClientIds, readConfiguration } from "./set-up/configuration.mjs";
import { setUp } from "./set-up/set-up.mjs";

try {
  const { configuration, clientIds, dryRun } = asked();
  let count = 0;
  const say = (line) => {
    count += 1;
    console.log(line);
  };
  const signIns = setUp(configuration, clientIds, { call: az, say, dryRun });
  console.log(dryRun ? `${count} to make; nothing was changed.` : count === 0 ? "Nothing to do." : `${count} made.`);
  tellSignIns(configuration, signIns);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function asked() {
  const options = { "client-ids": { type: "string" }, "dry-run": { type: "boolean", default: false } };
  const { values, positionals } = parse({ options, allowPositionals: true });
  if (positionals.length !== 1 || !values["client-ids"])
    throw new Problem("usage: set-up.mjs <azure-devops.json> --client-ids <file> [--dry-run]");
  const configuration = readConfiguration(positionals[0]);
  return { configuration, clientIds: readClientIds(values["client-ids"], configuration), dryRun: values["dry-run"] };
}

function parse(shape) {
  try {
    return parseArgs(shape);
  } catch (error) {
    throw new Problem(error.message);
  }
}

/** Issuer and subject are Azure DevOps' own: they are copied into the configuration, and never built. */
function tellSignIns({ connections }, signIns) {
  const known = Object.entries(connections).filter(([name]) => signIns[name]);
  if (known.length > 0) console.log("\nInto `identities` of the stack file:\n");
  for (const [name, { identity }] of known) {
    const { issuer, subject } = signIns[name];
    console.log(`${identity}: # ${name}\n  kind: application\n  azureDevOps:\n    issuer: ${issuer}\n    subject: ${subject}`);
  }
}
