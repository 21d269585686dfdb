import { askedImage } from "../../../cli/inspect/reference";
import { loadSettings, openProject } from "../../../cli/project";
import { digest, temporaryProject } from "../support/project";

const { path } = loadSettings(openProject(temporaryProject()), "prod");
const asked = (text: string) => {
  const { registry, ...rest } = askedImage(text, path);
  return { environment: registry.name, ...rest };
};

test("an image is named by registry, repository and digest, as a reference is", () => {
  expect(asked(`contosoprod.azurecr.io/iam/auth-service@${digest("a")}`)).toEqual({
    environment: "prod",
    repository: "iam/auth-service",
    reference: digest("a"),
  });
});

test("a tag stands in the digest's place, and beside it plays no part", () => {
  expect(asked("contosodev.azurecr.io/iam/auth-service:latest-dev").reference).toBe("latest-dev");
  expect(asked(`contosodev.azurecr.io/iam/auth-service:1.0.0@${digest("a")}`).reference).toBe(digest("a"));
});

test("no token goes to a registry that isn't the project's", () => {
  expect(() => asked(`contosoprod.azurecr.io.example.com/iam/auth-service@${digest("a")}`)).toThrow(
    "contosoprod.azurecr.io.example.com is no registry of this project (Pulumi.yaml: path). Its registries are contosodev.azurecr.io, contosostaging.azurecr.io, contosoprod.azurecr.io",
  );
});

test.each([
  [
    "iam/auth-service@sha256:abc",
    'malformed image reference "iam/auth-service@sha256:abc": its digest is not "sha256:" and 64 lower-case hexadecimal digits',
  ],
  [
    "contosoprod.azurecr.io/iam/auth-service",
    "contosoprod.azurecr.io/iam/auth-service names no digest. Write <registry host>/<repository>@sha256:<64 hexadecimal digits>",
  ],
])("%s is refused in one line", (text, message) => {
  expect(() => asked(text)).toThrow(message);
});
