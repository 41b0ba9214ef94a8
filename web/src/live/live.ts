import { createClient } from "graphql-ws";
import type { ConversationFilter } from "../api/graphql.ts";
import { request, RequestError } from "../app/request.ts";
import { Connection } from "./connection.ts";
import { conversationPage, eventStream, timelinePage } from "./documents.ts";
import { idOf, refOf, type Cursor, type Ref, type Stored } from "./entity.ts";
import { Feed } from "./feed.ts";
import type { Order } from "./order.ts";
import { Store } from "./store.ts";
import { Timeline } from "./timeline.ts";
import { Window } from "./window.ts";
import type { EventsSubscription } from "../api/graphql.ts";

type Item = EventsSubscription["events"];

/** How many conversations and events a page has. */
const pageSize = 50;

/** How many timelines are kept. The one that was opened longest ago goes. */
const maxTimelines = 30;

/** Everything of a tab that stays as the server has it: the store, and the lists and timelines that have been opened. */
export class Live {
  readonly store = new Store();
  readonly connection: Connection<Item>;
  private readonly feed: Feed<Item>;
  private readonly windows = new Map<string, Window>();
  private readonly timelines = new Map<Ref<"Conversation">, Timeline>();
  private readonly loading = new Map<object, Promise<Cursor>>();

  constructor(private readonly isSignedIn: () => Promise<boolean>) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    this.feed = new Feed<Item>({
      apply: (item) => this.apply(item),
      batch: (run) => this.store.batch(run),
      reached: () => {},
      failed: (error) => console.error("an event could not be applied", error),
      schedule: (run) => (document.hidden ? setTimeout(run, 50) : requestAnimationFrame(run)),
      now: () => performance.now(),
    });
    this.connection = new Connection<Item>({
      client: createClient({ url: `${scheme}//${location.host}/graphql`, retryAttempts: 0, lazy: true }),
      document: eventStream.toString(),
      receive: (item) => this.feed.add(item),
      read: () => this.readAgain(),
      forget: () => this.forget(),
      isSignedIn: this.isSignedIn,
      later: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      now: () => Date.now(),
      random: Math.random,
    });
  }

  /** Returns a list, whose first page is read if it is new. */
  window(filter: ConversationFilter, order: Order): Window {
    const key = JSON.stringify([filter, order]);
    let window = this.windows.get(key);
    if (!window) {
      window = new Window(this.store, filter, order);
      this.windows.set(key, window);
      void this.more(window);
    }
    return window;
  }

  /** Reads the next page of a list. */
  more(window: Window): Promise<Cursor> {
    return this.once(window, () => this.readPage(window, window.after));
  }

  /** Returns the timeline of a conversation, whose newest events are read if it is new. */
  timeline(conversation: Ref<"Conversation">): Timeline {
    let timeline = this.timelines.get(conversation);
    if (!timeline) {
      timeline = new Timeline();
      void this.fill(conversation, timeline, null);
    }
    this.timelines.delete(conversation);
    this.timelines.set(conversation, timeline);
    for (const [oldest] of this.timelines) {
      if (this.timelines.size <= maxTimelines) break;
      this.timelines.delete(oldest);
    }
    return timeline;
  }

  /** Reads the events that a gap stands for. */
  fill(conversation: Ref<"Conversation">, timeline: Timeline, before: string | null): Promise<Cursor> {
    return this.once(timeline, async () => {
      const { head, conversation: found } = await request(timelinePage, { id: idOf(conversation), last: pageSize, before });
      const stored = this.store.write(found, head);
      const page = found?.timeline;
      if (page && stored) timeline.add({ edges: this.store.write(page.edges, head) as never, pageInfo: page.pageInfo }, before);
      return head;
    });
  }

  close(): void {
    this.connection.close();
    for (const window of this.windows.values()) window.close();
  }

  private async readPage(window: Window, after: string | null): Promise<Cursor> {
    const { head, conversations } = await request(conversationPage, {
      filter: window.filter,
      orderBy: window.order,
      first: pageSize,
      after,
    });
    if (conversations) window.add({ nodes: conversations.nodes, ...conversations.pageInfo }, head, after);
    return head;
  }

  /** Runs a read unless the same one is under way. */
  private once(subject: object, read: () => Promise<Cursor>): Promise<Cursor> {
    const under = this.loading.get(subject);
    if (under) return under;
    const reading = read().finally(() => this.loading.delete(subject));
    this.loading.set(subject, reading);
    return reading;
  }

  private apply(item: Item): void {
    switch (item.__typename) {
      case "StreamReady":
        return;
      case "ConversationHidden": {
        const ref = refOf("Conversation", item.conversationId);
        this.timelines.delete(ref);
        return this.store.forget(ref, item.cursor);
      }
    }
    if (!("cursor" in item)) return;
    const event = this.store.write(item, item.cursor) as Stored<typeof item>;
    if ("conversation" in event) this.timelines.get(event.conversation)?.happen(event as never);
  }

  /** Reads all lists and timelines again, and returns the oldest of the positions at which they were read. */
  private async readAgain(): Promise<Cursor> {
    this.feed.clear();
    const reads: Promise<Cursor>[] = [...this.windows.values()].map((window) => this.readPage(window, null));
    for (const [ref, timeline] of this.timelines) {
      timeline.interrupt();
      reads.push(this.fill(ref, timeline, null));
    }
    const heads = await Promise.all(reads);
    const [oldest] = heads.sort();
    if (oldest === undefined) throw new RequestError("INTERNAL", "Nothing is open that could be read.");
    return oldest;
  }

  private forget(): void {
    this.feed.clear();
    this.store.clear();
  }
}
