#!/usr/bin/env node
import { createContext } from "./context";
import { processIo } from "./output/io";
import { printError } from "./output/errors";
import { run } from "./program";
import { sandboxRuns } from "./sandbox/client";

const io = processIo();
// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 3));

void (async () => {
  const words = process.argv.slice(2);
  try {
    process.exitCode = await run(words, createContext(io, sandboxRuns));
  } catch (error) {
    process.exitCode = printError(io.err, error, words.includes("--json"));
  }
})();
