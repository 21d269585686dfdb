import { randomUUID } from "node:crypto";
import { badRequest, conflict } from "../arm-error";
import { idKey } from "../arm-id";
import { objectsAt } from "../body-shape";
import type { Properties, ResourceType } from "../resource-type";
import { textOf } from "../../text";
import { objectAt, requireLocation, requireName, requireResource } from "./rules";

const name = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/;

/** A machine that a test runs on; the sandbox starts none. */
export const virtualMachine: ResourceType = {
  token: "azure-native:compute:VirtualMachine",
  armType: "Microsoft.Compute/virtualMachines",
  apiVersion: "2024-07-01",
  path: ["resourceGroupName", "vmName"],
  shape: "flat",
  replaceOn: ["location"],
  computed: ["name", "type", "provisioningState", "vmId", "timeCreated"],
  validate(body, id, context) {
    requireName(
      id.name,
      /^[^_\W][\w.-]{0,62}\w$|^\w$/,
      "a machine's name has 1-64 letters, digits, '.', '_' and '-'",
    );
    requireLocation(body, id.name);
    for (const disk of disksOf(body.properties)) requireResource(context, "disk", disk, id.name);
  },
  complete: (body, _id, { now }, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      vmId: existing?.properties.vmId ?? randomUUID(),
      timeCreated: existing?.properties.timeCreated ?? now,
    },
  }),
};

export const disk: ResourceType = {
  token: "azure-native:compute:Disk",
  armType: "Microsoft.Compute/disks",
  apiVersion: "2024-03-02",
  path: ["resourceGroupName", "diskName"],
  shape: "flat",
  required: ["creationData"],
  replaceOn: ["location"],
  computed: ["name", "type", "provisioningState", "uniqueId", "timeCreated"],
  validate(body, id) {
    requireName(id.name, name, "a disk's name has 1-80 letters, digits, '.', '_' and '-'");
    requireLocation(body, id.name);
    if (objectAt(body.properties, "creationData").createOption === undefined)
      throw badRequest(
        "InvalidParameter",
        "Required parameter 'disk.creationData.createOption' is missing (null).",
      );
  },
  // Azure's own words; whoever cleans up deletes the machine first.
  validateDelete({ name: own, text }, context) {
    const holder = context
      .resourcesOf(virtualMachine.armType)
      .find(({ properties }) => disksOf(properties).some((id) => idKey(id) === idKey(text)));
    if (holder) throw conflict("OperationNotAllowed", `Disk ${own} is attached to VM ${holder.id}.`);
  },
  complete: (body, _id, { now }, existing) => ({
    ...body,
    properties: {
      ...body.properties,
      uniqueId: existing?.properties.uniqueId ?? randomUUID(),
      timeCreated: existing?.properties.timeCreated ?? now,
    },
  }),
};

/** Ids of the disks that a machine says are attached to it. */
function disksOf(properties: Properties): string[] {
  const storage = objectAt(properties, "storageProfile");
  return [objectAt(storage, "osDisk"), ...objectsAt(storage, "dataDisks")].flatMap((one) => {
    const id = textOf(objectAt(one, "managedDisk").id ?? "");
    return id === "" ? [] : [id];
  });
}
