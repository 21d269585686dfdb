import { environments, hostOf } from "../story/world";
import type { TestSandbox } from "../../support/sandbox";

/** One operation of one identity through a client, and the sentence with which the client says that it is refused. */
export interface Attempt {
  readonly who: string;
  readonly does: string;
  readonly attempt: (who: string) => Promise<unknown>;
  readonly refusal?: string;
}

/** A test for each row, in this order: what one pushes, another pulls. */
export function tries(sandbox: TestSandbox, client: string, rows: readonly Attempt[]): void {
  const named = rows.map((row) => ({ ...row, may: row.refusal === undefined ? "can" : "can't" }));
  test.each(named)(`${client}: $who $may $does`, async ({ who, attempt, refusal }) => {
    const said = await attempt(who).then(
      () => undefined,
      (error: Error) => readable(sandbox, error.message),
    );
    expect(said).toBe(refusal);
  });
}

/** A message without what differs from one sandbox to the next. */
export function readable(sandbox: TestSandbox, message: string): string {
  return environments
    .reduce((text, environment) => text.replaceAll(hostOf(sandbox, environment), `<${environment}>`), message)
    .replace(/\?scope=\S+(?=:)/g, "")
    .replace(/sha256:[0-9a-f]{64}/g, "<digest>")
    .replace(/with object id '[0-9a-f-]{36}'/g, "with object id '<id>'")
    .replace(/\([0-9a-f-]{36}\)/g, "(<id>)");
}

/** Why a registry refuses somebody whom no assignment on it names. */
export function holdsNothing(who: string, registry: string, right: string): string {
  return `${who} holds nothing on …/registries/${registry} that grants Microsoft.ContainerRegistry/registries/${right}`;
}

/** How clients in Go end a registry's refusal: with the actions that the request needed. */
export function needing(repository: string, ...actions: string[]): string {
  return `; [${actions.map((action) => `map[Action:${action} Name:${repository} Type:repository]`).join(" ")}]`;
}

/** Why it refuses a developer outside the team's namespace. */
export const iamAlone =
  'a member of iam_team is in group iam_team, which holds "Container Registry Repository Writer" on …/registries/onestreamdev for iam/* alone';
