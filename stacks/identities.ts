import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import { PipelineIdentity } from "../components";
import { gitHubEnvironmentOf, gitHubEnvironmentSubject } from "../model/federated-subject";
import { settings } from "./settings";

interface Identities {
  /** Object id of every identity, by its name in the matrix. */
  readonly principals: { [identity: string]: pulumi.Output<string> };
  /** Client id of every application, for the workflows that sign in. */
  readonly clientIds: { [identity: string]: pulumi.Output<string> };
}

/** Makes the identities of the matrix: groups, and applications that sign in from one GitHub environment each. */
export function makeIdentities(): Identities {
  const principals: Identities["principals"] = {};
  const clientIds: Identities["clientIds"] = {};
  for (const [name, identity] of Object.entries(settings.identities)) {
    if (identity.kind === "group") {
      principals[name] = new azuread.Group(name, { displayName: name, securityEnabled: true }).objectId;
      continue;
    }
    const environment = gitHubEnvironmentOf(name, identity);
    const pipeline = new PipelineIdentity(name, {
      displayName: name,
      description: `Signs in from the GitHub environment ${environment}.`,
      federatedSubjects: {
        "github-environment": gitHubEnvironmentSubject(settings.github, environment),
      },
    });
    principals[name] = pipeline.objectId;
    clientIds[name] = pipeline.clientId;
  }
  return { principals, clientIds };
}
