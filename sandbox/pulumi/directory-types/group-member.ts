import type { Properties } from "../../azure/resource-type";
import type { Directory } from "../../entra/directory";
import { type DirectoryType } from "./directory-type";
import { textOf } from "../../text";

/** One member of a group. */
export function groupMember(directory: Directory): DirectoryType {
  const read = (id: string): Properties | undefined => {
    const found = directory.find("membership", id.toLowerCase());
    return found && { groupObjectId: found.group, memberObjectId: found.member };
  };
  return {
    token: "azuread:index/groupMember:GroupMember",
    required: ["groupObjectId", "memberObjectId"],
    replaceOn: ["groupObjectId", "memberObjectId"],
    computed: [],
    create(inputs) {
      const { id } = directory.addMember(textOf(inputs.groupObjectId), textOf(inputs.memberObjectId));
      return { id, outputs: read(id)! };
    },
    read,
    objectOf: (id) => id,
  };
}
