/** True when `version` (`v3.200.0`, `3.201.0-dev`) is not older than `minimum`. */
export function atLeast(version, minimum) {
  const numbers = (text) => (/(\d+)\.(\d+)\.(\d+)/.exec(text) ?? ["", "0", "0", "0"]).slice(1).map(Number);
  const [have, want] = [numbers(version), numbers(minimum)];
  const index = have.findIndex((number, position) => number !== want[position]);
  return index === -1 || have[index] > want[index];
}
