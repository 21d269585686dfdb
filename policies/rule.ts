import type { Severity } from "@pulumi/policy";
import type { StackFacts } from "./stack-facts";
import type { Properties } from "./values";

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
  /** Resource option `protect`: the engine does not delete it. */
  readonly protect?: boolean;
  /** False for a component, which only groups: the engine gives it no provider. */
  readonly custom?: boolean;
  /** Resource option `ignoreChanges`: what a later run may not bring back. */
  readonly ignoreChanges?: readonly string[];
  /** The engine's name for it; only a whole stack's resources have one here. */
  readonly urn?: string;
  /** Its outputs, as far as they are known; only a whole stack's resources have some here. */
  readonly outputs?: () => Properties;
  /** URNs of what a property was made from; only a whole stack's resources know. */
  readonly madeFrom?: (property: string) => readonly string[];
}

/** What a policy says of itself: to the engine, and on its page. */
export interface PolicyText {
  /** `<area>-<verb>-<thing>`; also the name of its file and of its page. */
  readonly name: string;
  readonly displayName: string;
  /** One sentence. */
  readonly description: string;
  readonly severity: Severity;
  /** One or two sentences. */
  readonly remediationSteps: string;
  /** For its page, in Markdown: what it looks at, a point each. */
  readonly looksAt: readonly string[];
  /** For its page, in Markdown: what goes wrong without it. */
  readonly why: string;
  /** No exemption exists: the product's promise rests on it. */
  readonly absolute?: boolean;
  /** It fails no run: what it speaks of is allowed, and is to be known. */
  readonly advice?: boolean;
  /** What one stack's program does here may open another environment: no level lowers it. */
  readonly reachesFurther?: boolean;
}

/** A policy that judges one resource at a time, and so blocks it. */
export interface ResourceRule extends PolicyText {
  /** Pure: what is wrong with `resource`, given what is known of the stack and what was recalled before it. */
  readonly check: (resource: Resource, stack: StackFacts, earlier: readonly Resource[]) => readonly Finding[];
  /** Whether later resources are judged by this one: an assignment by its role's definition. */
  readonly recalls?: (resource: Resource, stack: StackFacts) => boolean;
}

/** A policy about what a whole stack lacks. It runs after the resources exist: it fails the run and blocks nothing. */
export interface StackRule extends PolicyText {
  /** Pure: what is wrong, and with which of the resources. */
  readonly checkStack: (
    resources: readonly Resource[],
    stack: StackFacts,
  ) => readonly (Finding & { readonly resource: Resource })[];
}

export type Rule = ResourceRule | StackRule;
