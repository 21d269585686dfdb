import * as pulumi from "@pulumi/pulumi";
import { engineValues, parseSettings } from "../model/config";
import { type StackFacts, stackFacts } from "./stack-facts";

/** Reads the stack's configuration, which the engine hands to the pack's process. @throws UserError (2) */
export function readStackFacts(): StackFacts {
  const project = pulumi.getProject();
  const values = engineValues(project, pulumi.runtime.allConfig());
  const today = new Date().toISOString().slice(0, 10);
  return stackFacts(parseSettings({ project, stack: pulumi.getStack(), values }), today);
}
