import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { aksServerApplication } from "../../model/access/kubernetes";
import type { GraphSource } from "../azure/access-graph";
import { idKey } from "../azure/arm-id";
import type { ClusterDecision } from "./authorize";
import { decide, type AccessReview } from "./access-review";

/** Where an API server answers. */
export interface ClusterAddress {
  /** `https://…` */
  readonly server: string;
  /** PEM of who vouches for it. */
  readonly certificateAuthority: string;
}

/** Whom a real API server takes tokens from, and whom it asks what their holders may do. */
export interface ClusterTrust {
  readonly authentication: { readonly issuer: string; readonly audience: string; readonly caFile: string };
  readonly authorization: { readonly url: string; readonly caFile: string; readonly token: string };
}

/** How callers get into the sandbox's clusters: with a token of its Entra, and as far as its Azure RBAC lets them. */
export class ClusterAccess {
  /** Behind the tokens of the API servers, which learn theirs when they start. */
  private readonly secret = randomBytes(32);
  private readonly running = new Map<string, ClusterAddress>();

  constructor(
    private readonly endpoint: string,
    private readonly issuer: string,
    private readonly caFile: string,
    private readonly graph: GraphSource,
  ) {}

  /** What to start the API server of a cluster with. */
  trustOf(clusterId: string): ClusterTrust {
    const { caFile, issuer } = this;
    const url = `${this.endpoint}/kubernetes${idKey(clusterId)}/authorize`;
    return {
      authentication: { issuer, audience: aksServerApplication, caFile },
      authorization: { url, caFile, token: this.tokenOf(clusterId) },
    };
  }

  /** An API server runs from now on, until `undefined` is said. */
  announce(clusterId: string, address: ClusterAddress | undefined): void {
    if (address) this.running.set(idKey(clusterId), address);
    else this.running.delete(idKey(clusterId));
  }

  addressOf(clusterId: string): ClusterAddress | undefined {
    return this.running.get(idKey(clusterId));
  }

  /** Whether a token is the one that the API server of this cluster shows. */
  isServer(clusterId: string, token: string): boolean {
    const [given, own] = [token, this.tokenOf(clusterId)].map((text) => Buffer.from(text));
    return given.length === own.length && timingSafeEqual(given, own);
  }

  /** What Azure RBAC says of a review; undefined when it is about nobody of Entra, as a service account. */
  decide(clusterId: string, review: AccessReview): ClusterDecision | undefined {
    return decide(this.graph.current(), clusterId, review);
  }

  private tokenOf(clusterId: string): string {
    return createHmac("sha256", this.secret).update(idKey(clusterId)).digest("base64url");
  }
}
