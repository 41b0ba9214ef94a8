import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConversationFilter } from "../api/schema.ts";
import { idOf, refOf, type Cursor, type Ref } from "./entity.ts";
import { comparePlaces, type Order, type Place } from "./order.ts";
import { cursorOf, Reference, type Row } from "./reference.ts";
import { Store } from "./store.ts";
import { Window, type Page } from "./window.ts";

const runs = Number(process.env["FOYER_RUNS"] ?? 1000);

const filters: readonly ConversationFilter[] = [
  { status: "OPEN" },
  { status: "OPEN", unassigned: true },
  { assigneeIds: ["agt_1"], status: "OPEN" },
  { teamIds: ["team_1", "team_2"] },
  { status: "CLOSED" },
  { waiting: true, priorities: ["HIGH", "NORMAL"] },
  { snoozed: false, queued: true },
];
const orders: readonly Order[] = ["LAST_ACTIVITY", "LONGEST_WAITING", "NEWEST"];

const change = fc.oneof(
  fc.constantFrom("team_1", "team_2", "team_hidden", null).map((team) => (row: Row) => void (row.team = team)),
  fc.constantFrom("agt_1", "agt_2", null).map((assignee) => (row: Row) => void (row.assignee = assignee)),
  fc.constantFrom("OPEN" as const, "CLOSED" as const).map((status) => (row: Row) => void (row.status = status)),
  fc.constantFrom("LOW", "NORMAL", "HIGH").map((priority) => (row: Row) => void (row.priority = priority)),
  fc.boolean().map((waits) => (row: Row, now: string) => void (row.waitingSince = waits ? (row.waitingSince ?? now) : null)),
  fc.boolean().map((queued) => (row: Row, now: string) => void (row.queuedAt = queued ? now : null)),
  fc.boolean().map((snoozed) => (row: Row, now: string) => void (row.snoozedUntil = snoozed ? now : null)),
  fc.constant((row: Row, now: string) => void (row.lastActivityAt = now)),
  fc.constantFrom("a", "b").map((summary) => (row: Row) => void (row.summary = summary)),
);

type Step =
  | { readonly kind: "change"; readonly number: number; readonly how: (row: Row, now: string) => void }
  | { readonly kind: "deliver"; readonly count: number; readonly late: boolean }
  | { readonly kind: "ask"; readonly window: number; readonly again: boolean }
  | { readonly kind: "answer"; readonly window: number }
  | { readonly kind: "look"; readonly number: number }
  | { readonly kind: "see"; readonly which: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("change" as const), number: fc.integer({ min: 1, max: 12 }), how: change }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("deliver" as const), count: fc.integer({ min: 1, max: 6 }), late: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("ask" as const), window: fc.nat(2), again: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("answer" as const), window: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("look" as const), number: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("see" as const), which: fc.nat(5) }) },
);

/** A tab: it follows the log, and asks for pages whose answers arrive at some later time. */
class Tab {
  readonly store = new Store();
  readonly windows: Window[];
  private readonly asked = new Map<number, { page: Page; asOf: Cursor; after: string | null }>();
  /** How far each window has been read. */
  private readonly read = new Map<number, { bound: Place | null; toEnd: boolean }>();
  private readonly looks: { copy: object; asOf: Cursor }[] = [];
  private position = 0;

  constructor(
    private readonly server: Reference,
    lists: readonly (readonly [ConversationFilter, Order])[],
  ) {
    this.windows = lists.map(([filter, order]) => new Window(this.store, filter, order));
  }

  take(step: Step): void {
    switch (step.kind) {
      case "change":
        return this.server.change(step.number, step.how);
      case "deliver":
        return this.store.batch(() => {
          for (let i = 0; i < step.count; i++) this.deliver(step.late);
        });
      case "ask":
        return this.ask(step.window, step.again);
      case "answer":
        return this.answer(step.window);
      case "look": {
        const row = this.server.rows.get(`cnv_${step.number}`);
        if (row && this.server.sees(row)) this.looks.push({ copy: this.server.copy(row, ["team", "lastActivityAt"]), asOf: this.server.head });
        return;
      }
      case "see": {
        const [look] = this.looks.splice(step.which, 1);
        if (look) this.store.write(look.copy, look.asOf);
      }
    }
  }

  /** Everything that is under way arrives. */
  finish(): void {
    for (const look of this.looks.splice(0)) this.store.write(look.copy, look.asOf);
    this.windows.forEach((_, i) => this.answer(i));
    while (this.position < this.server.log.length) this.deliver(false);
  }

  /** Returns what a window must show: the server's list, as far as it was read. */
  expected(i: number): Ref[] {
    const { filter, order } = this.windows[i]!;
    const read = this.read.get(i);
    const all = read ? this.server.list(filter, order) : [];
    const shown = all.filter(({ place }) => read!.toEnd || (read!.bound && comparePlaces(place, read!.bound, order) <= 0));
    return shown.map(({ row }) => refOf("Conversation", row.id));
  }

  /** The next event, with the conversation as it was then, or as it is now if the event is delivered late. */
  private deliver(late: boolean): void {
    const entry = this.server.log[this.position];
    if (!entry) return;
    this.position++;
    const row = this.server.rows.get(entry.id)!;
    if (entry.hidden || !this.server.sees(row)) {
      if (entry.hidden) this.store.forget(refOf("Conversation", entry.id), entry.cursor);
      return;
    }
    if (late || row.revision === entry.cursor) this.store.write(this.server.copy(row, ["summary"]), entry.cursor);
  }

  private ask(i: number, again: boolean): void {
    const window = this.windows[i]!;
    if (this.asked.has(i)) return;
    const after = again ? null : window.after;
    this.asked.set(i, { page: this.server.page(window.filter, window.order, 4, after), asOf: this.server.head, after });
  }

