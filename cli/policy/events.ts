import * as z from "zod";
import { UserError } from "../../model/errors";

/** One thing that a policy said, as the engine passes it on. */
export interface PolicyEvent {
  readonly resourceUrn?: string;
  /** The policy's description, a line break, and what it said. */
  readonly message: string;
  readonly policyName: string;
  readonly policyPackName: string;
  readonly policyPackVersion?: string;
  readonly enforcementLevel: string;
}

/** How policies judged one resource, or the stack. */
export interface SummaryEvent {
  readonly resourceUrn?: string;
  readonly policyPackName: string;
  readonly policyPackVersion?: string;
  readonly passed?: readonly string[];
  readonly failed?: readonly string[];
}

/** One line of the engine's event log; of many kinds of event, those that a report is made of. */
export interface EngineEvent {
  readonly sequence: number;
  readonly policyEvent?: PolicyEvent;
  readonly policyAnalyzeSummaryEvent?: SummaryEvent;
  readonly policyAnalyzeStackSummaryEvent?: SummaryEvent;
  readonly diagnosticEvent?: { readonly severity?: string; readonly message: string };
  readonly summaryEvent?: object;
  readonly resourcePreEvent?: { readonly metadata: { readonly urn: string } };
}

const summary = z.looseObject({
  resourceUrn: z.string().optional(),
  policyPackName: z.string(),
  policyPackVersion: z.string().optional(),
  passed: z.array(z.string()).optional(),
  failed: z.array(z.string()).optional(),
});

// As far as a report reads it: a file may hold anything.
const schema: z.ZodType<EngineEvent> = z.looseObject({
  sequence: z.number(),
  policyEvent: z
    .looseObject({
      resourceUrn: z.string().optional(),
      message: z.string(),
      policyName: z.string(),
      policyPackName: z.string(),
      policyPackVersion: z.string().optional(),
      enforcementLevel: z.string(),
    })
    .optional(),
  policyAnalyzeSummaryEvent: summary.optional(),
  policyAnalyzeStackSummaryEvent: summary.optional(),
  diagnosticEvent: z.looseObject({ severity: z.string().optional(), message: z.string() }).optional(),
  summaryEvent: z.looseObject({}).optional(),
  resourcePreEvent: z.looseObject({ metadata: z.looseObject({ urn: z.string() }) }).optional(),
});

/** How a log of events is made by hand. */
export const howToLog =
  "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview -s <stack> --policy-pack policies --json > events.json";

/** The events among lines, and the lines that are none: what the engine says when it can't even begin. */
export function eventsAmong(text: string): { readonly events: EngineEvent[]; readonly others: string[] } {
  const events: EngineEvent[] = [];
  const others: string[] = [];
  for (const line of text.split("\n")) {
    const event = eventOf(line);
    if (event !== undefined) events.push(event);
    else if (line.trim() !== "") others.push(line);
  }
  return { events, others };
}

/**
 * Events of a file that somebody recorded.
 * @throws UserError (2) when it is anything else.
 */
export function readEvents(text: string, file: string): EngineEvent[] {
  const { events, others } = eventsAmong(text);
  if (events.length > 0 && others.length === 0) return events;
  throw new UserError({
    what:
      events.length > 0 ? `not an event: ${others[0].slice(0, 60)}` : "there is no event of the engine in it",
    where: file,
    fix: `Make it with: ${howToLog}`,
    exitCode: 2,
  });
}

/** The engine's directives for colours, which it leaves in what it records. */
export function plain(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "");
}

function eventOf(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
