/**
 * Says what is under way: on a terminal with a running clock, else one line at the start and one at the end.
 * @param {{ isTTY?: boolean, write(text: string): unknown }} stream
 * @param {NodeJS.ProcessEnv} env
 */
export function progress(stream = process.stderr, env = process.env) {
  const live = Boolean(stream.isTTY) && !env.CI && env.TERM !== "dumb";
  return {
    /** A line of its own. */
    say: (text) => stream.write(`${text}\n`),
    /** Runs `task` under the title `Setting up <what> (<usually>)`. */
    async step(what, usually, task) {
      const started = Date.now();
      const seconds = () => ((Date.now() - started) / 1000).toFixed(live ? 0 : 1);
      const title = `Setting up ${what}`;
      const show = () => stream.write(`\r\x1b[2K${title} (usually ${usually}) … ${seconds()} s`);
      const clock = live ? setInterval(show, 1000) : undefined;
      if (live) show();
      else stream.write(`${title} (usually ${usually}) …\n`);
      try {
        await task();
      } catch (error) {
        if (live) stream.write("\r\x1b[2K");
        throw error;
      } finally {
        clearInterval(clock);
      }
      stream.write(`${live ? "\r\x1b[2K" : ""}${title}: done in ${seconds()} s\n`);
    },
  };
}
