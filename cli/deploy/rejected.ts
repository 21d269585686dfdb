import { UserError } from "../../model/errors";
import type { DeliverySettings } from "../../model/delivery/settings";
import { isDelivery, loadSettings, stackNames, type Project } from "../project";

/** A digest that a workload never runs again. */
export interface RejectedDigest {
  readonly stack: string;
  readonly workload: string;
  readonly repository: string;
  readonly digest: string;
}

/** What canaries aborted, as the files of a project's delivery stacks say. */
export function rejectedDigests(project: Project): RejectedDigest[] {
  return stackNames(project).flatMap((stack) =>
    Object.entries(deliveryIn(project, stack)?.workloads ?? {}).flatMap(
      ([workload, { repository, rejected }]) =>
        rejected.map((digest) => ({ stack, workload, repository, digest })),
    ),
  );
}

/** What a stack delivers, if anything. A file that is wrong is in nobody's way: whoever deploys is told. */
export function deliveryIn(project: Project, stack: string): DeliverySettings | undefined {
  try {
    return isDelivery(project, stack) ? loadSettings(project, stack).delivery : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
