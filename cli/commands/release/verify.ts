import { changedSince } from "../../../model/release/approvals";
import { parseReleaseVersion } from "../../../model/release/names";
import { currentStage } from "../../../model/release/transitions";
import { chooseProject } from "../../context";
import { openGitHub } from "../../github/open";
import { json, line } from "../../output/io";
import { readRelease } from "../../release/files";
import { verifyReviews } from "../../release/reviews";
import { cwdOption, jsonOption, type Register } from "../command";
import { version } from "./common";

export const registerVerify: Register = (release, context) => {
  release
    .command("verify")
    .description("asks GitHub again about the approvals of the stage that a release is in, before an update")
    .argument(...version)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(async (text: string, options: { json?: boolean; cwd?: string }) => {
      const project = chooseProject(context, options.cwd);
      const stated = readRelease(project, parseReleaseVersion(text));
      const approvals = await verifyReviews(() => openGitHub(context, project), stated);
      const counted = approvals.map(({ stage, role, by }) => ({ stage, role, by }));
      const { release: present, settings } = stated;
      const changed = changedSince(present, currentStage(present, settings.path));
      if (options.json) return json(context.io.out, { version: text, approvals: counted, changed });
      const who = counted.map(({ role, by }) => `${by} for ${role}`).join(", ");
      const others = changed.length > 0 ? `, with other images of ${changed.join(", ")} than it has now` : "";
      line(
        context.io.out,
        `${text}: ${who === "" ? "its stage needs no approval" : `approved by ${who}${others}`}.`,
      );
    });
};
