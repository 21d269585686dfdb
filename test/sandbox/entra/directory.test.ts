import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Directory, directoryGuard } from "../../../sandbox/entra/directory";
import type { DirectoryObject } from "../../../sandbox/entra/objects";
import { JsonStore } from "../../../sandbox/json-store";

let folder: string;
let directory: Directory;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "directory-"));
  directory = new Directory(new JsonStore<DirectoryObject>(folder));
});
afterEach(() => rmSync(folder, { recursive: true }));

const credential = (applicationId: string, number = 1) => ({
  applicationId,
  displayName: `credential-${number}`,
  issuer: "https://token.actions.githubusercontent.com",
  subject: `repo:onestream/platform:environment:e${number}`,
  audiences: ["api://AzureADTokenExchange"],
});

it("names principals by their application, group or person", () => {
  const application = directory.addApplication("sp-onestream-dev-pipeline", {});
  const principal = directory.addServicePrincipal(application.appId, {});
  const group = directory.addGroup("iam_team", {});
  const user = directory.addUser("ada", "ada@example.com");
  directory.addMember(group.id, user.id);
  expect(directory.principals()).toEqual([
    { id: principal.id, name: "sp-onestream-dev-pipeline", kind: "application" },
    { id: group.id, name: "iam_team", kind: "group" },
    { id: user.id, name: "ada", kind: "user" },
  ]);
  expect(directory.memberships()).toEqual([{ group: group.id, member: user.id }]);
});

it("gives an application one service principal", () => {
  const { appId } = directory.addApplication("sp", {});
  directory.addServicePrincipal(appId, {});
  expect(() => directory.addServicePrincipal(appId, {})).toThrow("The service principal cannot be created");
});

it("allows 20 federated credentials and no more", () => {
  const { id } = directory.addApplication("sp", {});
  for (let number = 1; number <= 20; number++) directory.putCredential(credential(id, number));
  expect(() => directory.putCredential(credential(id, 21))).toThrow(
    "unexpected status 400 with error: Request_BadRequest: An application has at most 20 federated credentials.",
  );
});

it.each([
  ["the same subject twice", { displayName: "another" }, "already exists"],
  ["two audiences", { audiences: ["a", "b"], subject: "s", displayName: "another" }, "exactly one audience"],
  ["a name of two characters", { displayName: "ab", subject: "s" }, "3-120 letters"],
])("refuses a credential with %s", (_what, changes, message) => {
  const { id } = directory.addApplication("sp", {});
  directory.putCredential(credential(id));
  expect(() => directory.putCredential({ ...credential(id), ...changes })).toThrow(message);
});

it("removes an application with its service principal, credentials and memberships", () => {
  const application = directory.addApplication("sp", {});
  const principal = directory.addServicePrincipal(application.appId, {});
  const group = directory.addGroup("iam_team", {});
  directory.addMember(group.id, principal.id);
  directory.putCredential(credential(application.id));
  directory.remove(application.id);
  directory.remove(application.id);
  expect(directory.principals()).toEqual([{ id: group.id, name: "iam_team", kind: "group" }]);
  expect([directory.memberships(), directory.credentialsOf(application.id)]).toEqual([[], []]);
});

it("is written by administrators alone", () => {
  const guard = directoryGuard(({ objectId }) => objectId === "admin");
  guard({ objectId: "admin", name: "administrator" });
  expect(() => guard({ objectId: "other", name: "sp-onestream-prod-pipeline" })).toThrow(
    "unexpected status 403 with error: Authorization_RequestDenied: Insufficient privileges to complete the operation: 'sp-onestream-prod-pipeline' can't write to the directory.",
  );
});
