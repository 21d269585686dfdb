import type { Properties } from "../../azure/resource-type";
import type { Directory } from "../../entra/directory";
import { GraphError } from "../../entra/graph-error";
import { lastPart, without, type DirectoryType } from "./directory-type";
import { textOf } from "../../text";

/** A security group. */
export function group(directory: Directory): DirectoryType {
  const onPremises = [
    "onpremisesDomainName",
    "onpremisesNetbiosName",
    "onpremisesSamAccountName",
    "onpremisesSecurityIdentifier",
  ];
  const read = (id: string): Properties | undefined => {
    const found = directory.find("group", lastPart(id));
    return (
      found && {
        mailEnabled: false,
        preventDuplicateNames: false,
        ...found.settings,
        displayName: found.displayName,
        objectId: found.id,
        mail: "",
        ...Object.fromEntries(onPremises.map((name) => [name, ""])),
        onpremisesSyncEnabled: false,
        preferredLanguage: "",
        proxyAddresses: [],
      }
    );
  };
  return {
    token: "azuread:index/group:Group",
    required: ["displayName"],
    replaceOn: ["mailNickname", "assignableToRole"],
    computed: [
      "objectId",
      "mail",
      ...onPremises,
      "onpremisesSyncEnabled",
      "preferredLanguage",
      "proxyAddresses",
    ],
    create(inputs) {
      if (inputs.securityEnabled !== true && inputs.mailEnabled !== true) {
        throw new GraphError(
          400,
          "Request_BadRequest",
          "A group is securityEnabled or mailEnabled, or both.",
        );
      }
      const { id } = directory.addGroup(textOf(inputs.displayName), without(inputs, "displayName"));
      return { id: `/groups/${id}`, outputs: read(id)! };
    },
    read,
    update(id, inputs) {
      const found = directory.find("group", lastPart(id));
      if (!found)
        throw new GraphError(404, "Request_ResourceNotFound", `Group '${lastPart(id)}' does not exist.`);
      directory.put({
        ...found,
        displayName: textOf(inputs.displayName),
        settings: without(inputs, "displayName"),
      });
      return read(id)!;
    },
    objectOf: lastPart,
  };
}
