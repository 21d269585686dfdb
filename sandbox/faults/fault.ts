import * as z from "zod";
import { suggestion } from "../../model/config/nearest";
import { UserError } from "../../model/errors";
import { textOf } from "../text";

/** Where a request goes: Resource Manager, a registry, Graph, the key vault, GitHub, or wherever tokens are given. */
export const planes = ["arm", "registry", "graph", "vault", "github", "token"] as const;
export type Plane = (typeof planes)[number];

interface Kind {
  readonly strikes: "requests" | "role assignments" | "imports" | "clocks";
  /** What whoever is struck sees. */
  readonly does: string;
  /** Default of `seconds`, for the kinds that last. */
  readonly seconds?: number;
  /** Most that `seconds` may be, where that is more than an hour. */
  readonly longest?: number;
}

const hour = 3_600;
/** A password lives for thirty days at most. */
const longestSkew = 40 * 24 * hour;

/** Every fault that the sandbox can have. */
export const kinds = {
  latency: { strikes: "requests", does: "the answer comes --seconds later", seconds: 2 },
  throttle: { strikes: "requests", does: "429, and Retry-After says --seconds", seconds: 1 },
  error: { strikes: "requests", does: "500" },
  "drop-before": { strikes: "requests", does: "the connection drops, and nothing was carried out" },
  "drop-after": { strikes: "requests", does: "the connection drops when the request was carried out" },
  "slow-roles": {
    strikes: "role assignments",
    does: "a new role assignment takes effect --seconds later",
    seconds: 60,
  },
  "replication-lag": {
    strikes: "imports",
    does: "the login server shows what was imported --seconds later",
    seconds: 10,
  },
  "clock-skew": {
    strikes: "clocks",
    does: "the registries' clock is --seconds ahead",
    seconds: 300,
    longest: longestSkew,
  },
  "crash-import": { strikes: "imports", does: "the sandbox dies when half of the image is copied" },
} as const satisfies Record<string, Kind>;

export type FaultKind = keyof typeof kinds;
const names = Object.keys(kinds) as FaultKind[];

const number = (what: string, most: number) => {
  const error = ({ input }: { input?: unknown }) =>
    `--${what} ${textOf(input)} is not a number from 1 to ${most}`;
  return z.int({ error }).min(1, { error }).max(most, { error });
};

const schemaWith = (longest: number) =>
  z
    .strictObject({
      kind: z.enum(names, {
        error: ({ input }) =>
          `unknown fault "${textOf(input)}". ${suggestion(textOf(input), names, "faults")}`,
      }),
      /** Requests of one plane only. */
      on: z
        .enum(planes, {
          error: ({ input }) =>
            `unknown plane "${textOf(input)}". ${suggestion(textOf(input), planes, "planes")}`,
        })
        .optional(),
      // Method or `*`, and a path without its query: `POST /v2/**`.
      match: z
        .string()
        .regex(/^(\*|[A-Za-z]+) \/\S*$/, {
          error: ({ input }) => `--match "${textOf(input)}" is not a method (or *) and a path: "POST /v2/**"`,
        })
        .optional(),
      /** How often it strikes before it ends by itself; for ever when absent. */
      times: number("times", 1_000_000).optional(),
      seconds: number("seconds", longest).optional(),
    })
    .check(({ value, issues }) => {
      const { strikes, ...kind }: Kind = kinds[value.kind];
      const refuse = (message: string) => issues.push({ code: "custom", message, input: value });
      if (strikes !== "requests" && (value.on !== undefined || value.match !== undefined))
        refuse(`${value.kind} strikes ${strikes}, not requests: it takes no --on and no --match`);
      if (kind.seconds === undefined && value.seconds !== undefined)
        refuse(`${value.kind} does not last: it takes no --seconds`);
      if (strikes === "clocks" && value.times !== undefined)
        refuse(`${value.kind} lasts until it is cleared: it takes no --times`);
    });

/** One fault as it is switched on. */
export type Fault = z.infer<ReturnType<typeof schemaWith>>;

/** Checks what a user or a test gave, and fills in how long it lasts. @throws UserError (2) */
export function parseFault(given: unknown): Fault {
  const { data, error } = schemaWith(longestOf(given)).safeParse(given);
  if (error) throw new UserError({ what: error.issues[0].message, exitCode: 2 });
  const { seconds }: Kind = kinds[data.kind];
  return seconds === undefined ? data : { seconds, ...data };
}

function longestOf(given: unknown): number {
  const { kind } = (given ?? {}) as { kind?: unknown };
  const { longest = hour }: Partial<Kind> = names.includes(kind as FaultKind) ? kinds[kind as FaultKind] : {};
  return longest;
}
