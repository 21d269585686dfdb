// npm run docs: writes docs/policies/ from the policies, their examples and what they say to them.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { exemptionDiscloseUse } from "../../policies/disclosure";
import { policyTexts, rules } from "../../policies/pack";
import type { StackFacts } from "../../policies/stack-facts";
import { exampleResources, exampleText } from "./examples";
import { exemptedMessages, messages } from "./judge";
import { policyList } from "./policy-list";
import { disclosurePage, rulePage } from "./policy-page";
import { referenceStack, stackOfExamples } from "./reference-stack";

export const pagesFolder = resolve(__dirname, "../../docs/policies");

/** Every page by its file's name. */
export async function policyPages(): Promise<Map<string, string>> {
  const stacks = { prod: referenceStack(), poc: referenceStack("poc") };
  const pages = new Map([["README.md", policyList(policyTexts)]]);
  for (const rule of rules) {
    const stack = stacks[stackOfExamples(rule.name)];
    const shown = {
      passes: exampleText(rule.name, "passes"),
      fails: exampleText(rule.name, "fails"),
      messages: messages(rule, stack, await exampleResources(rule.name, "fails", stack)),
    };
    pages.set(`${rule.name}.md`, rulePage(rule, shown));
  }
  return pages.set(`${exemptionDiscloseUse.name}.md`, await pageAboutExemptions(stacks.prod));
}

// The failing example of a policy that has exemptions, exempted.
async function pageAboutExemptions(stack: StackFacts): Promise<string> {
  const rule = rules.find(({ name }) => name === "image-require-own-registry")!;
  const resources = await exampleResources(rule.name, "fails", stack);
  const exemption = {
    policy: rule.name,
    resource: resources[0].name,
    type: resources[0].type,
    environment: "prod",
    reason: "prod's registry is restored from staging's",
    owner: "platform_team",
    until: "2026-12-31",
  };
  const lines = Object.entries(exemption).map(([key, value]) => `${key}: ${value}`);
  const configuration = `config:\n  onestream:policies:\n    value:\n      exemptions:\n        - ${lines.join("\n          ")}\n`;
  const { settings } = stack;
  const exempted = { ...stack, settings: { ...settings, policies: { levels: {}, exemptions: [exemption] } } };
  return disclosurePage(exemptionDiscloseUse, configuration, exemptedMessages(rule, exempted, resources));
}

async function writePages(): Promise<void> {
  const pages = await policyPages();
  for (const file of readdirSync(pagesFolder)) {
    if (!pages.has(file)) rmSync(join(pagesFolder, file));
  }
  for (const [file, text] of pages) writeFileSync(join(pagesFolder, file), text);
}

if (require.main === module) void writePages();
