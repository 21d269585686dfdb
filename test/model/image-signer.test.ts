import { imageSigner } from "../../model/image-signer";

const issuer = "https://token.actions.githubusercontent.com";
const trustedRoot = { file: "trusted_root.json", digest: `sha256:${"c".repeat(64)}` };
const identities = { "iam/*": "iam's workflow", "utility/cache": "cache's workflow" };

test("a key signs every repository", () => {
  expect(imageSigner({ publicKey: "the key" }, "iam/auth-service")).toEqual({ publicKey: "the key" });
});

test.each([
  ["iam/auth-service", "iam's workflow"],
  ["iam/deep/down", "iam's workflow"],
  ["utility/cache", "cache's workflow"],
])("%s is signed by %s", (repository, identity) => {
  expect(imageSigner({ keyless: { issuer, identities, trustedRoot } }, repository)).toEqual({
    keyless: { issuer, identity, trustedRoot },
  });
});

test.each(["utility/other", "iam", "iamb/auth-service"])("nobody signs %s", (repository) => {
  expect(imageSigner({ keyless: { issuer, identities, trustedRoot } }, repository)).toBeUndefined();
});

test("without a word on signatures nobody signs", () => {
  expect(imageSigner({}, "iam/auth-service")).toBeUndefined();
});
