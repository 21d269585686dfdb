import type { Policy, ResourceValidationPolicy, Severity } from "@pulumi/policy";
import type { StackFacts } from "./stack-facts";
import { type Properties, readProperties } from "./values";

/** One thing that is wrong with a resource. */
export interface Finding {
  /** What is wrong, without a full stop. */
  readonly what: string;
  /** Path of the property, e.g. `spec.containers[0].image`. */
  readonly property: string;
  /** What to do about it, without a full stop. */
  readonly fix: string;
}

/** A resource as the program asks for it, before anything is done. */
export interface Resource {
  /** Type token, e.g. `azure-native:authorization:RoleAssignment`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly properties: Properties;
}

export interface PolicyText {
  /** `<area>-<verb>-<thing>`; also the name of its file and of its page. */
  readonly name: string;
  readonly displayName: string;
  /** One sentence. */
  readonly description: string;
  readonly severity: Severity;
  readonly remediationSteps: string;
}

/** A policy that judges one resource at a time, and so blocks it. */
export interface ResourceRule extends PolicyText {
  /** Pure: what is wrong with `resource`, given what is known of the stack and what was recalled before it. */
  readonly check: (resource: Resource, stack: StackFacts, earlier: readonly Resource[]) => readonly Finding[];
  /** Whether later resources are judged by this one: an assignment by its role's definition. */
  readonly recalls?: (resource: Resource, stack: StackFacts) => boolean;
}

/** What the pack knows about the stack; a throw says why it knows nothing. */
export type StackReader = () => StackFacts;

/** Metadata that every policy of the pack has. */
export function metadata({
  name,
  displayName,
  description,
  severity,
  remediationSteps,
}: PolicyText): Required<
  Pick<Policy, "name" | "displayName" | "description" | "severity" | "remediationSteps">
> &
  Required<Pick<Policy, "enforcementLevel" | "tags" | "url">> {
  return {
    name,
    displayName,
    description,
    severity,
    remediationSteps,
    enforcementLevel: "mandatory",
    tags: ["supply-chain"],
    url: `docs/policies/${name}.md`,
  };
}

export function message(resource: string, { what, property, fix }: Finding): string {
  return `${what} (${resource}: ${property}). ${fix}`;
}

/** What a throw is reported as: a rule that can't judge has not found the resource to be right. */
export function failure(rule: string, resource: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `${rule} could not judge: ${why} (${resource}). Correct this first: what can't be judged is refused`;
}

export function resourcePolicy(rule: ResourceRule, readStack: StackReader): ResourceValidationPolicy {
  // The engine starts one process for one run, so what was recalled belongs to this stack.
  const earlier: Resource[] = [];
  return {
    ...metadata(rule),
    validateResource: (args, reportViolation) => {
      try {
        const stack = readStack();
        const resource = { type: args.type, name: args.name, properties: readProperties(args.props) };
        for (const finding of rule.check(resource, stack, earlier)) {
          reportViolation(message(args.name, finding));
        }
        if (rule.recalls?.(resource, stack)) earlier.push(resource);
      } catch (error) {
        reportViolation(failure(rule.name, args.name, error));
      }
    },
  };
}
