import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { statementText, type Statement, type Subject } from "../../model/release/approvals";
import type { Approval } from "../../model/release/release";
import { UserError } from "../../model/errors";

/** What the approval is of, and how it is called. */
const about = {
  project: "project ",
  repository: "repository ",
  version: "",
  opened: "the release that was opened at ",
} as const;
const subjects = ["project", "repository", "version", "opened"] as const;
const keys = [...subjects, "stage", "role", "by", "at", "images"];
const ask = "Write it with airlock release approval, and sign it as it is";

/**
 * An approval from the file that somebody signed, with their signature in base64 or as its bytes.
 * @throws UserError (exit 2) for anything but a statement to the letter: the signature is about these very bytes
 */
export function readApproval(file: string, signatureFile: string, subject: Subject): Approval {
  const text = readText(file);
  const statement = parsed(text.toString("utf8"), file);
  if (statementText(statement) !== text.toString("utf8"))
    throw wrong("the approval is not written as it is signed", file, ask);
  const other = subjects.find((key) => statement[key] !== subject[key]);
  if (other !== undefined) {
    const what = `the approval is for ${about[other]}${statement[other]}, and not for ${subject[other]}`;
    throw wrong(what, file, ask);
  }
  const { stage, role, by, at, images } = statement;
  return { stage, role, by, at, images, evidence: { signature: signatureIn(readText(signatureFile)) } };
}

function parsed(text: string, file: string): Statement {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("the approval is no JSON", file, ask);
  }
  if (!isStatement(value)) throw wrong(`an approval has ${keys.join(", ")} and nothing else`, file, ask);
  return value;
}

function isStatement(value: unknown): value is Statement {
  if (typeof value !== "object" || value === null) return false;
  const { images, ...texts } = value as Record<string, unknown>;
  return (
    Object.keys(value).sort().join() === [...keys].sort().join() &&
    Object.values(texts).every((text) => typeof text === "string") &&
    typeof images === "object" &&
    images !== null &&
    Object.values(images).every((digest) => typeof digest === "string")
  );
}

function signatureIn(bytes: Buffer): string {
  const text = bytes.toString("latin1").trim();
  const isText = /^[A-Za-z0-9+/\s]+={0,2}$/.test(text);
  return isText ? text.replace(/\s/g, "") : bytes.toString("base64");
}

function readText(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw wrong(`the file can't be read: ${code ?? String(error)}`, file, "Name a file that is there");
  }
}

function wrong(what: string, file: string, fix: string): UserError {
  return new UserError({ what, where: basename(file), fix, exitCode: 2 });
}
