import { dirname, relative, resolve, sep } from "node:path";

/** Which folders of ours a folder may import besides itself. A folder below another one has its own entry. */
const arrows = {
  model: [],
  components: ["model"],
  policies: ["model"],
  // Programs as a project would write them.
  "policies/examples": ["model", "components", "stacks"],
  provider: ["model"],
  sandbox: ["model"],
  stacks: ["components", "model"],
  cli: ["model"],
  // The one door from the command line to the sandbox.
  "cli/sandbox": ["model", "cli", "sandbox"],
  // Registries as the provider reads them, and its trust in signers.
  "cli/inspect": ["model", "cli", "provider"],
  // What the policies say of themselves, for reports.
  "cli/policy": ["model", "cli", "policies"],
  // Pages and examples of the policies, for a project as the command line opens it.
  "tools/docs": ["model", "cli", "policies"],
};

/** What stands above the rest of a folder, and is imported by the doors alone. */
const above = [
  { part: "cli/commands", rest: "cli", doors: ["cli/program.ts"] },
  { part: "components/release-access", rest: "components/release", doors: [] },
  { part: "model/attestation", rest: "model/signing", doors: [] },
];

/** Packages that a folder may not import, `but` one file of it; `*` is every folder. */
const packages = [
  {
    folder: "*",
    pattern: /^@pulumi\/azure-native$/,
    why: "Import a sub-path of azure-native: its root costs seconds and 850 MB.",
  },
  {
    folder: "stacks",
    pattern: /^@pulumi\/kubernetes(\/|$)/,
    but: "stacks/delivery.ts",
    why: "Only a delivery stack has a Kubernetes provider: its deployer runs it.",
  },
];

/** Imports point one way (see `arrows`), whatever form the import has. */
export const arrowsRule = {
  meta: { type: "problem", schema: [], messages: { wrong: "{{ why }}" } },
  create(context) {
    const file = within(context.cwd, context.filename);
    const own = folderOf(file);
    const check = (source) => {
      if (typeof source?.value !== "string") return;
      const why = problem(context.cwd, context.filename, own, source.value);
      if (why !== undefined) context.report({ node: source, messageId: "wrong", data: { why } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (node) => check(node.expression),
      "CallExpression[callee.name='require']": (node) => check(node.arguments[0]),
      "CallExpression[callee.object.name='require']": (node) => check(node.arguments[0]),
      "CallExpression[callee.object.name='jest']": (node) => check(node.arguments[0]),
    };
  },
};

function problem(root, file, own, source) {
  if (!source.startsWith(".")) {
    const forbidden = packages.find(
      ({ folder, pattern, but }) =>
        (folder === "*" || folder === own) && pattern.test(source) && within(root, file) !== but,
    );
    return forbidden?.why;
  }
  const target = within(root, resolve(dirname(file), source));
  const importer = within(root, file);
  const over = above.find(
    ({ part, rest, doors }) =>
      isIn(target, part) && isIn(importer, rest) && !isIn(importer, part) && !doors.includes(importer),
  );
  if (over !== undefined) return `${over.part} stands above ${over.rest}: put what both need beside it.`;
  const allowed = arrows[own];
  if (allowed === undefined) return undefined;
  const other = folderOf(target);
  if (other === undefined || other === own || allowed.includes(other)) return undefined;
  // A folder's part that has rules of its own still belongs to it.
  if (other.startsWith(`${own}/`)) return undefined;
  return `${own} may import ${["itself", ...allowed].join(", ")} and nothing else of ours.`;
}

const isIn = (file, folder) => file === folder || file.startsWith(`${folder}/`);

const within = (root, file) => relative(root, file).split(sep).join("/");

// The longest entry that the file lies in.
function folderOf(file) {
  const entries = Object.keys(arrows).filter((entry) => isIn(file, entry));
  return entries.sort((a, b) => b.length - a.length)[0];
}
