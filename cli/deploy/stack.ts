import { UserError } from "../../model/errors";
import { deliveryStack, type DeliverySettings } from "../../model/delivery/settings";
import { pocStack, type Settings } from "../../model/settings";
import { pocOf } from "../poc";
import { loadSettings, type Project } from "../project";
import { wrongUsage } from "../wrong-usage";

/** A delivery stack, as its file says. */
export interface DeliveryStack {
  readonly stack: string;
  readonly environment: string;
  readonly delivery: DeliverySettings;
  /** Settings of the world that it is a part of: the project's, or its proof of concept's. */
  readonly world: Settings;
  /** Who deploys to the environment's cluster; undefined unless it is exactly one. */
  readonly deployer?: string;
}

/** The delivery stack that the options name, as its file says or this text in its place. @throws UserError (2) when there is none */
export function deliveryStackOf(
  project: Project,
  { env, stack = env && deliveryStack(env) }: { readonly env?: string; readonly stack?: string },
  text?: string,
): DeliveryStack {
  if (!stack) throw wrongUsage("no stack is named", "Name one: --env <environment> or --stack <stack>");
  const settings = loadSettings(project, stack, text);
  const { delivery, environment } = settings;
  if (delivery === undefined || environment === undefined) {
    throw new UserError({
      what: `stack ${stack} delivers nothing to a cluster: it is of kind ${settings.kind}`,
      where: `Pulumi.${stack}.yaml`,
      fix: "airlock deploy runs stacks of kind delivery",
      exitCode: 2,
    });
  }
  // The proof of concept has identities of its own.
  const poc = delivery.stack === pocStack ? pocOf(project) : undefined;
  if (poc) holdAgainst(poc, settings, environment, `Pulumi.${stack}.yaml`);
  const world = poc ?? settings;
  const deployer = deployerOf(world, environment);
  return { stack, environment, delivery, world, ...(deployer !== undefined && { deployer }) };
}

/** What the file of the proof of concept decides is repeated in the delivery stack's, which can't read it. */
function holdAgainst(poc: Settings, own: Settings, environment: string, where: string): void {
  const hostIn = ({ path }: Settings) => path.environments.find(({ name }) => name === environment)?.host;
  const decided = {
    registry: [hostIn(own), hostIn(poc)],
    istioRevision: [own.delivery?.istioRevision, poc.clusters?.[environment]?.istioRevision],
  };
  for (const [key, [stated, wanted]] of Object.entries(decided)) {
    if (stated === wanted) continue;
    throw new UserError({
      what: `${key} is ${stated}, and Pulumi.${pocStack}.yaml has ${wanted ?? "none"} for ${environment}`,
      where: `${where}, delivery.${key}`,
      fix: "Let both say the same",
      exitCode: 2,
    });
  }
}

function deployerOf({ access }: Settings, environment: string): string | undefined {
  const deployers = Object.keys(access).filter((identity) =>
    access[identity][`${environment}.cluster`]?.some((cell) => cell.startsWith("deploy ")),
  );
  return deployers.length === 1 ? deployers[0] : undefined;
}
