import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import {
  AdmissionPolicy,
  CanaryWorkload,
  Workload,
  type WorkloadArgs,
  WorkloadNamespace,
} from "../components";
import { admittedReferences, promotedReleases, releaseOf } from "../model/delivery/promoted";
import type { DeliverySettings } from "../model/delivery/settings";
import { UserError } from "../model/errors";
import { environmentNamed, promotedHosts } from "../model/promotion-path";
import { pocStack } from "../model/settings";
import { settings } from "./settings";

const environment = environmentNamed(settings.path, settings.environment ?? "");
/** Hosts by which references name the environment's own registries. */
const registries = promotedHosts(environment);

/**
 * Runs in the environment's cluster what was promoted to it, and tells the cluster to admit that alone. What was promoted is read
 * as plain values: a preview shows each digest.
 */
export async function deliver(): Promise<Record<string, unknown>> {
  const { delivery } = settings;
  if (delivery === undefined) {
    throw new pulumi.RunError(`${pulumi.getProject()}:delivery is missing in the file of this stack`);
  }
  const promoted = await promotedTo(delivery);
  try {
    return register(delivery, promoted);
  } catch (error) {
    // RunError prints the message alone, without a stack.
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

async function promotedTo({ stack }: DeliverySettings): Promise<unknown> {
  const name = `${settings.stackOrganization}/${pulumi.getProject()}/${stack}`;
  const running: pulumi.StackReferenceOutputDetails = await new pulumi.StackReference(name).getOutputDetails(
    "running",
  );
  return running.value;
}

function register(delivery: DeliverySettings, output: unknown): Record<string, unknown> {
  const { context, istioRevision, workloads } = delivery;
  const by = {
    stack: delivery.stack,
    environment: environment.name,
    ofPoc: delivery.stack === pocStack,
  };
  const promoted = promotedReleases(output, by);
  const chosen = Object.entries(workloads).map(([name, workload]) => {
    const where = `Pulumi.${pulumi.getStack()}.yaml, ${pulumi.getProject()}:delivery.workloads.${name}`;
    return { name, workload, release: releaseOf(workload, promoted, by, where) };
  });

  const cluster = new Provider("cluster", {
    context,
    enableServerSideApply: true,
    // What is admitted changes in place: a cluster without its list would admit nothing for a moment.
    enableConfigMapMutable: true,
  });
  const admission = new AdmissionPolicy(
    environment.name,
    {
      environment: environment.name,
      registries,
      images: admittedReferences(
        promoted,
        workloads,
        chosen.map(({ release }) => release),
      ),
      exemptNamespaces: [...delivery.exemptNamespaces],
      injected: { ...delivery.injected },
      inPlace: true,
    },
    { provider: cluster },
  );
  const namespaces = new Map(
    [...new Set(chosen.map(({ workload }) => workload.namespace))].map((name) => [
      name,
      new WorkloadNamespace(name, { environment: environment.name, istioRevision }, { provider: cluster }),
    ]),
  );
  for (const { name, workload, release } of chosen) {
    const { namespace, port, replicas, health, resources, canary } = workload;
    const args: WorkloadArgs = {
      namespace,
      environment: environment.name,
      registries,
      port,
      replicas,
      health,
      resources: { ...resources, ...(resources.limits && { limits: { ...resources.limits } }) },
      image: release.reference,
      version: release.version,
    };
    // What was just promoted is admitted before it runs.
    const dependsOn = [admission, namespaces.get(namespace)].filter((one) => one !== undefined);
    const options = { provider: cluster, dependsOn };
    if (canary === undefined) new Workload(name, args, options);
    else new CanaryWorkload(name, { ...args, canary: { ...canary, steps: [...canary.steps] } }, options);
  }
  return {
    environment: environment.name,
    context,
    workloads: Object.fromEntries(
      chosen.map(({ name, release: { version, reference } }) => [name, { version, reference }]),
    ),
  };
}
