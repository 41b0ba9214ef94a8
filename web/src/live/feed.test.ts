import { expect, test } from "vitest";
import { Feed, type StreamItem } from "./feed.ts";
import { cursorOf } from "./reference.ts";

interface Numbered extends StreamItem {
  readonly number: number;
}

/** A feed whose frames a test runs, and in which each item takes a millisecond. */
function feed() {
  const frames: (() => void)[] = [];
  const applied: number[] = [];
  const reached: string[] = [];
  const failures: unknown[] = [];
  let [time, batches] = [0, 0];
  const subject = new Feed<Numbered>({
    apply: (item) => {
      time++;
      if (item.number === 13) throw new Error("unlucky");
      applied.push(item.number);
    },
    batch: (run) => {
      batches++;
      run();
    },
    failed: (error) => failures.push(error),
    reached: (cursor) => reached.push(cursor),
    schedule: (run) => frames.push(run),
    now: () => time,
  });
  const add = (number: number, cursor?: string) =>
    subject.add({ __typename: "Event", number, ...(cursor !== undefined && { cursor }) });
  return { subject, frames, applied, reached, failures, add, batches: () => batches };
}

test("items are applied in order, a few in each frame", () => {
  const f = feed();
  for (let n = 1; n <= 10; n++) f.add(n, cursorOf(n));
  expect(f.applied).toEqual([]);
  expect(f.frames).toHaveLength(1);
  f.frames.shift()!();
  expect(f.applied).toEqual([1, 2, 3, 4]);
  expect(f.reached).toEqual([cursorOf(4)]);
  while (f.frames.length > 0) f.frames.shift()!();
  expect(f.applied).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(f.reached.at(-1)).toBe(cursorOf(10));
  expect(f.batches()).toBe(3);
});

test("an item without a cursor does not move the position", () => {
  const f = feed();
  f.add(1, cursorOf(1));
  f.add(2);
  f.frames.shift()!();
  expect(f.applied).toEqual([1, 2]);
  expect(f.reached).toEqual([cursorOf(1)]);
});

test("what waits is dropped when everything is read afresh", () => {
  const f = feed();
  f.add(1, cursorOf(1));
  f.subject.clear();
  f.frames.shift()!();
  expect(f.applied).toEqual([]);
  f.add(2, cursorOf(2));
  f.frames.shift()!();
  expect(f.applied).toEqual([2]);
});

test("an item that cannot be applied does not stop those after it", () => {
  const f = feed();
  for (const n of [12, 13, 14]) f.add(n, cursorOf(n));
  f.frames.shift()!();
  expect(f.applied).toEqual([12, 14]);
  expect(f.failures).toHaveLength(1);
  expect(f.reached).toEqual([cursorOf(14)]);
});
