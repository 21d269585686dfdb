import { createHash } from "node:crypto";

/** What runs containers, by API group: whoever applies one of these is told at once, and not by a pod that never comes. */
const resourceRules = [
  {
    apiGroups: [""],
    resources: ["pods", "pods/ephemeralcontainers", "podtemplates", "replicationcontrollers"],
  },
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"] },
  { apiGroups: ["argoproj.io"], resources: ["rollouts"] },
].map((rule) => ({ ...rule, apiVersions: ["*"], operations: ["CREATE", "UPDATE"] }));

/** Where the pod stands in each kind. A Rollout may name a Deployment in the place of a template. */
const podOf = (object: string) =>
  [
    `${object}.kind == 'Pod' ? ${object}.spec`,
    `${object}.kind == 'PodTemplate' ? ${object}.template.spec`,
    `${object}.kind == 'CronJob' ? ${object}.spec.jobTemplate.spec.template.spec`,
    `has(${object}.spec.template) && has(${object}.spec.template.spec) ? ${object}.spec.template.spec`,
    "{}",
  ].join(" : ");

/** Every image below a pod as `<name>=<image>`: of containers of each kind, and of volumes that are images. */
const imagesOf = (pod: string) =>
  [
    ...["containers", "initContainers", "ephemeralContainers"].map(
      (list) =>
        `(has(${pod}.${list}) ? ${pod}.${list}.map(c, c.name + '=' + (has(c.image) ? c.image : '')) : [])`,
    ),
    `(has(${pod}.volumes) ? ${pod}.volumes.filter(v, has(v.image)).map(v, v.name + '=' + (has(v.image.reference) ? v.image.reference : '')) : [])`,
  ].join(" + ");

const lines = (key: string) =>
  `(has(params.data) && '${key}' in params.data ? params.data['${key}'].split('\\n').filter(l, l != '') : [])`;

const variables = [
  { name: "pod", expression: podOf("object") },
  { name: "former", expression: `oldObject == null ? {} : ${podOf("oldObject")}` },
  { name: "stated", expression: imagesOf("variables.pod") },
  { name: "standing", expression: imagesOf("variables.former") },
  { name: "injected", expression: lines("injected") },
  { name: "registries", expression: lines("registries") },
  { name: "promoted", expression: lines("images") },
  {
    // What stood before is not judged again: a label can be changed on a pod whose image has left the list since.
    // A mesh injects its container into pods alone, so the name of one excuses nothing in a workload.
    name: "judged",
    expression:
      "variables.stated.filter(s, !(s in variables.standing))" +
      ".filter(s, !(object.kind == 'Pod' && variables.injected.exists(i, s.startsWith(i + ':') || s.startsWith(i + '@'))))",
  },
  { name: "images", expression: "variables.judged.map(s, s.substring(s.indexOf('=') + 1))" },
  {
    name: "withoutDigest",
    expression: String.raw`variables.images.filter(i, !i.matches('^[^@:/\\s]+(:[0-9]+)?(/[^@:/\\s]+)+@sha256:[0-9a-f]{64}$'))`,
  },
  {
    name: "foreign",
    expression:
      "variables.images.filter(i, !(i in variables.withoutDigest) && !variables.registries.exists(r, i.startsWith(r + '/')))",
  },
  {
    name: "unpromoted",
    expression:
      "variables.images.filter(i, !(i in variables.withoutDigest) && !(i in variables.foreign) && !(i in variables.promoted))",
  },
];

/** Not `Forbidden`: Pulumi's provider takes that for a caller without rights, and its preview passes over what the cluster said. */
const reason = "Invalid";

const list = (name: string) => `variables.${name}.join(', ')`;

/** Namespace of the parameters. */
export const admissionNamespace = "airlock-system";

/** Name of an environment's policy, and of its binding. */
export function admissionPolicyName(environment: string): string {
  return `airlock-${environment}`;
}

/** Label of its parameters: while two of them stand, an image has to be on both. */
export function parametersLabel(environment: string): Record<string, string> {
  return { "airlock.dev/admits": environment };
}

/** Name of its parameters, by what they say: new ones stand before the old ones go. */
export function parametersName(environment: string, data: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256").update(JSON.stringify(data)).digest("hex");
  return `${admissionPolicyName(environment)}-${hash.slice(0, 10)}`;
}

/**
 * The spec of a ValidatingAdmissionPolicy: an image runs by digest, from the environment's own registries, and only one that was
 * promoted to it. Which those are it reads from its parameters, a ConfigMap.
 */
export function admissionPolicySpec(environment: string) {
  return {
    failurePolicy: "Fail",
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    matchConstraints: { matchPolicy: "Equivalent", resourceRules },
    variables,
    validations: [
      {
        expression: "variables.withoutDigest.size() == 0",
        messageExpression: `'no digest: ' + ${list("withoutDigest")} + '. Write <registry>/<repository>@sha256:<64 hex digits>, as the output running of the stack that promotes to ${environment} names it'`,
        message: "an image has no digest. Write <registry>/<repository>@sha256:<64 hex digits>",
        reason,
      },
      {
        expression: "variables.foreign.size() == 0",
        messageExpression: `'not of this environment: ' + ${list("foreign")} + '. ${environment} runs images of ' + ${list("registries")} + ' alone'`,
        message: `an image is not from a registry of ${environment}`,
        reason,
      },
      {
        // Nothing of a dry run is kept. A preview asks before the update that brings the new list, and every other check holds for it too.
        expression: "request.dryRun || variables.unpromoted.size() == 0",
        messageExpression: `'not promoted to ${environment}: ' + ${list("unpromoted")} + '. Promote it there first'`,
        message: `an image was not promoted to ${environment}`,
        reason,
      },
    ],
  };
}

/**
 * The spec of its binding: it denies where it has nothing to judge by, and everywhere but in the namespaces of the cluster's own parts.
 * @param policyName the policy's name, or what will be it
 */
export function admissionBindingSpec<Name>(
  environment: string,
  policyName: Name,
  exemptNamespaces: readonly string[],
) {
  return {
    policyName,
    validationActions: ["Deny", "Audit"],
    // Without its parameters the policy could judge nothing.
    paramRef: {
      // By label, not by name: the server learns of another name later than of a map that is gone.
      selector: { matchLabels: parametersLabel(environment) },
      namespace: admissionNamespace,
      parameterNotFoundAction: "Deny",
    },
    matchResources: {
      namespaceSelector: {
        // The API server sets this label from the name, and lets nobody change it.
        matchExpressions: [
          { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [...exemptNamespaces].sort() },
        ],
      },
    },
  };
}
