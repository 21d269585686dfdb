import { UserError } from "../../model/errors";
import { bondProblem, type ImageLabels } from "../../model/labels";
import type { Properties } from "../properties";
import type { CheckFailure } from "../resource";
import * as rules from "../rules";

/** An image, and where it is about to enter. */
interface Entering {
  readonly repository: string;
  readonly digest: string;
  readonly environment: string;
  readonly loginServer: string;
}

/** @throws UserError (1) when the labels name another environment or registry. */
export function requireBond(labels: ImageLabels, entering: Entering): void {
  const what = refusal(labels, entering);
  if (what !== undefined) throw new UserError({ what, exitCode: 1 });
}

/** What a former verification says of a destination that changed: the labels are the digest's, and stay what they are. */
export function bondFailures(labels: unknown, news: Properties): CheckFailure[] {
  if (!rules.allKnown(news, ["environment", "loginServer"])) return [];
  const reason = refusal(labels as ImageLabels, news as unknown as Entering);
  return reason === undefined ? [] : [{ property: "digest", reason }];
}

function refusal(labels: ImageLabels, { repository, digest, ...to }: Entering): string | undefined {
  const problem = bondProblem(labels, { environment: to.environment, registry: to.loginServer });
  return problem === undefined ? undefined : `${repository}@${digest} ${problem}`;
}
