import type { Properties } from "../../azure/resource-type";
import type { Directory } from "../../entra/directory";
import { lastPart, type DirectoryType } from "./directory-type";
import { textOf } from "../../text";

/** Trust of an application in an issuer's subject. */
export function federatedCredential(directory: Directory): DirectoryType {
  const read = (id: string): Properties | undefined => {
    const found = directory.find("federatedCredential", lastPart(id));
    return (
      found && {
        applicationId: `/applications/${found.applicationId}`,
        displayName: found.displayName,
        ...(found.description === undefined ? {} : { description: found.description }),
        issuer: found.issuer,
        subject: found.subject,
        audiences: found.audiences,
        credentialId: found.id,
      }
    );
  };
  const credentialFrom = (inputs: Properties) => ({
    applicationId: lastPart(textOf(inputs.applicationId)),
    displayName: textOf(inputs.displayName),
    ...(inputs.description === undefined ? {} : { description: textOf(inputs.description) }),
    issuer: textOf(inputs.issuer),
    subject: textOf(inputs.subject),
    audiences: Array.isArray(inputs.audiences) ? inputs.audiences.map(textOf) : [],
  });
  return {
    token: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
    required: ["applicationId", "audiences", "displayName", "issuer", "subject"],
    replaceOn: ["applicationId", "displayName"],
    computed: ["credentialId"],
    create(inputs) {
      const credential = directory.putCredential(credentialFrom(inputs));
      const id = `${credential.applicationId}/federatedIdentityCredential/${credential.id}`;
      return { id, outputs: read(id)! };
    },
    read,
    update(id, inputs) {
      directory.putCredential(credentialFrom(inputs), lastPart(id));
      return read(id)!;
    },
    objectOf: lastPart,
  };
}
