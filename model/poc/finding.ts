import type { Properties } from "../values";

/** A resource as a program declares it. */
export interface PocResource {
  /** Pulumi type token. */
  readonly type: string;
  readonly properties: Properties;
}

/** What ties a proof of concept to something else. */
export interface PocFinding {
  /** Without a full stop. */
  readonly what: string;
  /** Path of the property. */
  readonly property: string;
  /** What to do about it, without a full stop. */
  readonly fix: string;
}
