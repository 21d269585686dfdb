import * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import { PipelineIdentity, type PipelineIdentityArgs } from "../components";
import type { Identity } from "../model/access/types";
import { gitHubEnvironmentOf, signInOf } from "../model/federated-subject";
import { settings } from "./settings";

interface Identities {
  /** Object id of every identity, by its name in the matrix. */
  readonly principals: { [identity: string]: pulumi.Output<string> };
  /** Client id of every application, for the workflows that sign in. */
  readonly clientIds: { [identity: string]: pulumi.Output<string> };
}

/** Makes the identities of the matrix: groups, and applications that sign in from one place each. */
export function makeIdentities(): Identities {
  const principals: Identities["principals"] = {};
  const clientIds: Identities["clientIds"] = {};
  for (const [name, identity] of Object.entries(settings.identities)) {
    if (identity.kind === "group") {
      principals[name] = new azuread.Group(name, { displayName: name, securityEnabled: true }).objectId;
      continue;
    }
    const pipeline = new PipelineIdentity(name, { displayName: name, ...wayIn(name, identity) });
    principals[name] = pipeline.objectId;
    clientIds[name] = pipeline.clientId;
  }
  return { principals, clientIds };
}

/** Who signs in as an application: one GitHub environment, one service connection, or nobody until that is there. */
function wayIn(name: string, identity: Identity): Omit<PipelineIdentityArgs, "displayName"> {
  const signIn = signInOf(name, identity, settings.github);
  if (signIn === undefined) {
    return { description: "Signs in from nowhere yet.", federatedSubjects: {} };
  }
  const { issuer, subject } = signIn;
  return identity.azureDevOps === undefined
    ? {
        description: `Signs in from the GitHub environment ${gitHubEnvironmentOf(name, identity)}.`,
        federatedSubjects: { "github-environment": subject },
      }
    : {
        description: "Signs in from one service connection of Azure DevOps.",
        federatedSubjects: { "azure-devops": subject },
        issuer,
      };
}
