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

/** Parts of one folder that others are made of. */
const underneath = [{ folder: "model/signing", above: "model/attestation" }];

/** Packages that a folder may not import; `*` is every folder. */
const packages = [
  {
    folder: "*",
    pattern: /^@pulumi\/azure-native$/,
    why: "Import a sub-path of azure-native: its root costs seconds and 850 MB.",
  },
  {
    folder: "stacks",
    pattern: /^@pulumi\/kubernetes(\/|$)/,
    why: "An environment's stack has no Kubernetes provider: the promoter runs it.",
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
      ({ folder, pattern }) => (folder === "*" || folder === own) && pattern.test(source),
    );
    return forbidden?.why;
  }
  const target = within(root, resolve(dirname(file), source));
  const part = underneath.find(
    ({ folder, above }) => isIn(folder, within(root, file)) && isIn(above, target),
  );
  if (part) return `${part.folder} may not import ${part.above}, which is made of it.`;
  const allowed = arrows[own];
  if (allowed === undefined) return undefined;
  const other = folderOf(target);
  if (other === undefined || other === own || allowed.includes(other)) return undefined;
  // A folder's part that has rules of its own still belongs to it.
  if (other.startsWith(`${own}/`)) return undefined;
  return `${own} may import ${["itself", ...allowed].join(", ")} and nothing else of ours.`;
}

const isIn = (folder, file) => file === folder || file.startsWith(`${folder}/`);
const within = (root, file) => relative(root, file).split(sep).join("/");

// The longest entry that the file lies in.
function folderOf(file) {
  const entries = Object.keys(arrows).filter((entry) => isIn(entry, file));
  return entries.sort((a, b) => b.length - a.length)[0];
}
