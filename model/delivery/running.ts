import { isDigest, parseImageReference } from "../image-reference";
import { printable } from "../printable";
import { listed } from "../sentence";
import type { Verdict } from "./verdict";

/** A pod as the API server sends it. */
export interface Pod {
  readonly metadata?: { readonly name?: string; readonly deletionTimestamp?: string };
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly ephemeralContainers?: readonly Container[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
}

interface Container {
  readonly name?: string;
  readonly image?: string;
}

interface ContainerStatus extends Container {
  readonly imageID?: string;
  readonly state?: { readonly running?: object };
}

/** What one container of a pod runs. */
export interface RunningContainer {
  readonly pod: string;
  readonly container: string;
  /** What it was told to run. */
  readonly image: string;
  /** What the runtime says that it runs; left out, it has not started. */
  readonly digest?: string;
}

/** The digest in an `imageID` of containerd (`host/repository@sha256:…`) or of Docker (`docker-pullable://…`); one without a registry's digest has none. */
export function digestOf(imageId: string): string | undefined {
  const digest = imageId.split("@").at(-1) ?? "";
  return imageId.includes("@") && isDigest(digest) ? digest : undefined;
}

/**
 * What the containers of a workload's pods run. Those on their way out don't count, nor what somebody else puts into each pod.
 * @param injected containers that a mesh adds, with the repository of their image: of another image they count
 */
export function runningContainers(
  pods: readonly Pod[],
  injected: Readonly<Record<string, string>> = {},
): readonly RunningContainer[] {
  return pods
    .filter(
      ({ metadata, status }) =>
        metadata?.deletionTimestamp === undefined && !["Succeeded", "Failed"].includes(status?.phase ?? ""),
    )
    .flatMap((pod) => {
      const { spec = {}, status = {} } = pod;
      const statuses = [
        ...(status.containerStatuses ?? []),
        ...(status.initContainerStatuses ?? []),
        ...(status.ephemeralContainerStatuses ?? []),
      ];
      return [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]
        .filter((container) => !isInjected(container, injected))
        .map(({ name = "", image = "" }) => {
          const found = statuses.find((one) => one.name === name);
          const digest = found && reportedDigest(found);
          return {
            pod: pod.metadata?.name ?? "",
            container: name,
            image,
            ...(digest !== undefined && { digest }),
          };
        });
    });
}

/** As admission takes them: by name, of any tag or digest of the one repository. */
function isInjected(
  { name = "", image = "" }: Container,
  injected: Readonly<Record<string, string>>,
): boolean {
  if (!Object.hasOwn(injected, name)) return false;
  return [":", "@"].some((sign) => image.startsWith(`${injected[name]}${sign}`));
}

/** Whether the containers run what was promoted, and nothing else. A pod of the version before is waited for; one that runs something else than it was told to never is. */
export function judgeRunning(containers: readonly RunningContainer[], reference: string): Verdict {
  const { digest: expected } = parseImageReference(reference);
  if (containers.length === 0) return { state: "waiting", reason: "no pod of it runs" };
  const foreign = containers.filter(
    ({ image, digest }) => digest !== undefined && digest !== (digestOf(image) ?? expected),
  );
  if (foreign.length > 0) return { state: "failed", reason: mismatch(foreign, reference) };
  const others = containers.filter(({ image }) => image !== reference);
  if (others.length > 0) return { state: "waiting", reason: mismatch(others, reference) };
  const starting = containers.filter(({ digest }) => digest === undefined);
  if (starting.length > 0) {
    const pods = listed(starting.map(({ pod }) => pod));
    return { state: "waiting", reason: `nothing says yet which digest runs in ${pods}` };
  }
  return { state: "healthy" };
}

/** Expected and actual, pod by pod. */
function mismatch(containers: readonly RunningContainer[], reference: string): string {
  const actual = containers.map(({ pod, container, image, digest }) => {
    const runs = digest !== undefined && digest !== digestOf(image) ? `${digest} (told ${image})` : image;
    return `${pod} (${container}) runs ${runs}`;
  });
  return printable(`expected ${reference}; ${actual.join("; ")}`);
}

/** What only plays a node (kwok) leaves `imageID` empty and repeats the image; so does a node before it has pulled, where nothing runs. */
function reportedDigest({ imageID = "", image = "", state }: ContainerStatus): string | undefined {
  if (imageID === "") return state?.running && digestOf(image);
  // Something runs, and it is from no registry.
  return digestOf(imageID) ?? imageID;
}
