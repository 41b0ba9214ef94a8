import { describe, expect, test } from "vitest";
import { Connection } from "./connection.ts";
import type { StreamItem } from "./feed.ts";
import { cursorOf } from "./reference.ts";

interface Sink {
  next(result: { data?: { events: StreamItem }; errors?: readonly object[] }): void;
  error(reason: unknown): void;
  complete(): void;
}

const ready = (n: number): StreamItem => ({ __typename: "StreamReady", cursor: cursorOf(n) });
const event = (n: number): StreamItem => ({ __typename: "MessageReceived", cursor: cursorOf(n) });
const error = (code: string) => [{ message: "", extensions: { code } }];

/** A connection whose server, clock and timers are a test's. */
function scene() {
  const subscriptions: { after: unknown; sink: Sink; ended: boolean }[] = [];
  const timers = new Map<number, () => void>();
  const received: string[] = [];
  const reads: { resolve: (head: string) => void; reject: (reason: unknown) => void }[] = [];
  const s = { time: 0, terminated: 0, forgotten: 0, isSignedIn: true };
  const connection = new Connection({
    client: {
      subscribe: (request: { variables?: Record<string, unknown> | null }, sink: unknown) => {
        const subscription = { after: request.variables?.["after"], sink: sink as Sink, ended: false };
        subscriptions.push(subscription);
        return () => void (subscription.ended = true);
      },
      terminate: () => s.terminated++,
    } as never,
    document: "subscription",
    receive: (item) => received.push(`${item.__typename} ${item.cursor ?? "-"}`),
    read: () => new Promise((resolve, reject) => reads.push({ resolve, reject })),
    forget: () => s.forgotten++,
    isSignedIn: () => Promise.resolve(s.isSignedIn),
    later: (ms, run) => {
      while (timers.has(s.time + ms)) ms += 0.001;
      const at = s.time + ms;
      timers.set(at, run);
      return () => timers.delete(at);
    },
    now: () => s.time,
    random: () => 0,
  });
  const pass = (ms: number) => {
    const until = s.time + ms;
    for (let at = Math.min(...timers.keys()); at <= until; at = Math.min(...timers.keys())) {
      const run = timers.get(at)!;
      timers.delete(at);
      s.time = at;
      run();
    }
    s.time = until;
  };
  const open = () => subscriptions.filter((sub) => !sub.ended);
  const send = (item: StreamItem) => open().at(-1)!.sink.next({ data: { events: item } });
  const fail = (reason: unknown) => open().at(-1)!.sink.error(reason);
  return Object.assign(s, { connection, subscriptions, received, reads, pass, open, send, fail });
}

/** Lets promises that are settled have their say. */
const settle = () => new Promise<void>((resolve) => void setTimeout(resolve));

