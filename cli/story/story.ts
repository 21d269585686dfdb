import type { Settings } from "../../model/config";
import type { Cast } from "./cast";
import type { Narrator } from "./narrator";
import type { Stage } from "./stage";

/** What every chapter works with. */
export interface Story {
  readonly stage: Stage;
  readonly narrator: Narrator;
  /** Name of the Pulumi project, the namespace of its configuration. */
  readonly project: string;
  readonly settings: Settings;
  readonly cast: Cast;
  /** Stack whose vault signs. */
  readonly vaultStack: string;
}

/** What an image is built with: of the path to production, or of a proof of concept. */
export interface Workshop extends Pick<Story, "stage" | "narrator" | "settings" | "vaultStack"> {
  readonly cast: Pick<Cast, "builder">;
}
