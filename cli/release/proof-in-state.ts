import { UserError } from "../../model/errors";
import { isBefore, instant } from "../../model/release/instant";
import { releaseStack } from "../../model/release/names";
import type { ChosenProject, Context } from "../context";
import { withExport } from "../recovery/state";
import { engineEnvironmentOf } from "../update";

/**
 * Whether the end of a stage that its file calls closed was never proven. Nothing of the stage after it lets anybody in then: the
 * engine makes that after the proof alone, and of a password that has ended there will be none.
 * @throws UserError: 1 when it can be proven still, 3 when the engine doesn't say
 */
export async function lacksProof(
  context: Context,
  project: ChosenProject,
  version: string,
  stage: string,
): Promise<boolean> {
  const stack = releaseStack(version);
  const at = { cwd: project.directory, env: await engineEnvironmentOf(context, project) };
  const [proof, password] = await withExport(at, stack, ({ resources = [] }) =>
    Promise.resolve(
      ["RevocationProof", "TokenPassword"].map((kind) =>
        resources.find(({ urn }) => urn.endsWith(`:${kind}::${version}-${stage}`)),
      ),
    ),
  );
  const expires = password?.inputs?.expires;
  if (proof !== undefined || typeof expires !== "string") return false;
  if (!isBefore(instant(context.now()), expires)) return true;
  throw new UserError({
    what: `the end of ${stage} of ${version} is not proven, and can be until ${expires}`,
    where: `stack ${stack}`,
    fix: `Run pulumi up -s ${stack} --policy-pack policies`,
    exitCode: 1,
  });
}
