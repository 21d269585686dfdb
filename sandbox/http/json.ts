import { RefusedRequest } from "./refusal";

/** Deeper than any body that means something; what walks one by recursion ends far below it. */
const depthLimit = 64;

/** The object that the bytes of a body say. @throws RefusedRequest 400 */
export function readJsonObject(bytes: Buffer): Record<string, unknown> {
  const value = parsed(bytes);
  if (!isObject(value)) throw unreadable("it is not an object");
  if (isDeep(value)) throw unreadable(`it is nested deeper than ${depthLimit} levels`);
  return value;
}

function parsed(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable("it is not UTF-8");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("it is not JSON");
  }
}

// Level by level: a recursion would itself end where the stack does.
function isDeep(value: object): boolean {
  let level: object[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= depthLimit) return true;
    level = level.flatMap((one) => Object.values(one).filter(isContainer));
  }
  return false;
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;
const isObject = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value);

function unreadable(why: string): RefusedRequest {
  const text = `The request content was invalid and could not be deserialized: ${why}.`;
  return new RefusedRequest({ status: 400, text });
}
