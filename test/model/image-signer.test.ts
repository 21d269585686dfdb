import { imageSigner } from "../../model/image-signer";

const issuer = "https://token.actions.githubusercontent.com";
const trustedRoot = { file: "trusted_root.json", digest: `sha256:${"c".repeat(64)}` };
const identities = {
  "iam/*": { identity: "iam's workflow" },
  "utility/cache": {
    identity: "cache's workflow",
    source: "https://github.com/contoso/cache@refs/heads/main",
  },
};

test("a key signs every repository", () => {
  expect(imageSigner({ publicKey: "the key" }, "iam/auth-service")).toEqual({ publicKey: "the key" });
});

test.each([
  ["iam/auth-service", "iam/*"],
  ["iam/deep/down", "iam/*"],
  ["utility/cache", "utility/cache"],
] as const)("%s is signed by whom %s names", (repository, pattern) => {
  expect(imageSigner({ keyless: { issuer, identities, trustedRoot } }, repository)).toEqual({
    keyless: { issuer, ...identities[pattern], trustedRoot },
  });
});

test.each(["utility/other", "iam", "iamb/auth-service", "iam/../utility/cache", "iam/Auth"])(
  "nobody signs %s",
  (repository) => {
    expect(imageSigner({ keyless: { issuer, identities, trustedRoot } }, repository)).toBeUndefined();
  },
);

test("without a word on signatures nobody signs", () => {
  expect(imageSigner({}, "iam/auth-service")).toBeUndefined();
});
