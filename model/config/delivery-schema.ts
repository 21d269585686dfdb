import * as z from "zod";
import { canaryBounds, healthExpected, healthGrammar, stepBounds, workloadBounds } from "../delivery/checks";
import { isDigest, isRepository } from "../image-reference";
import { pocStack } from "../settings";
import { list, mapping, matching, object, text, whole } from "./words";

const dnsLabel = matching(
  "a DNS label: lower-case letters, digits and dashes, 63 at most",
  /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
);
const cpu = matching("cores such as 100m or 2, in quotes when whole", /^(?:[1-9]\d{0,5}m|[1-9]\d{0,3})$/);
const memory = matching("an amount of memory such as 128Mi", /^[1-9]\d{0,5}(?:Ki|Mi|Gi)$/);
const canary = object({
  prometheus: text(
    "the address of Prometheus, such as http://prometheus.monitoring:9090",
    (value) => /^https?:\/\/[!-~]+$/.test(value) && URL.canParse(value),
  ),
  weight: whole(...canaryBounds.weight).optional(),
  steps: list("percents, ascending", whole(...stepBounds)).optional(),
  intervalSeconds: whole(...canaryBounds.intervalSeconds).optional(),
  durationSeconds: whole(...canaryBounds.durationSeconds).optional(),
  failureLimit: whole(...canaryBounds.failureLimit).optional(),
  errorsPerMinute: whole(...canaryBounds.errorsPerMinute).optional(),
  successPercent: whole(...canaryBounds.successPercent).optional(),
});

/** What stands under `delivery`. @param host grammar of a registry's host */
export function deliverySchema<Host extends z.ZodType>(host: Host) {
  return object({
    stack: z
      .literal(pocStack, { error: `${pocStack}, or no such key for the environment's own stack` })
      .optional(),
    registry: host.optional(),
    context: matching("the name of a context of the kubeconfig", /^[A-Za-z0-9][A-Za-z0-9_.@:/-]{0,252}$/),
    istioRevision: matching(
      "a revision of the Istio add-on such as asm-1-30",
      /^[a-z0-9](?:[-a-z0-9]{0,38}[a-z0-9])?$/,
    ).optional(),
    exemptNamespaces: list("namespaces of the cluster's own parts", dnsLabel).optional(),
    injected: mapping("containers and repositories", z.string({ error: "a repository" })).optional(),
    workloads: mapping(
      "workloads",
      object({
        repository: text("a repository without registry, tag or digest", isRepository),
        namespace: dnsLabel,
        port: whole(...workloadBounds.port),
        replicas: whole(...workloadBounds.replicas).optional(),
        health: matching(healthExpected, healthGrammar).optional(),
        resources: object({
          cpu: cpu.optional(),
          memory: memory.optional(),
          limits: object({ cpu: cpu.optional(), memory: memory.optional() }).optional(),
        }).optional(),
        canary: canary.optional(),
        rejected: z
          .array(text('a digest: "sha256:" and 64 lower-case hexadecimal digits', isDigest), {
            error: "a list of digests",
          })
          .optional(),
      }),
    ),
  });
}
