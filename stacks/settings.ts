import * as pulumi from "@pulumi/pulumi";
import { parseSettings, type Settings } from "../model/config";
import { UserError } from "../model/errors";

function readSettings(): Settings {
  const project = pulumi.getProject();
  const prefix = `${project}:`;
  const values: { [key: string]: unknown } = {};
  for (const [key, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (!key.startsWith(prefix)) continue;
    // The engine hands structured values over as JSON, and plain ones as they are.
    values[key.slice(prefix.length)] = /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text;
  }
  try {
    return parseSettings({ project, stack: pulumi.getStack(), values });
  } catch (error) {
    // RunError prints the message alone, without a stack.
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

/** The stack's configuration, validated once. */
export const settings = readSettings();
