import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendEnvironment, findEngine, withEngine } from "../../../cli/engine-environment";
import { findPlaces } from "../../../cli/places";
import { type ExampleStack, stacksOfExamples } from "../../../tools/docs/reference-stack";
import { startAnyProvider, type AnyProvider } from "../../support/any-provider";
import { checkout, run, succeeded, type Ran } from "../../support/sandbox";

const packages = ["azure-native", "azuread", "airlock", "kubernetes", "github", "acme"];

/** The reference project with any program in the place of its own, previewed by the real engine with the real pack. */
export class PackProject {
  readonly directory = mkdtempSync(join(tmpdir(), "airlock-pack-"));
  private provider?: AnyProvider;

  /** @param publicKey the key that the project trusts, PEM. */
  constructor(private readonly publicKey: string) {}

  async start(): Promise<void> {
    this.provider = await startAnyProvider(packages);
    mkdirSync(join(this.directory, "program"));
    for (const name of ["node_modules", "package.json", "tsconfig.json", "policies"])
      symlinkSync(join(checkout, name), join(this.directory, name));
    // Transpiled as the project's own program is.
    copyFileSync(join(checkout, "stacks/tsconfig.json"), join(this.directory, "program/tsconfig.json"));
    for (const stack of ["dev", "staging", ...stacksOfExamples])
      copyFileSync(join(checkout, `Pulumi.${stack}.yaml`), join(this.directory, `Pulumi.${stack}.yaml`));
    this.configure();
    for (const stack of stacksOfExamples)
      succeeded(await this.pulumi(["stack", "init", stack, "--no-select"]));
  }

  /**
   * @param policies `onestream:policies` of the project.
   * @param more what else it says otherwise than the reference project
   */
  configure(policies: object = {}, more: Readonly<Record<string, unknown>> = {}): void {
    const added = { signing: { publicKey: this.publicKey }, policies, ...more };
    const lines = Object.entries(added).map(
      ([key, value]) => `  onestream:${key}: { value: ${JSON.stringify(value)} }\n`,
    );
    const project = readFileSync(join(checkout, "Pulumi.yaml"), "utf8")
      .replace(/^main: .*$/m, "main: program/")
      .replace(/^plugins:\n(?: .*\n)+/m, "");
    const kept = Object.keys(more).reduce(
      (text, key) => text.replace(new RegExp(`^  onestream:${key}:.*\\n(?:    .*\\n)*`, "m"), ""),
      project,
    );
    writeFileSync(join(this.directory, "Pulumi.yaml"), `${kept.trimEnd()}\n${lines.join("")}`);
  }

  /** Previews a program with the pack, of the stack prod unless it says otherwise. */
  preview(
    program: string,
    more: readonly string[] = [],
    variables: Record<string, string> = {},
    stack: ExampleStack = "prod",
  ): Promise<Ran> {
    writeFileSync(join(this.directory, "program/index.ts"), program);
    const args = ["preview", "-s", stack, "--policy-pack", "policies", "--suppress-progress", ...more];
    return this.pulumi(args, variables);
  }

  private pulumi(args: readonly string[], variables: Record<string, string> = {}): Promise<Ran> {
    return run("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.directory,
      env: { ...this.environment(), ...variables },
    });
  }

  /** Variables with which `pulumi` works on this project. */
  environment(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(([name]) => !/^(AIRLOCK|ARM|AZURE|PULUMI)_/.test(name));
    const places = findPlaces({ AIRLOCK_HOME: join(this.directory, "home") }, checkout);
    const engine = backendEnvironment(places, findEngine(places));
    return {
      ...withEngine(Object.fromEntries(kept), engine),
      PULUMI_DEBUG_PROVIDERS: this.provider?.variable,
    };
  }

  remove(): void {
    this.provider?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A program that is one or more examples, in which packages that are not installed have stand-ins. */
export function exampleProgram(...files: readonly string[]): string {
  const uninstalled = JSON.stringify(join(checkout, "tools/docs/uninstalled"));
  const programs = files.map((file) => `require(${JSON.stringify(file)});\n`);
  return [
    `const modules = require("node:module") as { _load: (name: string, ...more: unknown[]) => unknown };\n`,
    `const { standIn } = require(${uninstalled}) as { standIn: (name: string) => unknown };\n`,
    `const load = modules._load;\n`,
    `modules._load = (name, ...more) => standIn(name) ?? load(name, ...more);\n`,
    ...programs,
  ].join("");
}
