import { Patience } from "../../../provider/azure/patience";
import { CloudError } from "../../../provider/errors";

const late =
  "Run this as an identity of the matrix that may; a role that it got less than 10 minutes ago may not have taken effect yet: " +
  "then run this again";

function patience() {
  const waited: number[] = [];
  const pause = async (milliseconds: number): Promise<void> => {
    waited.push(milliseconds);
    jest.setSystemTime(Date.now() + milliseconds);
  };
  return { waited, patience: new Patience(pause) };
}

beforeAll(() => jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] }));
afterAll(() => jest.useRealTimers());

const refusal = (status = 403) =>
  new CloudError("importing a failed: 403 AuthorizationFailed", { status, fix: "Pray" });
const refusing = () => Promise.reject(refusal());

test.each([401, 403])("a refusal (%s) that ends in time was none", async (status) => {
  const { waited, patience: doubting } = patience();
  let refusals = 3;
  const action = () => (refusals-- > 0 ? Promise.reject(refusal(status)) : Promise.resolve("done"));
  expect(await doubting.withRole("prod", action)).toBe("done");
  expect(waited).toHaveLength(3);
});

test("one that goes on is an error in one line, which names the roles that take effect late", async () => {
  const { waited, patience: doubting } = patience();
  await expect(doubting.withRole("prod", refusing)).rejects.toMatchObject({
    message: `importing a failed: 403 AuthorizationFailed. ${late}`,
    status: 403,
  });
  const sum = waited.reduce((total, one) => total + one, 0);
  expect(sum).toBeGreaterThanOrEqual(11_000);
  expect(sum).toBeLessThanOrEqual(19_000);
});

test("a place is doubted once, and another one for itself", async () => {
  const { waited, patience: doubting } = patience();
  await expect(doubting.withRole("prod", refusing)).rejects.toThrow(late);
  jest.setSystemTime(Date.now() + 15_000);
  waited.length = 0;
  await expect(doubting.withRole("prod", refusing)).rejects.toThrow(late);
  expect(waited).toEqual([]);
  await expect(doubting.withRole("staging", refusing)).rejects.toThrow(late);
  expect(waited).toHaveLength(5);
});

test("what is no refusal is not doubted", async () => {
  const { waited, patience: doubting } = patience();
  const conflict = new CloudError("the tag exists", { status: 409 });
  await expect(doubting.withRole("prod", () => Promise.reject(conflict))).rejects.toBe(conflict);
  expect(waited).toEqual([]);
});
