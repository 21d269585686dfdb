import type { Account, Entra } from "../../../provider/azure/azure";

/** One account in Entra ID and its role assignments, in memory. */
export class FakeEntra implements Entra {
  readonly applicationId = "aaaaaaaa-0000-4000-8000-000000000001";
  readonly servicePrincipalId = "bbbbbbbb-0000-4000-8000-000000000001";
  held: Account = {};
  /** Scope → ids of what stands there. */
  readonly roles = new Map<string, string[]>();

  constructor(private readonly call: <T>(name: string, work: () => T) => Promise<T>) {}

  account(applicationId: string, servicePrincipalId: string): Promise<Account> {
    return this.call("account?", () => {
      const { application, servicePrincipal } = this.held;
      return {
        ...(applicationId === this.applicationId && application && { application }),
        ...(servicePrincipalId === this.servicePrincipalId && servicePrincipal && { servicePrincipal }),
      };
    });
  }

  assignments(scope: string, principalId: string): Promise<string[]> {
    return this.call("assignments?", () =>
      principalId === this.servicePrincipalId ? (this.roles.get(scope) ?? []) : [],
    );
  }
}
