import { growth, interleaved, median, ratios, spread } from "../bench/statistics";
import { figure, megabytes, multiple, ranged, seconds } from "../bench/units";

describe("statistics", () => {
  test("the median is the middle value, or between the two in the middle, in whatever order", () => {
    expect([median([3]), median([9, 1, 5]), median([4, 1, 3, 10])]).toEqual([3, 5, 3.5]);
    expect(() => median([])).toThrow(new RangeError("no values"));
  });

  test("numbers are no words: 10 comes after 9", () => {
    expect(median([10, 9, 8])).toBe(9);
  });

  test("a spread is the median with the ends", () => {
    expect(spread([2, 8, 4])).toEqual({ median: 4, low: 2, high: 8 });
  });

  test("ratios are taken round by round", () => {
    expect(ratios([3, 10], [2, 5])).toEqual([1.5, 2]);
    expect(() => ratios([1, 2], [1])).toThrow(new RangeError("2 values against 1"));
  });

  test("growth is what one more adds", () => {
    expect(growth({ size: 10, value: 3 }, { size: 110, value: 53 })).toBe(0.5);
  });

  test("tasks take turns, and none always follows the same one", async () => {
    const order: string[] = [];
    const task = (name: string) => async () => order.push(name);
    const found = await interleaved(3, { a: task("a"), b: task("b"), c: task("c") });
    expect(order.join("")).toBe("abcbcacab");
    expect(found).toEqual({ a: [1, 6, 8], b: [2, 4, 9], c: [3, 5, 7] });
  });
});

describe("figures", () => {
  test("have three digits that count", () => {
    expect([0, 0.012345, 1.2345, 12.345, 123.45, 12345].map(figure)).toEqual([
      "0",
      "0.0123",
      "1.23",
      "12.3",
      "123",
      "12345",
    ]);
  });

  test("have their unit", () => {
    expect([seconds(0.0421), seconds(1.5), seconds(-0.2)]).toEqual(["42.1 ms", "1.50 s", "-200 ms"]);
    expect(megabytes(3 * 1024 ** 2)).toBe("3.00 MB");
    expect(ranged({ median: 1.25, low: 1, high: 2 }, multiple)).toBe("1.25× (1.00× – 2.00×)");
  });
});
