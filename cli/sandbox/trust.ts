import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** Lets this process trust the sandbox's certificates, as NODE_EXTRA_CA_CERTS does for a process that starts later. */
export function trustAuthority(certificate: string): void {
  setDefaultCACertificates([...getCACertificates("default"), certificate]);
}
