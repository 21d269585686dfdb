import type { PolicyText, Rule } from "../../policies/rule";
import { bullets, code, page, paragraph } from "./markdown";

/** What a page shows besides the policy's own text. */
export interface Shown {
  readonly passes: string;
  readonly fails: string;
  /** What the policy says to `fails`. */
  readonly messages: readonly string[];
}

/** A rule's page. */
export function rulePage(rule: Rule, { passes, fails, messages }: Shown): string {
  const level = rule.advice
    ? "advisory"
    : rule.absolute
      ? "mandatory everywhere, no exemptions"
      : `mandatory${rule.reachesFurther ? " everywhere" : ""}, can be exempted`;
  return page(
    heading(rule, "checkStack" in rule ? `${level} · judges the whole stack` : level),
    about(rule),
    ...("checkStack" in rule
      ? [
          rule.advice
            ? "It judges the stack as a whole, and fails nothing.\n"
            : "It judges the stack as a whole: it fails the run, and blocks nothing.\n",
        ]
      : []),
    "## Passes\n",
    code("ts", passes),
    "## Fails\n",
    code("ts", fails),
    code("text", messages.join("\n")),
  );
}

/** The page of the policy that speaks of exemptions: what it looks at is configuration. */
export function disclosurePage(text: PolicyText, configuration: string, messages: readonly string[]): string {
  return page(
    heading(text, "advisory"),
    about(text),
    "## Says\n",
    code("yaml", configuration),
    code("text", messages.join("\n")),
  );
}

function heading({ displayName, name, severity, description }: PolicyText, level: string): string {
  return page(
    `<!-- Written by npm run docs from the policy and its examples, in policies/. -->\n`,
    `# ${displayName}\n`,
    `\`${name}\` · ${severity} · ${level}\n`,
    paragraph(description),
  );
}

function about({ looksAt, why, remediationSteps }: PolicyText): string {
  return page(
    "## What it looks at\n",
    bullets(looksAt),
    "## Why\n",
    paragraph(why),
    "## How to fix\n",
    paragraph(remediationSteps),
  );
}
