const interval = 500;

/** Calls `gone` once the process that started this one has ended: a killed engine can't say good-bye. */
export function watchEngine(gone: () => void, parent: () => number = () => process.ppid): NodeJS.Timeout {
  const engine = parent();
  const timer = setInterval(() => {
    if (parent() === engine) return;
    clearInterval(timer);
    gone();
  }, interval);
  timer.unref();
  return timer;
}
