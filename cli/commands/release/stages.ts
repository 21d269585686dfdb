import type { Rules } from "../../../model/release/approvals";
import { parseReleaseVersion } from "../../../model/release/names";
import { abandon, advance, deployed, settle } from "../../../model/release/transitions";
import type { Context } from "../../context";
import { openGitHub } from "../../github/open";
import { closingProblem } from "../../release/closing-problem";
import { readRelease, type Happening } from "../../release/files";
import { readReviews } from "../../release/reviews";
import { cwdOption, dryRunOption, jsonOption, type Register } from "../command";
import { actor, applyOption, byOption, stepped, version, type Options } from "./common";

export const registerAdvance: Register = (release, context) => {
  release
    .command("advance")
    .description("to the next stage: first the present one is closed, then the next is opened")
    .argument(...version)
    .requiredOption("--to <env>", "environment of the next stage")
    .option(...byOption)
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { to: string; by?: string }) => {
      const { to } = options;
      const by = actor(context, options.by);
      let review: Rules["review"];
      await stepped(
        context,
        text,
        options,
        (present, settings) => advance(present, { ...settings, review }, { to, by }, context.now()),
        async (project) => {
          const stated = readRelease(project, parseReleaseVersion(text));
          review = await readReviews(() => openGitHub(context, project), stated, to);
        },
      );
    });
};

export const registerEndings: Register = (release, context) => {
  release
    .command("deployed")
    .description("the release runs in the last environment: its accounts are closed, and a day later deleted")
    .argument(...version)
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action((text: string, options: Options) =>
      ended(context, text, options, (present, settings) => {
        const over = deployed(present, settings, context.now());
        return over === present ? settle(present, settings, context.now()) : over;
      }),
    );
  release
    .command("close")
    .description("the release is given up: its accounts are closed, and a day later deleted")
    .argument(...version)
    .option(...byOption)
    .requiredOption("--reason <text>", "why")
    .option(...dryRunOption)
    .option(...applyOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: Options & { by?: string; reason: string }) => {
      const how = { by: actor(context, options.by), reason: options.reason };
      await ended(context, text, options, (present, settings) => {
        const over = abandon(present, settings.path, how, context.now());
        return over === present ? settle(present, settings, context.now()) : over;
      });
    });
};

/** The steps out of the last stage of a release. What can't be proven any more is taken away all the same, and said. */
async function ended(context: Context, text: string, options: Options, next: Happening): Promise<void> {
  const after = await stepped(context, text, { ...options, unjudged: true }, next);
  const problem = closingProblem(after, context.now());
  if (problem) throw problem;
}
