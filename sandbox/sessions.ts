import { UserError } from "../model/errors";
import type { Directory } from "./entra/directory";
import type { User } from "./entra/objects";
import { cliClientId, gitHubIssuer, isConnection, type TokenService } from "./entra/token-service";
import type { ProviderModel } from "./pulumi/handler";
import { listen, type Listener } from "./pulumi/listener";
import { platformName } from "../model/physical-names";

/** Somebody signed in: what a program needs to act as them. */
export interface Session {
  readonly name: string;
  readonly objectId: string;
  readonly clientId: string;
  readonly tenantId: string;
  /** Federated token that Entra exchanges. Secret. */
  readonly assertion: string;
  /** Name of a provider → port of its gRPC server, bound to this identity. */
  readonly providers: Readonly<Record<string, number>>;
}

/** Signs identities in, and gives each its own listening providers. */
export class Sessions {
  private readonly listeners = new Map<string, Promise<Listener[]>>();

  constructor(
    private readonly directory: Directory,
    private readonly tokens: TokenService,
    private readonly tenantId: string,
    private readonly organization: string,
    private readonly models: readonly ProviderModel[],
  ) {}

  /**
   * Signs in an application, a user, or some member of a group; without a name the platform's identity.
   * @throws UserError (2) for an unknown name, and for an application that no workflow can sign in to
   */
  async open(as: string = platformName(this.organization)): Promise<Session> {
    const { objectId, name, clientId, assertion } =
      (await this.asApplication(as)) ?? (await this.asPerson(as));
    const providers = await this.providersOf(objectId, name);
    return { name, objectId, clientId, tenantId: this.tenantId, assertion, providers };
  }

  close(): void {
    for (const opening of this.listeners.values()) {
      void opening.then((listeners) => listeners.forEach((listener) => listener.close()));
    }
    this.listeners.clear();
  }

  private async asApplication(as: string) {
    const application = this.directory.all("application").find(({ displayName }) => displayName === as);
    const principal = application && this.directory.servicePrincipalOf(application.appId);
    if (!principal) return undefined;
    const credential = this.directory
      .credentialsOf(application.id)
      .find((one) => one.issuer === gitHubIssuer || isConnection(one));
    if (!credential) {
      throw new UserError({
        what: `nothing can sign in as "${as}": it has no federated credential for GitHub or Azure DevOps`,
        exitCode: 2,
      });
    }
    const { subject, audiences, issuer } = credential;
    const assertion = await this.tokens.workflowAssertion(subject, audiences[0], issuer);
    return { objectId: principal.id, name: as, clientId: application.appId, assertion };
  }

  private async asPerson(as: string) {
    const user =
      this.directory.all("user").find(({ displayName }) => displayName === as) ?? this.memberOf(as);
    const assertion = await this.tokens.personAssertion(user.id);
    return { objectId: user.id, name: user.displayName, clientId: cliClientId, assertion };
  }

  private memberOf(groupName: string): User {
    const group = this.directory.all("group").find(({ displayName }) => displayName === groupName);
    if (!group) throw this.unknown(groupName);
    const members = this.directory.memberships().filter((membership) => membership.group === group.id);
    for (const { member } of members) {
      const user = this.directory.find("user", member);
      if (user) return user;
    }
    const made = this.directory.addUser(
      `a member of ${groupName}`,
      `${groupName.replace(/[^A-Za-z0-9.-]/g, "-")}-member@sandbox.invalid`,
    );
    this.directory.addMember(group.id, made.id);
    return made;
  }

  private unknown(as: string): UserError {
    const { directory } = this;
    const known = [...directory.all("application"), ...directory.all("group")].map(
      ({ displayName }) => displayName,
    );
    return new UserError({
      what: `the sandbox has no identity or group "${as}"`,
      where: `it has ${known.sort().join(", ")}`,
      fix: "Identities and groups are made by the shared stack: pulumi up -s shared",
      exitCode: 2,
    });
  }

  private async providersOf(objectId: string, name: string): Promise<Record<string, number>> {
    let opening = this.listeners.get(objectId);
    if (!opening) {
      opening = Promise.all(this.models.map((model) => listen(model, { objectId, name })));
      this.listeners.set(objectId, opening);
    }
    const listeners = await opening;
    return Object.fromEntries(this.models.map((model, index) => [model.name, listeners[index].port]));
  }
}
