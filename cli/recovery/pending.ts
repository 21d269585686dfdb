import { azureResource } from "../../model/azure/resource";
import type { Properties } from "../../model/values";
import { quote } from "../engine-environment";

/** What `pulumi stack export` says of operations whose end the engine never saw. */
export interface Deployment {
  readonly resources?: readonly Recorded[];
  readonly pending_operations?: readonly { readonly type: string; readonly resource: Recorded }[];
}

interface Recorded {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Properties;
  readonly parent?: string;
}

/** One operation that was in the air when the engine died. */
export interface Pending {
  /** `creating`, `updating`, `deleting`, … */
  readonly operation: string;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** What the next update makes of it, and what is left to do by hand. */
  readonly advice: string;
  /** To be run when the next update is refused because the resource is there already. */
  readonly command?: string;
}

/**
 * Explains what was in the air. Whether it was carried out nobody here knows: each advice holds in both cases.
 * @param subscriptionId undefined when the project's configuration can't be read.
 */
export function explainPending(deployment: Deployment, stack: string, subscriptionId?: string): Pending[] {
  return (deployment.pending_operations ?? []).map(({ type: operation, resource }) => {
    const { type, urn } = resource;
    return {
      operation,
      type,
      name: nameOf(urn),
      urn,
      ...adviceOn(operation, resource, stack, subscriptionId),
    };
  });
}

function adviceOn(
  operation: string,
  resource: Recorded,
  stack: string,
  subscriptionId?: string,
): Pick<Pending, "advice" | "command"> {
  const { type, inputs = {} } = resource;
  if (operation !== "creating") return { advice: "the next pulumi up does what is left of it" };
  switch (type.split(":")[0]) {
    case "airlock":
      return { advice: "the next pulumi up goes on from what is there" };
    case "azure-native": {
      const id =
        subscriptionId === undefined
          ? undefined
          : azureResource({ type, properties: inputs }, subscriptionId)?.id;
      return {
        advice:
          "the next pulumi up makes it; where Azure has it already, and the engine says " +
          `"cannot create already existing resource", run first:`,
        command: importCommand(resource, id ?? blank, stack),
      };
    }
    case "azuread":
      return adviceOnEntra(resource, stack);
    default:
      return { advice: "it may be there already: look before the next pulumi up" };
  }
}

/** Azure and Entra say with which id something stands already. */
const blank = "<the id in that message>";

function adviceOnEntra(resource: Recorded, stack: string): Pick<Pending, "advice" | "command"> {
  const { type, inputs = {} } = resource;
  const [application, name] = [inputs.applicationId, inputs.displayName].map((one) =>
    typeof one === "string" ? one : undefined,
  );
  const once =
    "the next pulumi up makes it; where Entra has it already, and refuses a second one, run first:";
  if (type.endsWith(":ServicePrincipal"))
    return { advice: once, command: importCommand(resource, `/servicePrincipals/${blank}`, stack) };
  if (inputs.preventDuplicateNames === true)
    return { advice: once, command: importCommand(resource, `/applications/${blank}`, stack) };
  if (type.endsWith(":ApplicationFederatedIdentityCredential") && application && name) {
    const where = ["--id", application.replace("/applications/", ""), "--federated-credential-id", name];
    return {
      advice: once,
      command: ["az", "ad", "app", "federated-credential", "delete", ...where].map(quote).join(" "),
    };
  }
  return {
    advice:
      `Entra may have made it, and the next pulumi up would make a second one: look for ` +
      `${name === undefined ? "it" : `"${name}"`} there, and delete what no stack knows`,
  };
}

// No code and no protection: the program has the resource already.
function importCommand({ type, urn, parent }: Recorded, id: string, stack: string): string {
  const below = parent === undefined || parent.includes("::pulumi:pulumi:Stack::");
  return [
    ...["pulumi", "import", type, nameOf(urn), id],
    // The word is any that no resource of the import has: it may itself be called as its parent is.
    ...(below ? [] : ["--parent", `its-parent=${parent}`]),
    ...["--protect=false", "--generate-code=false", "-s", stack],
  ]
    .map((word) => (word.includes("<") ? word : quote(word)))
    .join(" ");
}

/** The last part of a URN, which may itself hold `::`. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
