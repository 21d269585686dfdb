import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "../../../cli/context";
import { Document } from "yaml";
import { findPlaces } from "../../../cli/places";
import { poc } from "../../support/poc";

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const projectFile = `name: contoso
runtime: nodejs
main: stacks/
config:
  # Azure's region.
  contoso:location: { value: westeurope }
  contoso:subscriptionId: 22222222-2222-4222-8222-222222222222
  contoso:github: { value: { owner: contoso, repository: platform } }
  contoso:path:
    value:
      - { environment: dev, registry: contosodev, retentionDays: 30 }
      - { environment: staging, registry: contosostaging, retentionDays: 90 }
      - { environment: prod, registry: contosoprod, retentionDays: 365, protected: true }
  contoso:identities:
    value:
      sp-contoso-prod-pipeline: { kind: application, githubEnvironment: prod }
  contoso:access:
    value:
      sp-contoso-prod-pipeline: { prod: [pull, import, lock] }
`;

/** A project in a folder of its own, with the given stack files beside the usual ones. */
export function temporaryProject(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "airlock-"));
  const all = {
    "Pulumi.yaml": projectFile,
    "Pulumi.shared.yaml": "config:\n  contoso:kind: shared\n",
    "Pulumi.dev.yaml": "config:\n  contoso:kind: environment\n",
    "Pulumi.staging.yaml": "config:\n  contoso:kind: environment\n",
    "Pulumi.prod.yaml": "config:\n  contoso:kind: environment\n",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(directory, name), text);
  return directory;
}

/** A stack file of an environment that runs one image. */
export function running(version: string, imageDigest: string): string {
  return `# What runs here.
config:
  contoso:kind: environment
  contoso:images:
    # Signs people in.
    iam/auth-service:
      version: ${version}
      digest: ${imageDigest}
`;
}

/** The stack file of a proof of concept: environments and what they run. */
export function pocFile(images: Record<string, object>): string {
  const document = new Document({
    config: {
      "contoso:kind": "poc",
      "contoso:poc": { ...poc, ...(Object.keys(images).length > 0 && { images }) },
    },
  });
  document.commentBefore = " A small world of its own.";
  return document.toString();
}

/** A context in a folder, and what was written to it. */
export function recordingContext(cwd: string, env: NodeJS.ProcessEnv = {}) {
  const written = { out: "", err: "" };
  const context: Context = {
    io: {
      out: { write: (text) => void (written.out += text), terminal: false },
      err: { write: (text) => void (written.err += text), terminal: false },
    },
    env,
    cwd,
    places: findPlaces({ AIRLOCK_HOME: join(cwd, ".airlock") }),
    sandboxRuns: () => false,
    now: () => new Date(),
  };
  return { context, written };
}
