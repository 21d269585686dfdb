import type { Rules } from "../../../model/release/approvals";
import { parseReleaseVersion } from "../../../model/release/names";
import { abandon, advance, deployed, settle } from "../../../model/release/transitions";
import { openGitHub } from "../../github/open";
import { readRelease } from "../../release/files";
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
        (present, { path, releases }) =>
          advance(present, { path, releases, review }, { to, by }, context.now()),
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
      stepped(context, text, options, (present, { path }) => {
        const ended = deployed(present, path, context.now());
        return ended === present ? settle(present, path, context.now()) : ended;
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
      await stepped(context, text, options, (present, { path }) => {
        const ended = abandon(present, path, how, context.now());
        return ended === present ? settle(present, path, context.now()) : ended;
      });
    });
};
