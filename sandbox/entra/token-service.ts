import { decodeJwt } from "jose";
import { isConnectionIssuer, isConnectionSubject } from "../../model/azure-devops";
import type { Caller } from "../azure/resource-type";
import type { Directory } from "./directory";
import type { SigningKeys } from "./signing-keys";
import { textOf } from "../text";

/** Issuer of GitHub Actions' tokens, which the sandbox stands in for. */
export const gitHubIssuer = "https://token.actions.githubusercontent.com";
/** Audience of every assertion that is exchanged for an Entra token. */
export const exchangeAudience = "api://AzureADTokenExchange";
/** Client that people sign in with: the Azure CLI's own client id. */
export const cliClientId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
/** Lifetimes, in seconds. */
const assertionLifetime = 3600;
const accessTokenLifetime = 3600;

/** A refused sign-in, in Entra's words. */
export class SignInError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly code: string,
    text: string,
  ) {
    super(`${code}: ${text}`);
    this.name = "SignInError";
  }
}

export interface AccessToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** Entra's token endpoint: an assertion of a trusted issuer in, an access token out. */
export class TokenService {
  constructor(
    private readonly tenantId: string,
    private readonly directory: Directory,
    private readonly entra: SigningKeys,
    private readonly gitHub: SigningKeys,
    private readonly people: SigningKeys,
  ) {}

  /** What a workflow's run, or a service connection's, would present. @param issuer GitHub's unless given */
  workflowAssertion(subject: string, audience: string, issuer?: string): Promise<string> {
    return this.gitHub.sign({ sub: subject, aud: audience }, assertionLifetime, issuer);
  }

  /** What a person's own sign-in would yield. */
  personAssertion(userId: string): Promise<string> {
    return this.people.sign({ sub: userId, aud: exchangeAudience }, assertionLifetime);
  }

  /** @throws SignInError */
  async exchange(clientId: string, assertion: string, scope: string): Promise<AccessToken> {
    const audience = audienceOf(scope);
    const { objectId, appId } =
      clientId.toLowerCase() === cliClientId
        ? await this.person(assertion)
        : await this.workload(clientId.toLowerCase(), assertion);
    const token = await this.entra.sign(
      { aud: audience, oid: objectId, sub: objectId, appid: appId, tid: this.tenantId, ver: "1.0" },
      accessTokenLifetime,
    );
    return { token, expiresIn: accessTokenLifetime };
  }

  /** What somebody who is signed in already is given for another API. */
  accessToken({ objectId }: Caller, audience: string): Promise<string> {
    const claims = { aud: audience, oid: objectId, sub: objectId, tid: this.tenantId, ver: "1.0" };
    return this.entra.sign(claims, accessTokenLifetime);
  }

  /** Who holds an access token; undefined when it does not verify, is meant for another API, or its holder is gone. */
  async callerOf(token: string, audience: (audience: string) => boolean): Promise<Caller | undefined> {
    const claims = await this.entra.verify(token, audience);
    const principal = this.directory.principal(textOf(claims?.oid ?? ""));
    return principal && { objectId: principal.id, name: principal.name };
  }

  private async person(assertion: string): Promise<{ objectId: string; appId: string }> {
    const claims = await this.people.verify(assertion, (audience) => audience === exchangeAudience);
    const user = this.directory.find("user", textOf(claims?.sub ?? ""));
    if (!user)
      throw new SignInError(
        401,
        "invalid_grant",
        "AADSTS50034",
        "The user account does not exist in the directory.",
      );
    return { objectId: user.id, appId: cliClientId };
  }

  private async workload(clientId: string, assertion: string): Promise<{ objectId: string; appId: string }> {
    const application = this.directory.applicationByClientId(clientId);
    const principal = application && this.directory.servicePrincipalOf(clientId);
    if (!principal) {
      throw new SignInError(
        400,
        "unauthorized_client",
        "AADSTS700016",
        `Application with identifier '${clientId}' was not found in the directory '${this.tenantId}'.`,
      );
    }
    if (!this.directory.isEnabled(principal.id)) {
      throw new SignInError(
        400,
        "unauthorized_client",
        "AADSTS7000112",
        `Application '${clientId}'(${application.displayName}) is disabled.`,
      );
    }
    const { iss, sub, aud } = claimsOf(assertion);
    const audiences = [aud ?? []].flat().map(textOf);
    const match = this.directory
      .credentialsOf(application.id)
      .find(
        (credential) =>
          credential.issuer === iss &&
          credential.subject === sub &&
          credential.audiences.some((audience) => audiences.includes(audience)),
      );
    if (!match) {
      throw new SignInError(
        401,
        "invalid_client",
        "AADSTS700213",
        `No matching federated identity record found for presented assertion subject '${textOf(sub)}', issuer '${textOf(iss)}' and audience '${audiences.join(" ")}' of '${application.displayName}'.`,
      );
    }
    const known = match.issuer === this.gitHub.issuer || isConnection(match);
    if (!known || !(await this.gitHub.verify(assertion, undefined, match.issuer))) {
      throw new SignInError(
        401,
        "invalid_client",
        "AADSTS700027",
        "Client assertion failed signature validation, has expired or is not valid yet.",
      );
    }
    return { objectId: principal.id, appId: clientId };
  }
}

/** Whether a credential is of a service connection of Azure DevOps, whose tokens are made here as GitHub's are. */
export function isConnection({ issuer, subject }: { issuer: string; subject: string }): boolean {
  return isConnectionIssuer(issuer) && isConnectionSubject(subject);
}

function claimsOf(assertion: string): { iss?: string; sub?: string; aud?: string | string[] } {
  try {
    return decodeJwt(assertion);
  } catch {
    throw new SignInError(400, "invalid_request", "AADSTS50027", "JWT token is invalid or malformed.");
  }
}

/** `https://management.azure.com/.default` asks for a token for `https://management.azure.com`. */
function audienceOf(scope: string): string {
  const resource = scope.split(" ").find((part) => part.endsWith("/.default"));
  if (!resource) {
    throw new SignInError(
      400,
      "invalid_scope",
      "AADSTS1002012",
      `The provided value for scope '${scope}' is not valid: it ends with /.default.`,
    );
  }
  return resource.slice(0, -"/.default".length);
}
