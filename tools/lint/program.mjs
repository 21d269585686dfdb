/** Packages whose functions call the cloud. */
const clouds = /^@pulumi\/(azure|azure-native|azuread|github|kubernetes)(\/|$)/;

/**
 * What the promoter runs reads nothing in the cloud but what it imports: no `getX`, `listX` or `Resource.get` of a provider,
 * and no invoke by token.
 */
export const noCloudRead = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      read: "The promoter runs this program too, and may not read more than it imports: use configuration or the shared stack.",
    },
  },
  create(context) {
    const namespaces = new Set();
    const report = (node) => context.report({ node, messageId: "read" });
    return {
      ImportDeclaration(node) {
        if (!clouds.test(node.source.value)) return;
        for (const specifier of node.specifiers) {
          if (specifier.type === "ImportSpecifier" && isRead(specifier.imported.name)) report(specifier);
          namespaces.add(specifier.local.name);
        }
      },
      CallExpression(node) {
        const names = path(node.callee);
        const [first, ...rest] = names;
        const last = rest.at(-1);
        if (last === undefined) return;
        if (namespaces.has(first) && (isRead(last) || last === "get")) report(node);
        if (/^(invoke|invokeOutput|invokeSingle|invokeAsync|call)$/.test(last) && rest.includes("runtime"))
          report(node);
      },
    };
  },
};

/** A resource that is made inside `apply` is missing from previews. */
export const noResourceInApply = {
  meta: {
    type: "problem",
    schema: [],
    messages: { hidden: "A resource made inside apply is missing from previews: make it outside." },
  },
  create(context) {
    // Classes of Pulumi's packages and of our components; what else a callback makes is its own affair.
    const makers = new Set();
    return {
      ImportDeclaration(node) {
        if (node.source.value === "@pulumi/pulumi" || !/^(@pulumi\/|\.)/.test(node.source.value)) return;
        for (const specifier of node.specifiers) makers.add(specifier.local.name);
      },
      "CallExpression[callee.property.name='apply'] NewExpression"(node) {
        const names = path(node.callee);
        if (makers.has(names[0]) && !/Error$/.test(names.at(-1)))
          context.report({ node, messageId: "hidden" });
      },
    };
  },
};

const isRead = (name) => /^(get|list)[A-Z]/.test(name);

// `a.b.c` → [a, b, c]; what isn't such a chain has no names.
function path(node) {
  if (node.type === "Identifier") return [node.name];
  if (node.type !== "MemberExpression" || node.computed) return [];
  const before = path(node.object);
  return before.length === 0 ? [] : [...before, node.property.name];
}
