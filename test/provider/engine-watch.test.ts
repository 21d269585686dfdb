import { watchEngine } from "../../provider/engine-watch";

test("the plugin is told once when its parent has changed, and not before", () => {
  jest.useFakeTimers();
  let parent = 100;
  const gone = jest.fn();
  watchEngine(gone, () => parent);
  jest.advanceTimersByTime(5_000);
  expect(gone).not.toHaveBeenCalled();
  parent = 1;
  jest.advanceTimersByTime(5_000);
  expect(gone).toHaveBeenCalledTimes(1);
  jest.useRealTimers();
});
