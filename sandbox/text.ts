/** Any value of JSON as text, to look something up or to name it in a message. `String` runs what an object calls `toString`. */
export function textOf(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
