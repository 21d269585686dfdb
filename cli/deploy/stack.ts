import { UserError } from "../../model/errors";
import type { Settings } from "../../model/settings";
import { pocOf } from "../poc";
import { readStackFile, stackValues, type Project } from "../project";
import { readRunning } from "../promotion/running";
import { wrongUsage } from "../wrong-usage";

/** A delivery stack, as its file says. */
export interface DeliveryStack {
  readonly stack: string;
  readonly environment: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Containers that a mesh adds to each pod. */
  readonly injected: readonly string[];
  readonly ofPoc: boolean;
}

/** The delivery stack that the options name. @throws UserError (2) when there is none */
export function deliveryStackOf(
  project: Project,
  { env, stack }: { readonly env?: string; readonly stack?: string },
): DeliveryStack {
  const name = stack ?? (env && `${env}-delivery`);
  if (!name) throw wrongUsage("no stack is named", "Name one: --env <environment> or --stack <stack>");
  const { kind, environment, delivery } = stackValues(project, name, readStackFile(project, name));
  const { context, injected, stack: source } = (delivery ?? {}) as Record<string, unknown>;
  if (kind !== "delivery" || typeof environment !== "string" || typeof context !== "string") {
    throw new UserError({
      what: `stack ${name} is no delivery stack, with an environment and the context of a cluster`,
      where: `Pulumi.${name}.yaml`,
      exitCode: 2,
    });
  }
  return {
    stack: name,
    environment,
    context,
    injected: Object.keys(injected ?? {}),
    ofPoc: source !== undefined,
  };
}

/** Settings of the world that the stack delivers to: the project's, or those of its proof of concept. */
export function worldOf(project: Project, { ofPoc }: DeliveryStack): Settings {
  return (ofPoc ? pocOf(project) : undefined) ?? readRunning(project).settings;
}

/** The identity that deploys to an environment's cluster; `undefined` unless it is exactly one. */
export function deployerOf({ access }: Pick<Settings, "access">, environment: string): string | undefined {
  const deployers = Object.keys(access).filter((identity) =>
    access[identity][`${environment}.cluster`]?.includes("deploy"),
  );
  return deployers.length === 1 ? deployers[0] : undefined;
}
