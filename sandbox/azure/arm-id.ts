/** The parts of an ARM id. Ids compare without regard to case; the spelling is kept for display. */
export interface ArmId {
  /** The id as written, without a trailing slash. */
  readonly text: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** `Microsoft.Resources/resourceGroups`, `Microsoft.Network/virtualNetworks/subnets`, …; `subscription` for the top. */
  readonly type: string;
  readonly name: string;
  /** Names along the type's path: `["vnet", "subnet"]`. */
  readonly names: readonly string[];
  /** What the resource stands in or on: its parent, its resource group, or the scope of an extension resource. */
  readonly parent?: string;
  /** True when it stands on a scope, as a role assignment does. */
  readonly extension: boolean;
}

/** The form in which ids are compared and stored. */
export function idKey(id: string): string {
  return id.replace(/\/+$/, "").toLowerCase();
}

/** True when `id` is `scope` or lies below it. */
export function isWithin(id: string, scope: string): boolean {
  return idKey(id) === idKey(scope) || idKey(id).startsWith(`${idKey(scope)}/`);
}

/** Splits an ARM id; undefined when the text is none. */
export function parseArmId(id: string): ArmId | undefined {
  const text = `/${id.replace(/^\/+|\/+$/g, "")}`;
  const group = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i.exec(text);
  if (!group) return undefined;
  const [head, subscriptionId, resourceGroup] = group;
  const base = { text, subscriptionId, resourceGroup };
  if (head.length === text.length) {
    return resourceGroup
      ? {
          ...base,
          type: "Microsoft.Resources/resourceGroups",
          name: resourceGroup,
          names: [resourceGroup],
          parent: `/subscriptions/${subscriptionId}`,
          extension: false,
        }
      : { ...base, type: "subscription", name: subscriptionId, names: [subscriptionId], extension: false };
  }
  const at = text.toLowerCase().lastIndexOf("/providers/");
  if (at < 0) return undefined;
  const scope = text.slice(0, at);
  const [namespace, ...rest] = text.slice(at + "/providers/".length).split("/");
  if (!namespace || rest.length === 0 || rest.length % 2 !== 0 || rest.some((part) => part === ""))
    return undefined;
  const types = rest.filter((_, index) => index % 2 === 0);
  const names = rest.filter((_, index) => index % 2 === 1);
  const parent = names.length > 1 ? text.split("/").slice(0, -2).join("/") : scope;
  return {
    ...base,
    type: [namespace, ...types].join("/"),
    name: names[names.length - 1],
    names,
    parent,
    extension: names.length === 1 && scope.length > head.length,
  };
}
