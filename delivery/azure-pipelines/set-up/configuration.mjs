import { readFileSync } from "node:fs";
import { Problem } from "./az.mjs";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const name = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$/;
const mail = /^[^\s@]+@[^\s@]+$/;

/** What each key of the file is: what was expected, and whether it is that. */
const keys = {
  organization: ["https://dev.azure.com/<organization>", (value) => /^https:\/\/dev\.azure\.com\/[\w.-]+$/.test(value)],
  project: ["the name of a project", (value) => name.test(value)],
  tenantId: ["a GUID", (value) => uuid.test(value)],
  subscriptionId: ["a GUID", (value) => uuid.test(value)],
  subscriptionName: ["the subscription's name", (value) => typeof value === "string" && value !== ""],
  templates: ["the repository with the templates", (value) => name.test(value)],
  service: ["the repository with the pipelines", (value) => name.test(value)],
  reviewers: ["how many people approve a pull request, 2 to 10", (value) => Number.isInteger(value) && value > 1 && value <= 10],
  approvers: ["mail addresses: a person and a backup at least", isApprovers],
  pipelines: ["pipelines and their files", (value) => every(value, (file) => /^[\w-]+\.yml$/.test(file))],
  pools: ["agent pools of what signs in, with template and pipelines", (value) => every(value, isPool)],
  environments: ["environments with pipelines and approval", (value) => every(value, isGuarded)],
  connections: ["service connections with identity, template, pipelines and approval", (value) => every(value, isConnection)],
};

/** @throws Problem that says what is wrong, and where */
export function readConfiguration(file) {
  const stated = readJson(file);
  for (const key of Object.keys(stated))
    if (!keys[key]) throw new Problem(`unknown key "${key}" (${file}). Known keys: ${Object.keys(keys).join(", ")}`);
  for (const [key, [expected, accepts]] of Object.entries(keys)) {
    if (!accepts(stated[key])) throw new Problem(`expected ${expected} (${file}: ${key})`);
  }
  for (const [kind, guarded] of [
    ["pools", stated.pools],
    ["environments", stated.environments],
    ["connections", stated.connections],
  ]) {
    for (const [one, { pipelines }] of Object.entries(guarded)) {
      const unknown = pipelines.find((pipeline) => !stated.pipelines[pipeline]);
      if (unknown) throw new Problem(`"${unknown}" is none of the pipelines (${file}: ${kind}.${one}.pipelines)`);
    }
  }
  return stated;
}

/** Client ids by identity: the output `clientIds` of the stack that made them. @throws Problem where one is missing */
export function readClientIds(file, { connections }) {
  const ids = readJson(file);
  for (const { identity } of Object.values(connections)) {
    if (!uuid.test(ids[identity]))
      throw new Problem(`no client id of ${identity} (${file}). Write it with: pulumi stack output clientIds --json`);
  }
  return ids;
}

function readJson(file) {
  try {
    const read = JSON.parse(readFileSync(file, "utf8"));
    if (isMapping(read)) return read;
  } catch (error) {
    throw new Problem(`${file} can't be read: ${error.message}`);
  }
  throw new Problem(`${file} holds no JSON object`);
}

const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const every = (value, accepts) =>
  isMapping(value) && Object.keys(value).length > 0 && Object.entries(value).every(([key, one]) => name.test(key) && accepts(one));
const isGuarded = ({ pipelines, approval }) => Array.isArray(pipelines) && typeof approval === "boolean";
const isPool = ({ pipelines, template }) => Array.isArray(pipelines) && /^[\w-]+\.yml$/.test(template);
const isConnection = (value) => isGuarded(value) && isPool(value) && name.test(value.identity);

function isApprovers(value) {
  return Array.isArray(value) && new Set(value).size > 1 && value.every((one) => mail.test(one));
}