  private answer(i: number): void {
    const answer = this.asked.get(i);
    if (!answer) return;
    this.asked.delete(i);
    const last = answer.page.nodes.at(-1);
    const bound = last ? (JSON.parse(answer.page.endCursor!) as Place) : answer.after ? (this.read.get(i)?.bound ?? null) : null;
    this.read.set(i, { bound, toEnd: !answer.page.hasNextPage });
    this.windows[i]!.add(answer.page, answer.asOf, answer.after);
  }
}

describe("Store", () => {
  test("lists equal those of the server, however snapshots and events interleave", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 10, maxLength: 120 }),
        fc.array(fc.tuple(fc.constantFrom(...filters), fc.constantFrom(...orders)), { minLength: 3, maxLength: 3 }),
        (steps, lists) => {
          const server = new Reference(new Set(["team_1", "team_2"]));
          const tab = new Tab(server, lists);
          for (const s of steps) tab.take(s);
          tab.finish();
          tab.windows.forEach((window, i) => expect(window.rows).toEqual(tab.expected(i)));
          for (const ref of tab.store.all("Conversation")) {
            const [row, view] = [server.rows.get(idOf(ref))!, tab.store.get(ref)!];
            if (!server.sees(row)) throw new Error(`${ref} is known but must not be seen`);
            const want = server.view(row);
            for (const field of Object.keys(view) as (keyof typeof view)[]) {
              if (!tab.store.isStale(ref, field)) expect([ref, field, view[field]]).toEqual([ref, field, want[field]]);
            }
          }
        },
      ),
      { numRuns: runs },
    );
  }, 600_000);

  const older = { __typename: "Conversation", id: "cnv_1", revision: cursorOf(1), status: "OPEN", summary: "old" };
  const newer = { __typename: "Conversation", id: "cnv_1", revision: cursorOf(2), status: "CLOSED" };
  const ref = refOf("Conversation", "cnv_1");

  test("an older copy only fills in what is missing", () => {
    const store = new Store();
    store.write(newer, cursorOf(2));
    store.write(older, cursorOf(1));
    expect(store.get(ref)).toMatchObject({ status: "CLOSED", summary: "old" });
    expect(store.isStale(ref, "summary")).toBe(true);
    expect(store.isStale(ref, "status")).toBe(false);
  });

  test("a field that a newer copy does not have is stale until it is read again", () => {
    const store = new Store();
    store.write(older, cursorOf(1));
    store.write(newer, cursorOf(2));
    expect(store.isStale(ref, "summary")).toBe(true);
    store.write({ ...newer, summary: "new" }, cursorOf(2));
    expect(store.isStale(ref, "summary")).toBe(false);
    expect(store.get(ref)).toMatchObject({ summary: "new" });
  });

  test("of a field that depends on the viewer the newest read counts, whatever the revision", () => {
    const store = new Store();
    store.write({ ...newer, unread: false }, cursorOf(9));
    store.write({ ...newer, unread: true }, cursorOf(5));
    expect(store.get(ref)).toMatchObject({ unread: false });
  });

  test("what is hidden comes back only with what was read later", () => {
    const store = new Store();
    store.write(older, cursorOf(1));
    store.forget(ref, cursorOf(3));
    store.write(newer, cursorOf(2));
    expect(store.get(ref)).toBeUndefined();
    store.write({ ...newer, revision: cursorOf(4) }, cursorOf(4));
    expect(store.get(ref)).toMatchObject({ status: "CLOSED" });
  });

  test("a view is the same object until something in it changes", () => {
    const store = new Store();
    store.write(newer, cursorOf(2));
    const before = store.get(ref);
    let calls = 0;
    store.subscribe(ref, () => calls++);
    store.write(newer, cursorOf(2));
    expect(store.get(ref)).toBe(before);
    expect(calls).toBe(0);
    store.batch(() => {
      store.write({ ...newer, status: "OPEN", revision: cursorOf(3) }, cursorOf(3));
      store.write({ ...newer, status: "CLOSED", revision: cursorOf(4) }, cursorOf(4));
    });
    expect(store.get(ref)).not.toBe(before);
    expect(calls).toBe(1);
  });

  test("a patch shows until it is taken back, whatever arrives meanwhile", () => {
    const store = new Store();
    store.write(older, cursorOf(1));
    const takeBack = store.patch(ref, { status: "CLOSED" });
    store.write({ ...older, summary: "new" }, cursorOf(1));
    expect(store.get(ref)).toMatchObject({ status: "CLOSED", summary: "new" });
    takeBack();
    expect(store.get(ref)).toMatchObject({ status: "OPEN" });
  });

  test("objects inside objects are stored once", () => {
    const store = new Store();
    const contact = { __typename: "Contact", id: "con_1", revision: cursorOf(1), displayName: "Ana" };
    store.write({ ...newer, contact }, cursorOf(2));
    expect(store.get(ref)!["contact"]).toBe(refOf("Contact", "con_1"));
    store.write({ ...contact, revision: cursorOf(3), displayName: "Ana B." }, cursorOf(3));
    expect(store.get(refOf("Contact", "con_1"))).toMatchObject({ displayName: "Ana B." });
  });
});

test("ids and places of one key are in the order in which they were given out", () => {
  const place = (id: string) => ({ resting: false, key: "t", id });
  expect(comparePlaces(place("cnv_z"), place("cnv_10"), "LONGEST_WAITING")).toBeLessThan(0);
  expect(comparePlaces(place("cnv_z"), place("cnv_10"), "NEWEST")).toBeGreaterThan(0);
});
