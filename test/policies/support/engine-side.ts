import {
  type Policies,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";

/** What the engine tells a policy about one resource; the rest is filled in. */
export interface Told {
  readonly type: string;
  readonly name?: string;
  readonly props?: object;
}

/** Asks one policy as the policy SDK does: values that are not known throw when they are read. */
export function askAbout(policy: Policies[number], { type, name = "api", props = {} }: Told): string[] {
  const messages: string[] = [];
  const urn = `urn:pulumi:prod::contoso::${type}::${name}`;
  const args = { type, name, urn, props: unknownCheckingProxy(props), opts: {}, provider: {} };
  const { validateResource } = policy as ResourceValidationPolicy;
  const validate = validateResource as (args: unknown, report: (message: string) => void) => void;
  validate(args, (message) => messages.push(message));
  return messages;
}

/** What the engine tells about a resource at the end of a run. */
export interface Registered {
  readonly urn: string;
  readonly props: object;
  readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** Asks one policy about the stack, of which the others have seen the resources. */
export function askAboutStack(policy: Policies[number], resources: readonly Registered[] = []): string[] {
  const messages: string[] = [];
  const { validateStack } = policy as StackValidationPolicy;
  const validate = validateStack as (args: unknown, report: (message: string) => void) => void;
  validate({ resources }, (message) => messages.push(message));
  return messages;
}

/** A policy may be both. */
export const isResourcePolicy = (policy: Policies[number]): boolean => "validateResource" in policy;
export const isStackPolicy = (policy: Policies[number]): boolean => "validateStack" in policy;

/** A whole run of the pack: every resource, then the stack. Policy → its messages, of those that have any. */
export function runPack(policies: Policies, resources: readonly Told[]): Record<string, string[]> {
  const messages = new Map<string, string[]>();
  const add = (policy: Policies[number], said: string[]) =>
    messages.set(policy.name, [...(messages.get(policy.name) ?? []), ...said]);
  for (const resource of resources) {
    for (const policy of policies) if (isResourcePolicy(policy)) add(policy, askAbout(policy, resource));
  }
  for (const policy of policies) if (isStackPolicy(policy)) add(policy, askAboutStack(policy));
  return Object.fromEntries([...messages].filter(([, said]) => said.length > 0));
}
