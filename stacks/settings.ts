import * as pulumi from "@pulumi/pulumi";
import { expandMatrix } from "../model/access/matrix";
import { engineValues, parseSettings, type Settings } from "../model/config";
import { UserError } from "../model/errors";

function readSettings(): Settings {
  const project = pulumi.getProject();
  const values = engineValues(project, pulumi.runtime.allConfig());
  try {
    const parsed = parseSettings({ project, stack: pulumi.getStack(), values });
    // What the matrix may not say is said here, before anything is registered.
    expandMatrix(parsed);
    return parsed;
  } catch (error) {
    // RunError prints the message alone, without a stack.
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

/** The stack's configuration, validated once. */
export const settings = readSettings();
