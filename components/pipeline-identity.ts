import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { entraAudience, gitHubIssuer } from "../model/federated-subject";
import { refusalOf } from "../model/proof";

export interface PipelineIdentityArgs {
  /** Name of the application and its service principal in Entra ID. */
  displayName: string;
  /** Who may sign in as this identity: the subject of the token, by a stable key of 3 to 120 letters, digits, `-` and `_`; 20 at most. */
  federatedSubjects: { [key: string]: string };
  /** Issuer of these tokens. Default: GitHub Actions. */
  issuer?: string;
  /** What this identity is for, in one sentence. */
  description: pulumi.Input<string>;
}

/** An application without any password: a workflow signs in with its own short-lived token. */
export class PipelineIdentity extends pulumi.ComponentResource {
  /** Application (client) id, for the sign-in. */
  public readonly clientId: pulumi.Output<string>;
  /** Object id of the service principal, for role assignments. */
  public readonly objectId: pulumi.Output<string>;

  constructor(name: string, args: PipelineIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("airlock:index:PipelineIdentity", name, args, opts);
    const keys = Object.keys(args.federatedSubjects).sort();
    const where = "federatedSubjects";
    const refusal = refusalOf({
      identities: [{ identity: args.displayName, where, federatedCredentials: keys.length }],
      names: keys.map((key) => ({ kind: "federatedCredential", name: key, where: `${where}.${key}` })),
    });
    if (refusal !== undefined) throw new pulumi.ResourceError(`PipelineIdentity "${name}": ${refusal}`, this);
    const application = new azuread.Application(
      name,
      { displayName: args.displayName, description: args.description, signInAudience: "AzureADMyOrg" },
      { parent: this },
    );
    const principal = new azuread.ServicePrincipal(
      `${name}-principal`,
      { clientId: application.clientId, appRoleAssignmentRequired: false },
      { parent: this },
    );
    for (const key of keys) {
      new azuread.ApplicationFederatedIdentityCredential(
        `${name}-${key}`,
        {
          applicationId: application.id,
          displayName: key,
          issuer: args.issuer ?? gitHubIssuer,
          subject: args.federatedSubjects[key],
          audiences: [entraAudience],
        },
        { parent: this },
      );
    }
    this.clientId = application.clientId;
    this.objectId = principal.objectId;
    this.registerOutputs({ clientId: this.clientId, objectId: this.objectId });
  }
}
