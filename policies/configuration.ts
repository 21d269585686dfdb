import { getProject, getStack } from "@pulumi/pulumi/metadata";
import { allConfig } from "@pulumi/pulumi/runtime/config";
import { engineValues, parseSettings } from "../model/config";
import { type StackFacts, stackFacts } from "./stack-facts";

/** Reads the stack's configuration, which the engine hands to the pack's process. @throws UserError (2) */
export function readStackFacts(): StackFacts {
  const project = getProject();
  const values = engineValues(project, allConfig());
  const today = new Date().toISOString().slice(0, 10);
  return stackFacts(parseSettings({ project, stack: getStack(), values }), today);
}
