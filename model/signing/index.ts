export { judgeEvidence, type JudgedEvidence } from "./evidence-judgement";
export { imagesOf, listEvidence, type Evidence } from "./evidence";
export type { SignatureForm } from "./judgement";
export { sha256, Unreadable, type RegistryReader } from "./registry-reader";
export { companionTag, signatureManifest, simpleSigningPayload } from "./simple-signing";
export type { KeylessTrust } from "./keyless-signer";
export { readTrustedRoot } from "./trusted-root";
export { verifySignature, type SigningTrust, type Verification } from "./verify";
