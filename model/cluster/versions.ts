import { listed } from "../sentence";

/** Minor versions of Kubernetes that AKS supports, as its release calendar had it in November 2026; oldest first. */
export const kubernetesVersions: readonly string[] = ["1.35", "1.36", "1.37"];
/** Taken where a configuration says nothing: the newest that the mesh runs on. */
export const defaultKubernetesVersion = "1.36";

/** Revisions of the Istio add-on that AKS supports → first and last minor version of Kubernetes that have them. */
export const istioRevisions: Readonly<Record<string, readonly [first: string, last: string]>> = {
  "asm-1-30": ["1.32", "1.36"],
};
export const defaultIstioRevision = "asm-1-30";

/** Why AKS would not make a cluster of this version; a patch level may follow the minor version. */
export function versionRefusal(version: string): { what: string; fix: string } | undefined {
  const minor = minorOf(version);
  if (minor !== undefined && kubernetesVersions.includes(minor)) return undefined;
  const fix = `Take ${listed([...kubernetesVersions])}: az aks get-versions shows what a region has`;
  return { what: `AKS does not support Kubernetes ${version}`, fix };
}

/** Why a cluster of a supported version can't have a revision of the mesh. */
export function meshRefusal(revision: string, version: string): { what: string; fix: string } | undefined {
  const span = Object.hasOwn(istioRevisions, revision) ? istioRevisions[revision] : undefined;
  if (span === undefined) {
    const fix = `Take ${listed(Object.keys(istioRevisions))}: az aks mesh get-revisions shows what a region has`;
    return { what: `AKS has no Istio revision ${revision}`, fix };
  }
  const [first, last] = span;
  const number = (text: string) => Number(text.split(".")[1]);
  const minor = number(minorOf(version) ?? "1.0");
  if (minor >= number(first) && minor <= number(last)) return undefined;
  const fix = `Take Kubernetes ${first} to ${last}, or another revision`;
  return { what: `Istio ${revision} does not run on Kubernetes ${version}`, fix };
}

function minorOf(version: string): string | undefined {
  return /^(1\.\d+)(?:\.\d+)?$/.exec(version)?.[1];
}
