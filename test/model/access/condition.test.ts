import fc from "fast-check";
import {
  administratorCondition,
  ConditionSyntaxError,
  evaluateCondition,
  parseCondition,
  repositoryCondition,
  repositoryPatterns,
} from "../../../model/access/condition";
import { repositoryDataActions } from "../../../model/access/roles";
import { patternContains } from "../../../model/access/tokens";
import { onestreamprod } from "./world";

const { contentRead, contentWrite, metadataRead } = repositoryDataActions;
const request = (action: string, repository?: string) => ({
  plane: "data" as const,
  action,
  scope: onestreamprod,
  repository,
});

test("a repository condition has the shape that Azure documents", () => {
  expect(repositoryCondition([contentRead, metadataRead], ["iam/*", "utility/clock"])).toBe(
    "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'}) AND " +
      "!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'})) OR " +
      "(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'iam/' OR " +
      "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'utility/clock'))",
  );
});

test("an administrator's condition has the shape that Azure documents", () => {
  expect(administratorCondition(["AAAAAAAA-0000-4000-8000-000000000001"])).toBe(
    "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR " +
      "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {aaaaaaaa-0000-4000-8000-000000000001})) AND " +
      "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR " +
      "(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {aaaaaaaa-0000-4000-8000-000000000001}))",
  );
});

test("an action that the condition does not list stays registry-wide", () => {
  const condition = parseCondition(repositoryCondition([contentRead], ["iam/*"]));
  expect(evaluateCondition(condition, request(contentWrite, "utility/clock"))).toBe(true);
  expect(evaluateCondition(condition, request(contentRead, "utility/clock"))).toBe(false);
});

test.each([
  ["@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'iam/X'", "iam/x", false],
  [
    "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'iam/X'",
    "iam/x",
    true,
  ],
  [
    "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringNotEquals 'iam/x'",
    "iam/x",
    false,
  ],
  [
    "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringNotStartsWith 'iam/'",
    "utility/x",
    true,
  ],
  [
    "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringLike 'iam/*-service'",
    "iam/auth-service",
    true,
  ],
  ["@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringLike 'iam/?'", "iam/ab", false],
  [
    "@Request[Microsoft.ContainerRegistry/registries/repositories:name] ForAnyOfAnyValues:StringEquals {'a', 'b'}",
    "b",
    true,
  ],
  [
    "@Request[Microsoft.ContainerRegistry/registries/repositories:name] ForAnyOfAllValues:StringNotEquals {'a', 'b'}",
    "b",
    false,
  ],
  ["@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'it''s'", "it's", true],
  ["Exists @Request[Microsoft.ContainerRegistry/registries/repositories:name]", "a", true],
  [
    "NOT (ActionMatches{'*/content/read'}) || ActionMatches{'*'} && ActionMatches{'microsoft.containerregistry/*'}",
    "a",
    true,
  ],
  ["@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Project] StringEquals 'x'", "a", undefined],
  ["SubOperationMatches{'Blob.List'} AND ActionMatches{'nothing'}", "a", false],
  ["SubOperationMatches{'Blob.List'} OR ActionMatches{'nothing'}", "a", undefined],
] as const)("%s for %s is %s", (text, repository, expected) => {
  expect(evaluateCondition(parseCondition(text), request(contentRead, repository))).toBe(expected);
});

test("an attribute that the request does not state is unknown, negated or not", () => {
  const text = "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'a'";
  expect(evaluateCondition(parseCondition(text), request(contentRead))).toBeUndefined();
  expect(evaluateCondition(parseCondition(`!(${text})`), request(contentRead))).toBeUndefined();
});

test.each([
  ["", "expected an attribute at character 0, found the end"],
  ["(ActionMatches{'a'}", "expected ) at character 19, found the end"],
  [
    "ActionMatches{'a'} ActionMatches{'b'}",
    "expected AND, OR or the end at character 19, found ActionMatches",
  ],
  ["ActionMatches{'a'", "expected } at character 17, found the end"],
  ["@Request[a:b] DateTimeAfter '2026'", "operator DateTimeAfter is not supported"],
  ["@Request[a:b] StringEquals", "expected a value at character 26, found the end"],
  ["ActionMatches{'a} OR", "unreadable at character 14"],
])("%p can't be read", (text, message) => {
  expect(() => parseCondition(text)).toThrow(new ConditionSyntaxError(message));
});

const segment = fc.stringMatching(/^[a-z0-9]{1,4}$/);
const repository = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const pattern = fc.oneof(
  repository,
  repository.map((name) => `${name}/*`),
);
const patterns = fc.uniqueArray(pattern, { minLength: 1, maxLength: 4 });

test("a condition says the same as its patterns", () => {
  fc.assert(
    fc.property(patterns, repository, (list, name) => {
      const condition = parseCondition(repositoryCondition([contentRead], list));
      const inside = list.some((one) => patternContains(one, name));
      expect(evaluateCondition(condition, request(contentRead, name))).toBe(inside);
    }),
  );
});

test("a condition gives back the patterns it was made of", () => {
  fc.assert(
    fc.property(patterns, (list) => {
      const condition = parseCondition(repositoryCondition([contentRead], list));
      expect(repositoryPatterns(condition, request(contentRead)).map((found) => found.pattern)).toEqual(list);
      expect(repositoryPatterns(condition, request(contentWrite)).map((found) => found.pattern)).toEqual([
        "*",
      ]);
    }),
  );
});

test("no text is read as a condition by accident or crashes the reader", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."(){}!'@[]:, ANDORabc{}") }), (text) => {
      try {
        parseCondition(text);
      } catch (error) {
        expect(error).toBeInstanceOf(ConditionSyntaxError);
      }
    }),
  );
});
