import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImage } from "../../../model/config/stack-file";
import type { Story } from "../story";

/** Previews a stack file with another image in it, without touching the real one. Returns the refusal. */
export async function previewDraft(
  { cast, project, stage }: Story,
  environment: string,
  name: string,
  image: { name: string; digest: string },
): Promise<string | undefined> {
  const folder = join(stage.places.workspace, ".doors", name);
  mkdirSync(folder, { recursive: true });
  const present = readFileSync(join(stage.places.workspace, `Pulumi.${environment}.yaml`), "utf8");
  const draft = join(folder, `Pulumi.${environment}.yaml`);
  const entry = { version: image.name, digest: image.digest };
  writeFileSync(draft, setImage(present, project, cast.repository, entry));
  const args = ["preview", "-s", environment, "--config-file", draft, "--policy-pack", "policies"];
  const result = await stage.pulumi(args, { as: cast.promoters[environment], quiet: true });
  if (result.exitCode === 0) return undefined;
  return problemsIn(result.lines);
}

/** The engine's lines that say what is wrong. */
export function problemsIn(lines: readonly string[]): string {
  const problems = lines.map((text) =>
    /^\s*error: .*?: property (\S+) value .* has a problem: (.*)/.exec(text),
  );
  const found = problems.flatMap((match) => (match ? [`${match[1]}: ${match[2]}`] : []));
  return found.join("\n") || lines.slice(-5).join("\n");
}
