import * as fc from "fast-check";
import { isEnvironmentName } from "../../../model/promotion-path";
import {
  gitHubAccount,
  isReleaseVersion,
  parseReleaseVersion,
  registryAccount,
  releaseStack,
  stageOfGitHubAccount,
  stageOfRegistryAccount,
  versionOfStack,
} from "../../../model/release/names";
import { approvingRoles, stageAfter, stageNamed, stagesOf, stageTag } from "../../../model/release/stages";
import { path, pathOf } from "./world";

const part = fc.integer({ min: 0, max: 99_999 });
const version = fc.tuple(part, part, part).map((parts) => `v${parts.join(".")}`);
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);
const environment = fc
  .array(word, { minLength: 1, maxLength: 3 })
  .map((words) => words.join("-"))
  .filter(isEnvironmentName);

test.each(["0.0.1", "v0.0", "v0.0.1-rc1", "v00.0.1", "v0.0.1\n", "v100000.0.0", "v0.0.1.2", "V0.0.1", ""])(
  "%j is the version of no release",
  (text) => {
    expect(isReleaseVersion(text)).toBe(false);
    expect(() => parseReleaseVersion(text)).toThrow(
      `${JSON.stringify(text)} is not the version of a release. Write v<major>.<minor>.<patch>, such as v0.0.1, with five digits at most in each number`,
    );
  },
);

test("the accounts of a stage", () => {
  const stage = { version: "v0.0.1", environment: "qa" };
  expect(gitHubAccount(stage)).toBe("v0.0.1-qa-gh-sa");
  expect(registryAccount(stage)).toBe("v0-0-1-qa-acr-sa");
});

test("every name of an account says whose it is, and Azure takes it for a token", () => {
  fc.assert(
    fc.property(version, environment, (release, name) => {
      const stage = { version: release, environment: name };
      expect(registryAccount(stage)).toMatch(/^[a-zA-Z0-9-]{5,50}$/);
      expect(stageOfRegistryAccount(registryAccount(stage))).toEqual(stage);
      expect(stageOfGitHubAccount(gitHubAccount(stage))).toEqual(stage);
      expect(versionOfStack(releaseStack(release))).toBe(release);
    }),
  );
});

test.each(["v0-0-1-qa", "v0-0-acr-sa", "v0-0-1-QA-acr-sa", "x-v0-0-1-qa-acr-sa", "v00-0-1-qa-acr-sa", "ci"])(
  "%s is no release's token",
  (name) => expect(stageOfRegistryAccount(name)).toBeUndefined(),
);

test.each(["v0.0.1-gh-sa", "v0.0-qa-gh-sa", "sp-contoso-prod-pipeline", "v0.0.1-qa-acr-sa"])(
  "%s is no release's application",
  (name) => expect(stageOfGitHubAccount(name)).toBeUndefined(),
);

test.each(["release-", "release-v0.0", "prod", "v0.0.1"])("stack %s is of no release", (stack) =>
  expect(versionOfStack(stack)).toBeUndefined(),
);

describe("stages", () => {
  test("are the environments after the first; the last one's tag is the version alone", () => {
    expect(
      stagesOf(path).map((stage) => [stage.environment.name, stage.isLast, stageTag("v0.0.1", stage)]),
    ).toEqual([
      ["qa", false, "v0.0.1-qa"],
      ["uat", false, "v0.0.1-uat"],
      ["prod", true, "v0.0.1"],
    ]);
    expect(stageAfter(path, "qa")?.environment.name).toBe("uat");
    expect(stageAfter(path, "prod")).toBeUndefined();
  });

  test("the first environment is none", () => {
    expect(() => stageNamed(path, "dev")).toThrow(
      "dev is the first environment of the path, and no stage of a release. Stages are qa, uat, prod",
    );
    expect(() => stageNamed(path, "staging")).toThrow('unknown environment "staging"');
  });

  test("the managers of the stages up to it approve, and for the last one those of every environment before it", () => {
    expect(approvingRoles(path, "qa")).toEqual(["qa"]);
    expect(approvingRoles(path, "uat")).toEqual(["qa", "uat"]);
    expect(approvingRoles(path, "prod")).toEqual(["dev", "qa", "uat"]);
    expect(approvingRoles(pathOf("dev", "staging", "prod"), "prod")).toEqual(["dev", "staging"]);
  });
});
