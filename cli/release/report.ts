import { changedSince, standingOf } from "../../model/release/approvals";
import { dueOf, type Due } from "../../model/release/due";
import { passwordLife, type PasswordLife } from "../../model/release/password";
import { phaseOf, type Phase, type Release } from "../../model/release/release";
import { stageAfter, stagesOf, stageTag } from "../../model/release/stages";
import { currentStage } from "../../model/release/transitions";
import type { Settings } from "../../model/settings";

/** Where a release stands, for people and for machines. */
export interface ReleaseReport {
  readonly version: string;
  readonly repositories: readonly string[];
  readonly images: Readonly<Record<string, string>>;
  readonly stages: readonly { readonly stage: string; readonly tag: string; readonly phase: Phase }[];
  /** Repositories whose image is another than the one that the open stage was approved with. */
  readonly changed?: readonly string[];
  /** Of the stage that is open: when its registry password ends. */
  readonly password?: PasswordLife;
  /** The stage that could be next, and what it waits for. */
  readonly next?: {
    readonly stage: string;
    /** Environment to whose approval counts for it. */
    readonly approved: Readonly<Record<string, string>>;
    readonly missing: readonly string[];
    readonly void: readonly { readonly by: string; readonly role: string; readonly why: string }[];
    /** Repositories without an image. */
    readonly withoutImage: readonly string[];
  };
  readonly hold?: Release["hold"];
  readonly deployed?: string;
  readonly abandoned?: Release["abandoned"];
  readonly deleted?: string;
  readonly due?: Due;
}

export function releaseReport(release: Release, settings: Settings, now: Date): ReleaseReport {
  const { path, releases } = settings;
  const { version, repositories, images, hold, deployed, abandoned, deleted } = release;
  const over = deployed !== undefined || abandoned !== undefined || deleted !== undefined;
  const present = currentStage(release, path);
  const next = over ? undefined : stageAfter(path, present)?.environment.name;
  const due = dueOf(release, settings, now);
  const changed = phaseOf(release, present) === "open" ? changedSince(release, present) : [];
  return {
    version,
    repositories,
    images,
    stages: stagesOf(path).map((stage) => ({
      stage: stage.environment.name,
      tag: stageTag(version, stage),
      phase: phaseOf(release, stage.environment.name),
    })),
    ...(changed.length > 0 && { changed }),
    ...(phaseOf(release, present) === "open" && {
      password: passwordLife(present, release.stages[present], releases, now),
    }),
    ...(next !== undefined && { next: waitingFor(release, settings, next) }),
    ...(hold && { hold }),
    ...(deployed !== undefined && { deployed }),
    ...(abandoned && { abandoned }),
    ...(deleted !== undefined && { deleted }),
    ...(due && { due }),
  };
}

function waitingFor(release: Release, rules: Settings, stage: string): NonNullable<ReleaseReport["next"]> {
  const { approved, missing, void: objections } = standingOf(release, rules, stage);
  return {
    stage,
    approved: Object.fromEntries(approved),
    missing,
    void: objections.map(({ approval: { by, role }, why }) => ({ by, role, why })),
    withoutImage: release.repositories.filter((repository) => !Object.hasOwn(release.images, repository)),
  };
}

/** What has to be done, in one clause. */
export function dueText(due: Due | undefined): string {
  if (due === undefined) return "-";
  if (due.what === "finish") {
    const ended = due.passwordEnds === undefined ? "" : `, and its password ends at ${due.passwordEnds}`;
    return `${due.stage} is closing since ${due.since}${ended}`;
  }
  return `accounts go at ${due.from}${due.held ? " (held)" : ""}`;
}

/** When the password of the open stage ends, in one clause. */
export function passwordText({ version, password }: ReleaseReport): string {
  if (password === undefined) return "-";
  const { expires, state } = password;
  if (state === "lives") return `ends ${expires}`;
  return `${state === "ended" ? "ended" : "ends"} ${expires}: airlock release renew ${version}`;
}

/** How a release stands, in one clause. */
export function stateText({ stages, changed, deployed, abandoned, deleted }: ReleaseReport): string {
  if (deleted !== undefined) return `deleted at ${deleted}`;
  if (deployed !== undefined) return `deployed at ${deployed}`;
  if (abandoned) return `given up at ${abandoned.at} by ${abandoned.by}: ${abandoned.reason}`;
  const present = stages.filter(({ phase }) => phase !== "waiting").at(-1);
  const others = changed ? `, approved with other images of ${changed.join(", ")}` : "";
  return present === undefined ? "-" : `${present.stage} ${present.phase}${others}`;
}

/** What the next stage waits for, in one clause. */
export function waitingText({ next }: ReleaseReport): string {
  if (next === undefined) return "-";
  const { stage, missing, withoutImage } = next;
  const lacks = [
    ...(withoutImage.length > 0 ? [`images of ${withoutImage.join(", ")}`] : []),
    ...(missing.length > 0 ? [`approvals of ${missing.join(", ")}`] : []),
  ];
  return `${stage} ${lacks.length > 0 ? `waits for ${lacks.join(" and ")}` : "can be entered"}`;
}
