import { isReleaseVersion } from "../../model/release/names";
import { type Happened, stepBack } from "../../model/release/steps-back";
import { hasUnknown, type Properties } from "../properties";
import type { Checked, CheckFailure, ResourceType, State } from "../resource";
import * as rules from "../rules";

const optionalInstant = { rule: rules.instant, optional: true };
const stage = rules.object({
  opened: { rule: rules.instant },
  renewed: optionalInstant,
  closing: optionalInstant,
  closed: optionalInstant,
});
const schema: Record<string, rules.Property> = {
  version: {
    rule: (value) =>
      typeof value === "string" && isReleaseVersion(value) ? undefined : "expected v<major>.<minor>.<patch>",
  },
  stages: { rule: rules.mapping(stage) },
  deployed: optionalInstant,
  abandoned: optionalInstant,
  deleted: optionalInstant,
};

/**
 * What updates have carried out of a release's file, so that another file can't take it back: it is registered after the proofs
 * of the stages that are closed and before the accounts of the one that is not. There is nothing of it in the cloud.
 */
export class ReleaseHistory implements ResourceType {
  readonly replaceOn = [];
  readonly deleteBeforeReplace = false;

  /** Refuses a step back at preview already. @param olds the engine gives none, or nothing in it, of a release that has none yet */
  async check(olds: Properties | undefined, news: Properties): Promise<Checked> {
    const failures = rules.judge(news, schema);
    if (failures.length === 0) failures.push(...unknowns(news));
    if (failures.length === 0 && olds?.version !== undefined) failures.push(...refusals(olds, news));
    return { inputs: news, failures };
  }

  preview(inputs: Properties): Properties {
    return inputs;
  }

  async create(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    return { id: String(inputs.version), outputs: inputs };
  }

  async read(state: State): Promise<State> {
    return state;
  }

  async update(news: Properties): Promise<Properties> {
    return news;
  }

  /** Forgets, with the stack. */
  async delete(): Promise<void> {}
}

/** What isn't known at preview could not be refused there. */
function unknowns(news: Properties): CheckFailure[] {
  return Object.keys(news)
    .filter((property) => hasUnknown(news[property]))
    .map((property) => ({ property, reason: "has to be known at preview: give it as the file has it" }));
}

function refusals(olds: Properties, news: Properties): CheckFailure[] {
  if (olds.version !== news.version) {
    const reason = `this stack's release is ${String(olds.version)}. Make a stack of its own for ${String(news.version)}`;
    return [{ property: "version", reason }];
  }
  const found = stepBack(olds as unknown as Happened, news as unknown as Happened);
  if (found === undefined) return [];
  const reason = `${String(news.version)}: ${found.what}. What was carried out is not taken back: put the file of the release back as it was, and use airlock release`;
  return [{ property: found.path, reason }];
}
