import { readFileSync } from "node:fs";

/** Whose tokens the API server takes, besides its own. */
export interface Authentication {
  /** Entra's, with its discovery document below. */
  readonly issuer: string;
  readonly audience: string;
  /** Whom to trust for the issuer's address. */
  readonly caFile: string;
}

/** Who is asked about what Kubernetes' own roles do not allow. */
export interface Authorization {
  /** Answers a SubjectAccessReview of authorization.k8s.io/v1. */
  readonly url: string;
  readonly caFile: string;
  /** Which the API server shows to it. */
  readonly token: string;
}

/** Users are Entra's object ids, as they are on AKS; groups likewise. */
export function authenticationConfiguration({ issuer, audience, caFile }: Authentication): object {
  return {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AuthenticationConfiguration",
    jwt: [
      {
        issuer: { url: issuer, audiences: [audience], certificateAuthority: readFileSync(caFile, "utf8") },
        claimMappings: {
          username: { claim: "oid", prefix: "" },
          groups: { claim: "groups", prefix: "" },
        },
      },
    ],
  };
}

/** A kubeconfig of one cluster, and of one user who has a token. */
export function kubeconfig(server: string, certificateAuthority: string, token: string): object {
  const name = "airlock";
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server,
          "certificate-authority-data": Buffer.from(certificateAuthority).toString("base64"),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}
