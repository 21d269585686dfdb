import { environmentNamed } from "../../model/promotion-path";
import type { ChosenProject } from "../context";
import { deliveryIn } from "../deploy/rejected";
import { quote } from "../engine-environment";
import type { Places } from "../places";
import { stackNames } from "../project";
import { placeOf } from "./place";
import type { Move } from "./plan";
import { moverOf, type Declared } from "./running";

/** What is left to do once a move stands in its file, line by line. */
export function nextSteps(
  places: Places,
  project: ChosenProject,
  { world, settings }: Declared,
  { repository, to }: Move,
): string[] {
  const { stack, delivery } = placeOf(world, to);
  const attested = environmentNamed(settings.path, to).attested ?? false;
  // No command makes the statements of a proof of concept.
  const attest = `npx airlock ${project.sandbox ? "sandbox attest" : "attestation"} ${repository} --to ${to}`;
  const ifNotYet = world === "path" ? ` If it isn't yet: ${attest}` : "";
  const deploy = runsIn(project, delivery, repository) ? [`npx airlock deploy --stack ${delivery}`] : [];
  return [
    ...(attested ? [`${to} lets in what is attested for it.${ifNotYet}`] : []),
    "Next:",
    ...(project.sandbox
      ? [...inSandbox(places, moverOf(settings, to), stack), ...deploy]
      : [...inReview(stack), ...deploy.map((command) => `once it is carried out: ${command}`)]
    ).map((step) => `  ${step}`),
  ];
}

function inSandbox({ workspace }: Places, mover: string | undefined, stack: string): string[] {
  const as = mover === undefined ? "" : ` --as ${quote(mover)}`;
  return [
    `eval "$(npx airlock sandbox env${as})"`,
    `cd ${quote(workspace)}`,
    `pulumi up -s ${stack} --policy-pack policies`,
  ];
}

function inReview(stack: string): string[] {
  return [
    `pulumi preview -s ${stack} --policy-pack policies --diff`,
    "then a pull request with this one change",
  ];
}

function runsIn(project: ChosenProject, delivery: string, repository: string): boolean {
  if (!stackNames(project).includes(delivery)) return false;
  const workloads = deliveryIn(project, delivery)?.workloads ?? {};
  return Object.values(workloads).some((workload) => workload.repository === repository);
}
