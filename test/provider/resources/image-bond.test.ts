import { UserError } from "../../../model/errors";
import { UNKNOWN } from "../../../provider/properties";
import { bondFailures, requireBond } from "../../../provider/resources/image-bond";

const entering = {
  repository: "iam/auth-service",
  digest: `sha256:${"a".repeat(64)}`,
  environment: "prod",
  loginServer: "contosoprod.azurecr.io",
};
const image = `${entering.repository}@${entering.digest}`;
const elsewhere = { environment: "staging" };
const reason = expect.stringMatching(`^${image} is built for "staging"`) as string;

test("an image that is bound to where it enters, or to nothing, may enter", () => {
  for (const labels of [{}, { environment: "prod", registry: "contosoprod.azurecr.io" }]) {
    expect(bondFailures(labels, entering)).toEqual([]);
    expect(() => requireBond(labels, entering)).not.toThrow();
  }
});

test("one that is bound elsewhere is refused in the same words at preview and in the update", () => {
  const [failure, ...more] = bondFailures(elsewhere, entering);
  expect([failure, more]).toEqual([{ property: "digest", reason }, []]);
  expect(() => requireBond(elsewhere, entering)).toThrow(
    new UserError({ what: failure.reason, exitCode: 1 }),
  );
});

test("where it enters may not be known yet", () => {
  expect(bondFailures(elsewhere, { ...entering, loginServer: UNKNOWN })).toEqual([]);
});
