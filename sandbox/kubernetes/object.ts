import type { Properties } from "../azure/resource-type";

/** An object of Kubernetes, as it is applied. */
export interface KubernetesObject extends Properties {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

export interface Metadata extends Properties {
  readonly name: string;
  /** None for what stands in no namespace. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What an object is: its type, and where it stands. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export function referenceOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference {
  const { name, namespace } = metadata;
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** Group of an `apiVersion`; the core's is empty. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** `deployments.apps "auth-service"`, as an API server names it. */
export function described({ apiVersion, kind, name }: ObjectReference): string {
  return `${[pluralOf(kind), groupOf(apiVersion)].filter((part) => part !== "").join(".")} "${name}"`;
}

/** Name of a kind in addresses and rights: `Deployment` is `deployments`. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower === "endpoints") return lower;
  if (/[^aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return /(?:s|x|ch|sh)$/.test(lower) ? `${lower}es` : `${lower}s`;
}

/** Kinds that stand in no namespace. The schemas do not say it. */
const clusterWide = new Set([
  ...["Namespace", "Node", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "ClusterTrustBundle"],
  ...["StorageClass", "CSIDriver", "CSINode", "VolumeAttachment", "VolumeAttributesClass"],
  ...["PriorityClass", "IngressClass", "RuntimeClass", "DeviceClass", "ResourceSlice"],
  ...["CustomResourceDefinition", "APIService", "CertificateSigningRequest", "ServiceCIDR", "IPAddress"],
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"],
  ...["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"],
  ...["FlowSchema", "PriorityLevelConfiguration", "ClusterAnalysisTemplate"],
]);

export function isNamespaced(kind: string): boolean {
  return !clusterWide.has(kind);
}
