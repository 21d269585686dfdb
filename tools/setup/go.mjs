import { delimiter, join } from "node:path";
import { run } from "./run.mjs";
import { exists } from "./stamp.mjs";

// What a user sets for other Go work must not change what is built here, and no C compiler is needed.
const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly" };

/** True where there is a `go` on the PATH. */
export function hasGo(path = process.env.PATH ?? "") {
  return path.split(delimiter).some((directory) => directory !== "" && exists(join(directory, "go")));
}

/** Runs a command of Go in a module; a module proxy that can't be reached is said in one line. */
export function go(moduleFolder, args) {
  return run("go", args, {
    cwd: moduleFolder,
    env,
    fix: "Check that go reaches its module proxy: go env GOPROXY",
  });
}

/** Builds the one tool that a module pins into the folder `output`. */
export function goBuild(moduleFolder, output, { ldflags = "", tags = [] } = {}) {
  const flags = ["-trimpath", "-buildvcs=false", `-ldflags=-s -w ${ldflags}`.trim()];
  return go(moduleFolder, ["build", ...flags, "-tags", tags.join(","), "-o", join(output, "/"), "tool"]);
}
