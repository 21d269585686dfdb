import { longestExemption } from "../../policies/exemptions";
import type { PolicyText } from "../../policies/rule";
import { bullets, code, page, paragraph } from "./markdown";

/** What a project may configure, as the list shows it; a test reads it as configuration. */
export const configurationExample = `config:
  onestream:policies:
    value:
      levels:
        # Policy, then unprotected environments: mandatory (as without a line), advisory or disabled.
        resource-require-tags: { dev: advisory }
      exemptions:
        - policy: registry-require-hardening
          # Logical name and type of the resource.
          resource: scratch-registry
          type: azure-native:resources:Resource
          # The environment whose stack has the resource, or shared.
          environment: staging
          # With it, this property and what is below it alone.
          property: properties.adminUserEnabled
          reason: The vendor's tool can't sign in otherwise before 2.0
          owner: platform_team
          until: 2026-12-31
`;

/** `docs/policies/README.md`. */
export function policyList(texts: readonly PolicyText[]): string {
  const linked = (some: readonly PolicyText[]) => some.map(({ name }) => `[${name}](${name}.md)`).join(", ");
  return page(
    "<!-- Written by npm run docs from the policies in policies/. -->\n",
    "# Policies\n",
    paragraph(
      "The pack in `policies/` judges a stack while `pulumi preview` and `pulumi up` run it: `--policy-pack policies`. The policies judge by the stack's configuration (path, access matrix, signing key), never by what a component was given.",
    ),
    table(texts),
    paragraph(
      "A finding reads `<what> (<resource>: <property>). <what to do>`. A policy that can't judge, because the configuration is wrong or a resource makes it fail, refuses: what can't be judged has not been found to be right. A wrong configuration is said once with a resource and once with the stack, not by every policy.",
    ),
    paragraph(
      "`airlock policy report` renders a run as JSON, as Markdown for a pull request, or as SARIF for code scanning.",
    ),
    "## Levels and exemptions\n",
    paragraph("Both stand in the configuration, where a change of them is reviewed like any other:"),
    code("yaml", configurationExample),
    bullets([
      "A level can be lowered in an unprotected environment alone. In a protected one, and in the shared stack, every policy is mandatory.",
      `An exemption takes findings of one policy about one resource back until its last day, at most ${longestExemption} days from the day of the run. After it the finding stands again, and says that the exemption has ended.`,
      `No level lowers ${linked(texts.filter(({ reachesFurther }) => reachesFurther))}: what one stack's program does there may open another environment.`,
      `No level and no exemption reaches ${linked(texts.filter(({ absolute }) => absolute))}: the promise rests on them.`,
      "Each exemption shows in every run and in every report ([exemption-disclose-use](exemption-disclose-use.md)), one that does nothing as well.",
    ]),
    "## What the pack can't see\n",
    bullets([
      "**Whether it runs.** `--policy-pack` is an argument, and whoever runs the engine can leave it out. What stands behind the pack is in the [threat model](../threat-model.md).",
      "**What is not in the program**: assignments made by hand, members of groups, other projects. `airlock access --live` compares the cloud with the program.",
      "**Whose an id is.** The engine shows no policy what a stack reference has read. An assignment that takes the place of another one's principal shows in the preview as a replacement, and in `airlock access` by name.",
      "**What a program does besides registering resources.** It is code, and runs with the rights of whoever previews it.",
      "**Values that only the update knows.** In a protected environment such a value is refused where it decides; elsewhere it is judged during the update.",
      "**What was there before** a stack policy fails: policies about the whole stack run after its resources exist, so in an update they report and block nothing.",
    ]),
  );
}

function table(texts: readonly PolicyText[]): string {
  const rows = texts.map(
    ({ name, severity, description }) => `| [${name}](${name}.md) | ${severity} | ${description} |\n`,
  );
  return ["| Policy | Severity | What it says |\n", "|---|---|---|\n", ...rows].join("");
}
