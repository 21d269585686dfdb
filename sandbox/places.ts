import * as path from "node:path";

/** Tenant and subscription of every sandbox. */
export const tenantId = "11111111-1111-4111-8111-111111111111";
export const subscriptionId = "22222222-2222-4222-8222-222222222222";
export const defaultPort = 7443;

/** Files of a sandbox; all below `<home>/sandbox`. */
export interface SandboxPlaces {
  readonly root: string;
  /** What the model of Azure and Entra keeps; a reset removes it. */
  readonly state: string;
  readonly daemonFile: string;
  readonly logFile: string;
  /** The secret that the control API asks for. */
  readonly controlKeyFile: string;
  /** The authority's certificate, for clients to trust. */
  readonly certificateFile: string;
}

export function sandboxPlaces(home: string): SandboxPlaces {
  const root = path.resolve(home, "sandbox");
  return {
    root,
    state: path.join(root, "state"),
    daemonFile: path.join(root, "daemon.json"),
    logFile: path.join(root, "daemon.log"),
    controlKeyFile: path.join(root, "control.key"),
    certificateFile: path.join(root, "ca.pem"),
  };
}
