import type {
  EnforcementLevel,
  Policy,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { withExemptions, type ExemptedFinding } from "./exemptions";
import type { Finding, PolicyText, Resource, ResourceRule, Rule, StackRule } from "./rule";
import type { StackFacts } from "./stack-facts";
import { readProperties } from "./values";

/** What the pack knows about the stack; a throw says why it knows nothing. */
export type StackReader = () => StackFacts;

/** A resource, and the policies that have been asked about it. */
interface Asked {
  readonly resource: Resource;
  readonly askedOf: Set<string>;
}

/** What the policies of one run share. */
export interface Run {
  readonly readStack: StackReader;
  /** What the program asked for so far, by URN. Of outputs, which is all that the engine hands to a stack's policies, much is missing. */
  readonly declared: Map<string, Asked>;
  /** Findings that an exemption took back, for the report. */
  readonly exempted: ExemptedFinding[];
}

/** Metadata that every policy of the pack has. */
export function metadata(
  { name, displayName, description, severity, remediationSteps }: PolicyText,
  enforcementLevel: EnforcementLevel,
): Policy {
  return {
    name,
    displayName,
    description,
    severity,
    remediationSteps,
    enforcementLevel,
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

/** The policy as the engine runs it. */
export function policyOf(rule: Rule, level: EnforcementLevel, run: Run): Policy {
  return "check" in rule ? resourcePolicy(rule, level, run) : stackPolicy(rule, level, run);
}

function resourcePolicy(rule: ResourceRule, level: EnforcementLevel, run: Run): ResourceValidationPolicy {
  // The engine starts one process for one run, so what was recalled belongs to this stack.
  const earlier: Resource[] = [];
  return {
    ...metadata(rule, level),
    validateResource: (args, reportViolation) => {
      const { name } = args;
      try {
        const stack = run.readStack();
        const resource = declaredOnce(args, rule, run);
        report(rule, rule.check(resource, stack, earlier), resource, run, reportViolation);
        if (rule.recalls?.(resource, stack)) earlier.push(resource);
      } catch (error) {
        reportViolation(failure(rule.name, name, error));
      }
    },
  };
}

function stackPolicy(rule: StackRule, level: EnforcementLevel, run: Run): StackValidationPolicy {
  return {
    ...metadata(rule, level),
    validateStack: (_args, reportViolation) => {
      try {
        const resources = [...run.declared.values()].map(({ resource }) => resource);
        for (const { resource, ...finding } of rule.checkStack(resources, run.readStack())) {
          report(rule, [finding], resource, run, reportViolation);
        }
      } catch (error) {
        reportViolation(failure(rule.name, "the stack", error));
      }
    },
  };
}

// Reading costs more than judging: all policies share what the first one read. Asked a second time, one reads anew.
function declaredOnce(args: ResourceValidationArgs, { name }: Rule, { declared }: Run): Resource {
  const present = declared.get(args.urn);
  if (present !== undefined && !present.askedOf.has(name)) {
    present.askedOf.add(name);
    return present.resource;
  }
  const resource = resourceOf(args);
  declared.set(args.urn, { resource, askedOf: new Set([name]) });
  return resource;
}

function resourceOf({ type, name, urn, props, opts, provider }: ResourceValidationArgs): Resource {
  return {
    type,
    name,
    urn,
    properties: readProperties(props),
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
    custom: provider !== undefined,
  };
}

function report(
  rule: Rule,
  findings: readonly Finding[],
  resource: Resource,
  run: Run,
  reportViolation: ReportViolation,
): void {
  const { standing, exempted } = withExemptions(rule, findings, resource, run.readStack());
  run.exempted.push(...exempted);
  for (const finding of standing) reportViolation(message(resource.name, finding), resource.urn);
}
