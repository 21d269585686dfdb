import { Stage, upCommand } from "../stage";
import type { Story } from "../story";

/** Moves the image along the path: one line of a stack file, reviewed as a preview, executed by the promoter. */
export async function promoteAll({ cast, narrator, settings, stage }: Story): Promise<void> {
  for (const environment of settings.path.environments.slice(1)) {
    const to = environment.name;
    const promoter = cast.promoters[to];
    narrator.chapter(`Promotion to ${to}: the reviewer sees the preview, ${promoter} carries it out`);
    Stage.expectSuccess(await stage.airlock(["promote", cast.repository, "--to", to]), "airlock promote");
    const preview = ["preview", "-s", to, "--policy-pack", "policies", "--diff"];
    Stage.expectSuccess(await stage.pulumi(preview, { as: cast.reviewer }), `pulumi preview -s ${to}`);
    const up = upCommand(to);
    Stage.expectSuccess(await stage.pulumi(up, { as: promoter }), `pulumi up -s ${to}`);
  }
}
