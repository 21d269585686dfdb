import { retry, retryAfter, Transient } from "../../provider/retry";

function waits() {
  const waited: number[] = [];
  return { waited, pause: async (milliseconds: number) => void waited.push(milliseconds) };
}

test("what may pass is tried again, after longer and longer waits, and then given up", async () => {
  const { waited, pause } = waits();
  let tries = 0;
  const failing = () => Promise.reject(new Transient(new Error(`try ${++tries}`)));
  await expect(retry(failing, { pause, attempts: 5, firstDelay: 100 })).rejects.toThrow("try 5");
  expect(waited).toHaveLength(4);
  waited.forEach((wait, index) => {
    expect(wait).toBeGreaterThanOrEqual(75 * 2 ** index);
    expect(wait).toBeLessThanOrEqual(125 * 2 ** index);
  });
});

test("the server's own wish is heeded, however long a try would wait by itself", async () => {
  const { waited, pause } = waits();
  const wishes = [1_500, 60_000];
  const action = () =>
    wishes.length > 0
      ? Promise.reject(new Transient(new Error("busy"), wishes.shift()))
      : Promise.resolve("done");
  expect(await retry(action, { pause, longestDelay: 20_000 })).toBe("done");
  expect(waited).toEqual([1_500, 60_000]);
});

test("who is asked for more than two minutes gives up at once", async () => {
  const { waited, pause } = waits();
  const action = () => Promise.reject(new Transient(new Error("busy"), 120_001));
  await expect(retry(action, { pause })).rejects.toThrow("busy");
  expect(waited).toEqual([]);
});

test("any other error is final", async () => {
  const { waited, pause } = waits();
  await expect(retry(() => Promise.reject(new Error("denied")), { pause })).rejects.toThrow("denied");
  expect(waited).toEqual([]);
});

test("Retry-After is read in both of its forms", () => {
  expect(retryAfter("7")).toBe(7_000);
  expect(retryAfter("Thu, 01 Jan 1970 00:00:30 GMT", 10_000)).toBe(20_000);
  expect(retryAfter("Thu, 01 Jan 1970 00:00:05 GMT", 10_000)).toBe(0);
  expect(retryAfter("soon")).toBeUndefined();
  expect(retryAfter(null)).toBeUndefined();
});
