import fc from "fast-check";
import { expect, test } from "vitest";
import { cursorOf } from "./reference.ts";
import { isGap, Timeline, type TimelinePage } from "./timeline.ts";

const runs = Number(process.env["FOYER_RUNS"] ?? 1000);

/** Returns what `timeline(last:, before:)` returns of a log: those of the conversation have even numbers. */
function page(head: number, size: number, before: string | null): TimelinePage {
  const numbers: number[] = [];
  for (let n = 1; n <= head; n++) if (n % 2 === 0) numbers.push(n);
  const older = numbers.filter((n) => before === null || n < Number(before.slice(1)));
  const found = older.slice(-size);
  return {
    edges: found.map((n) => ({ cursor: `p${n}`, node: { cursor: cursorOf(n) } })),
    pageInfo: { hasPreviousPage: older.length > found.length, hasNextPage: false },
  };
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("happen" as const), count: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("fill" as const), which: fc.nat(3), size: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose" as const), count: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("arrive" as const) }) },
);

test("a timeline has every event of the server between its gaps, and no event outside", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), (steps) => {
      let [head, position] = [20, 20];
      const timeline = new Timeline();
      const answers: { answer: TimelinePage; before: string | null }[] = [{ answer: page(head, 3, null), before: null }];
      const deliver = (count: number, seen: boolean) => {
        for (; count > 0 && position < head; count--) {
          position++;
          if (seen && position % 2 === 0) timeline.happen({ cursor: cursorOf(position) });
        }
      };
      const arrive = () => {
        const next = answers.shift();
        if (next) timeline.add(next.answer, next.before);
      };
      const fill = (which: number, size: number) => {
        const gaps = timeline.items.filter(isGap);
        const gap = gaps[which % Math.max(1, gaps.length)];
        if (gap) answers.push({ answer: page(head, size, gap.before), before: gap.before });
      };
      for (const s of steps) {
        if (s.kind === "happen") head += s.count;
        if (s.kind === "deliver") deliver(s.count, true);
        if (s.kind === "fill") fill(s.which, s.size);
        if (s.kind === "arrive") arrive();
        if (s.kind === "lose") {
          deliver(s.count, false);
          answers.splice(0); // what was under way is asked for again
          timeline.interrupt();
          answers.push({ answer: page(head, 3, null), before: null });
        }
      }
      while (answers.length > 0) arrive();
      deliver(Infinity, true);
      check(timeline, position);
      for (let rounds = 0; timeline.items.some(isGap); rounds++) {
        expect(rounds).toBeLessThan(200);
        fill(0, 5);
        arrive();
      }
      check(timeline, position);
      expect(timeline.items).toHaveLength(Math.floor(position / 2));
    }),
    { numRuns: runs },
  );
}, 600_000);

/** Checks that the events between two gaps are all that the log has there. */
function check(timeline: Timeline, head: number): void {
  let expected: number | null = null;
  for (const item of timeline.items) {
    if (isGap(item)) {
      expected = null;
      continue;
    }
    const number = Number(item.cursor.slice(2));
    if (expected !== null) expect(number).toBe(expected);
    expected = number + 2;
  }
  if (expected !== null) expect(expected).toBeGreaterThan(head);
}

test("an event that arrives before the page it belongs behind is shown once", () => {
  const timeline = new Timeline();
  timeline.happen({ cursor: cursorOf(4) });
  timeline.happen({ cursor: cursorOf(6) });
  timeline.add(page(5, 10, null), null);
  expect(timeline.items.map((i) => ("cursor" in i ? i.cursor : null))).toEqual([2, 4, 6].map(cursorOf));
});
