import type { Spread } from "./statistics";

/** Three digits that count, without an exponent: `0.0123`, `1.23`, `123`, `12345`. */
export function figure(value: number): string {
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 6));
}

export function seconds(value: number): string {
  return Math.abs(value) < 1 ? `${figure(value * 1000)} ms` : `${figure(value)} s`;
}

export function megabytes(bytes: number): string {
  return `${figure(bytes / 1024 ** 2)} MB`;
}

export function multiple(value: number): string {
  return `${value.toFixed(2)}×`;
}

/** A median with its range: `1.31 s (1.25–1.40 s)`. */
export function ranged({ median, low, high }: Spread, unit: (value: number) => string): string {
  return `${unit(median)} (${unit(low)} – ${unit(high)})`;
}
