import { RegistryStore, sampleImage } from "../../../sandbox/registry";

const store = new RegistryStore(process.argv[2]);
const repository = "iam/auth-service";
for (let number = 0; ; number++) {
  const image = sampleImage({
    service: "auth-service",
    version: `1.0.${number}`,
    revision: "0".repeat(40),
    source: "https://github.com/contoso/auth-service",
    created: "2026-11-01T08:00:00Z",
  });
  for (const blob of [image.config, ...image.layers]) store.putBlob(repository, blob);
  const { digest } = store.putManifest(repository, "latest", image.manifest);
  store.setTag(repository, `1.0.${number}`, digest);
  if (number % 3 === 2) store.deleteManifest(repository, digest);
  if (number % 10 === 9) store.deleteRepository(repository);
  process.stdout.write(`${number}\n`);
}
