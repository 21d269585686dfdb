import * as z from "zod";
import { isDigest, isRepository } from "../image-reference";
import { pocStack } from "../settings";
import { list, mapping, matching, object, text, whole } from "./words";

const dnsLabel = matching(
  "a DNS label: lower-case letters, digits and dashes, 63 at most",
  /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/,
);
const cpu = matching("cores such as 100m or 2, in quotes when whole", /^(?:[1-9]\d{0,5}m|[1-9]\d{0,3})$/);
const memory = matching("an amount of memory such as 128Mi", /^[1-9]\d{0,5}(?:Ki|Mi|Gi)$/);
const address = (expected: string) =>
  text(expected, (value) => /^https?:\/\/[!-~]+$/.test(value) && URL.canParse(value));
const percent = "a whole number of percent from 1 to 100";

const canary = object({
  prometheus: address("the address of Prometheus, such as http://prometheus.monitoring:9090"),
  weight: whole("a whole number of percent from 1 to 50", 50).optional(),
  steps: list("percents, ascending", whole("a whole number of percent from 1 to 99", 99)).optional(),
  intervalSeconds: whole("a whole number of seconds from 1 to 600", 600).optional(),
  durationSeconds: whole("a whole number of seconds from 1 to 86400", 86_400).optional(),
  failureLimit: whole("a whole number from 1 to 100", 100).optional(),
  errorsPerMinute: whole("a whole number from 1 to 1000000", 1_000_000).optional(),
  successPercent: whole(percent, 100).optional(),
  healthUrl: address("an address that answers 200 while the canary works").optional(),
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
        port: whole("a port from 1 to 65535", 65_535),
        replicas: whole("a whole number of pods from 1 to 100", 100).optional(),
        health: matching("a path such as /health", /^\/[\w./~-]{0,200}$/).optional(),
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
