import { monitoringFindings } from "../../model/poc/monitoring";
import type { StackRule } from "../rule";

/** Whoever looks after production is not woken by a trial, and whoever tries sees what happens. */
export const pocRequireOwnMonitoring: StackRule = {
  name: "poc-require-own-monitoring",
  displayName: "A proof of concept watches itself",
  description:
    "A proof of concept has a workspace for its logs, and an alert that reaches somebody, both of its own.",
  severity: "medium",
  remediationSteps: "Make a workspace, an action group with a receiver, and an alert that names the group.",
  looksAt: [
    "**The stack with `kind: poc`**, as soon as it makes a resource group; other stacks are not judged.",
    "A Log Analytics workspace. That logs go nowhere else is [poc-disallow-production](poc-disallow-production.md)'s matter.",
    "An action group that is on and has a receiver; an alert on the activity log, on metrics or on a query that is on and names an action group.",
  ],
  why: "Logs in production's workspace are production's data, read by whoever is on call there; alerts without a receiver are read by nobody.",
  checkStack: (resources, { settings }) =>
    settings.kind === "poc" ? monitoringFindings(resources, settings.subscriptionId) : [],
};
