import type { Settings } from "../settings";
import type { PocFinding, PocResource } from "./finding";
import { foreignIdentity, foreignIn } from "./foreign";
import { textsIn } from "./texts";

const fix = "Make what is needed in the proof of concept itself";

/** What of a resource of a proof of concept is not its own. */
export function productionFindings({ type, properties }: PocResource, settings: Settings): PocFinding[] {
  if (type === "pulumi:pulumi:StackReference") {
    return [{ what: "a proof of concept reads the outputs of another stack", property: "name", fix }];
  }
  const existing = properties.useExisting === true && type.startsWith("azuread:");
  return [
    ...(existing
      ? [{ what: "the service principal may be production's", property: "useExisting", fix }]
      : []),
    ...textsIn(properties).flatMap(({ text, property }) => {
      const identity = type.startsWith("azuread:") ? foreignIdentity(text, settings) : undefined;
      const foreign = identity ?? foreignIn(text, settings);
      // A role's definition stands in the subscription, as far as it can be assigned in one of the groups alone.
      if (foreign === undefined || (property === "scope" && definesRole(type))) return [];
      return [{ what: `a proof of concept names ${foreign}`, property, fix }];
    }),
  ];
}

const definesRole = (type: string): boolean =>
  /^azure-native:authorization(?:\/[^:]+)?:RoleDefinition$/.test(type);
