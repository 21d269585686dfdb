import type {
  EnforcementLevel,
  Policy,
  PolicyResource,
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
interface Judged {
  readonly resource: Resource;
  readonly askedOf: Set<string>;
}

/** What a policy is asked about. */
type Asked = "resource" | "stack";

/** What the policies of one run share. */
export interface Run {
  readonly readStack: StackReader;
  /** What the program asked for so far, by URN. Of outputs, which is all that the engine hands to a stack's policies, much is missing. */
  readonly declared: Map<string, Judged>;
  /** Findings that an exemption took back, for the report. */
  readonly exempted: ExemptedFinding[];
  /** With what somebody has said that the configuration can't be read. */
  readonly complained: Set<Asked>;
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

/** What a throw is reported as: who can't judge has not found the resource to be right. */
function failure(who: string, resource: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return `${who} could not judge: ${why} (${resource}). Correct this first: what can't be judged is refused`;
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
      const stack = stackFor("resource", name, run, reportViolation);
      if (stack === undefined) return;
      try {
        const resource = declaredOnce(args, rule, run);
        report(rule, rule.check(resource, stack, earlier), resource, stack, run, reportViolation);
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
    validateStack: (args, reportViolation) => {
      const stack = stackFor("stack", "the stack", run, reportViolation);
      if (stack === undefined) return;
      try {
        const registered = new Map(args.resources.map((one) => [one.urn, one]));
        const resources = [...run.declared].map(([urn, { resource }]) =>
          atTheEnd(resource, registered.get(urn)),
        );
        for (const { resource, ...finding } of rule.checkStack(resources, stack)) {
          report(rule, [finding], resource, stack, run, reportViolation);
        }
      } catch (error) {
        reportViolation(failure(rule.name, "the stack", error));
      }
    },
  };
}

/**
 * The facts to judge by. Without them whoever is asked first fails the run for all, so that it is said once; and once more at
 * the end, should somebody outside have lowered the level of that policy.
 */
function stackFor(
  asked: Asked,
  name: string,
  { readStack, complained }: Run,
  reportViolation: ReportViolation,
): StackFacts | undefined {
  try {
    return readStack();
  } catch (error) {
    if (!complained.has(asked)) reportViolation(failure("the policies", name, error));
    complained.add(asked);
    return undefined;
  }
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

/** A resource with what the engine knows of it once all of them are registered. */
function atTheEnd(resource: Resource, registered: PolicyResource | undefined): Resource {
  if (registered === undefined) return resource;
  const { props, propertyDependencies } = registered;
  return {
    ...resource,
    outputs: () => readProperties(props),
    madeFrom: (property) => (propertyDependencies[property] ?? []).map(({ urn }) => urn),
  };
}

function report(
  rule: Rule,
  findings: readonly Finding[],
  resource: Resource,
  stack: StackFacts,
  run: Run,
  reportViolation: ReportViolation,
): void {
  const { standing, exempted } = withExemptions(rule, findings, resource, stack);
  run.exempted.push(...exempted);
  for (const finding of standing) reportViolation(message(resource.name, finding), resource.urn);
}