describe("Connection", () => {
  test("after a break it goes on behind the last item that it received", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.send(ready(1));
    s.send(event(2));
    expect(s.connection.status.state).toBe("live");
    s.fail({ code: 1006 });
    expect(s.connection.status).toEqual({ state: "offline", since: 0 });
    expect(s.open()).toHaveLength(0);
    s.pass(300);
    expect(s.open().map((sub) => sub.after)).toEqual([cursorOf(2)]);
    s.send(event(3));
    expect(s.connection.status.state).toBe("catching-up");
    s.send(ready(3));
    expect(s.connection.status.state).toBe("live");
    expect(s.received).toEqual([2, 3].flatMap((n) => (n === 2 ? ["StreamReady e.00000001", "MessageReceived e.00000002"] : ["MessageReceived e.00000003", "StreamReady e.00000003"])));
  });

  test("it waits longer each time, and not at all once somebody asks", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      s.fail({ code: 1006 });
      const from = s.time;
      while (s.open().length === 0) s.pass(100);
      waits.push(s.time - from);
    }
    expect(waits).toEqual([300, 1000, 2000, 5000, 10_000, 30_000, 30_000]);
    s.fail({ code: 1006 });
    s.connection.retry();
    expect(s.open()).toHaveLength(1);
    s.send(ready(1));
    s.fail({ code: 1006 });
    s.pass(300);
    expect(s.open()).toHaveLength(1);
  });

  test("an item without a cursor does not move the position", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.send(event(2));
    s.send({ __typename: "ConversationActivity" });
    s.fail({ code: 1006 });
    s.pass(300);
    expect(s.open()[0]!.after).toBe(cursorOf(2));
  });

  test("a connection that says nothing for 45 seconds is given up", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.send(ready(1));
    s.pass(44_000);
    s.send(ready(1));
    s.pass(44_000);
    expect(s.connection.status.state).toBe("live");
    s.pass(1000);
    expect(s.terminated).toBe(1);
    expect(s.connection.status.state).toBe("offline");
    s.pass(300);
    expect(s.open()).toHaveLength(1);
  });

  test.each(["CURSOR_EXPIRED", "CURSOR_INVALID"])("after %s it reads everything again and goes on from there", async (code) => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.fail(error(code));
    expect(s.connection.status.state).toBe("reading");
    expect(s.forgotten).toBe(0);
    s.reads[0]!.resolve(cursorOf(50));
    await settle();
    expect(s.open().map((sub) => sub.after)).toEqual([cursorOf(50)]);
    s.send(ready(50));
    expect(s.connection.status.state).toBe("live");
  });

  test("what cannot be read again is tried until it can", async () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.fail(error("CURSOR_EXPIRED"));
    s.reads[0]!.reject(new Error("offline"));
    await settle();
    expect(s.open()).toHaveLength(0);
    s.pass(300);
    s.reads[1]!.resolve(cursorOf(9));
    await settle();
    expect(s.open()[0]!.after).toBe(cursorOf(9));
  });

  test("when the viewer may see other things it forgets everything first", async () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.fail(error("SCOPE_CHANGED"));
    expect(s.forgotten).toBe(1);
    s.reads[0]!.resolve(cursorOf(7));
    await settle();
    expect(s.open()[0]!.after).toBe(cursorOf(7));
  });

  test("who is too slow goes on, and the third time in a minute reads again", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    for (const n of [2, 3]) {
      s.send(event(n));
      s.fail(error("CONSUMER_TOO_SLOW"));
      expect(s.open()[0]!.after).toBe(cursorOf(n));
    }
    s.fail({ code: 1013 });
    expect(s.connection.status.state).toBe("reading");
    expect(s.reads).toHaveLength(1);
  });

  test("when the session has ended it waits for a log-in, and then goes on", async () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.send(event(5));
    s.isSignedIn = false;
    s.fail({ code: 4403 });
    await settle();
    expect(s.connection.status.state).toBe("signed-out");
    s.pass(100_000);
    expect(s.open()).toHaveLength(0);
    s.connection.signedIn();
    expect(s.open()[0]!.after).toBe(cursorOf(5));
  });

  test("a session that is still accepted only reconnects", async () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.fail({ code: 4403 });
    await settle();
    expect(s.connection.status.state).toBe("offline");
    s.pass(300);
    expect(s.open()).toHaveLength(1);
  });

  test("a late word of an earlier subscription changes nothing", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    const [old] = s.subscriptions;
    s.fail({ code: 1006 });
    s.pass(300);
    s.send(ready(1));
    old!.sink.next({ data: { events: event(9) } });
    old!.sink.error({ code: 1006 });
    old!.sink.complete();
    expect(s.connection.status.state).toBe("live");
    expect(s.received).toEqual([`StreamReady ${cursorOf(1)}`]);
  });

  test("once closed it does nothing more", () => {
    const s = scene();
    s.connection.start(cursorOf(1));
    s.fail({ code: 1006 });
    s.connection.close();
    s.pass(100_000);
    s.connection.retry();
    expect(s.open()).toHaveLength(0);
  });
});
