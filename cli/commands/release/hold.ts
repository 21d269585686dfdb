import { deletionDue } from "../../../model/release/due";
import { instant } from "../../../model/release/instant";
import type { Release } from "../../../model/release/release";
import { endHold, hold } from "../../../model/release/transitions";
import type { Settings } from "../../../model/settings";
import { wrongUsage } from "../../wrong-usage";
import { cwdOption, dryRunOption, jsonOption, type Register } from "../command";
import { actor, byOption, edited, version, type Options } from "./common";

export const registerHold: Register = (release, context) => {
  release
    .command("hold")
    .description("nothing of the release is deleted until the hold ends")
    .argument(...version)
    .option(...byOption)
    .option("--reason <text>", "why")
    .option("--until <instant>", "when it ends by itself, e.g. 2027-01-31 or 2027-01-31T12:00:00Z")
    .option("--end", "end it now")
    .option(...dryRunOption)
    .option(...jsonOption)
    .option(...cwdOption)
    .action(
      async (
        text: string,
        options: Options & { by?: string; reason?: string; until?: string; end?: boolean },
      ) => {
        const { reason, until, end } = options;
        if (end) {
          if (reason !== undefined || until !== undefined) throw wrongUsage("--end stands alone");
          return edited(context, text, options, endHold, accountsUntil);
        }
        if (reason === undefined || until === undefined)
          throw wrongUsage("a hold has a reason and an end", "Give --reason and --until, or --end");
        const wanted = { by: actor(context, options.by), reason, until: instantOf(until) };
        return edited(
          context,
          text,
          options,
          (present) => hold(present, wanted, context.now()),
          accountsUntil,
        );
      },
    );
};

/** Until when the accounts stay. */
function accountsUntil(_: Settings, after: Release): string {
  const due = deletionDue(after);
  if (due !== undefined) return `${after.version}: accounts stay until ${due}.`;
  return `${after.version}: accounts stay until a day after its end${after.hold ? `, and until ${after.hold.until} at least` : ""}.`;
}

function instantOf(text: string): string {
  const grammar = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z)?$/;
  if (grammar.test(text) && !Number.isNaN(Date.parse(text))) return instant(new Date(text));
  throw wrongUsage(`${text} is no instant`, "Write a day such as 2027-01-31, or 2027-01-31T12:00:00Z");
}
