import type { Cursor } from "./entity.ts";

/** An event of a timeline: data as the store returns it, with its position in the log. */
export interface TimelineEvent {
  readonly cursor: Cursor;
  readonly [field: string]: unknown;
}

/** A page of `Conversation.timeline`. */
export interface TimelinePage {
  readonly edges: readonly { readonly cursor: string; readonly node: TimelineEvent }[];
  readonly pageInfo: { readonly hasPreviousPage: boolean; readonly hasNextPage: boolean };
}

/** Events that have not been read: those between `before` and what stands above the gap. */
export interface Gap {
  /** The `before` of the page that fills it from its end; null: the newest events are missing. */
  readonly before: string | null;
}

/** A stretch of events without a gap. */
interface Stretch {
  /** In order, each with its place for paging. */
  readonly events: readonly { readonly place: string | null; readonly event: TimelineEvent }[];
  /** Whether nothing comes before it in the conversation. */
  readonly fromStart: boolean;
  /** Whether everything that happens now is added to it. */
  readonly live: boolean;
}

/**
 * The timeline of one conversation: stretches that have been read, and gaps between them. Begin to follow the stream before
 * asking for the newest page: then the page has everything up to its head, and the stream everything after it.
 */
export class Timeline {
  private stretches: readonly Stretch[] = [];
  private early: TimelineEvent[] = [];
  private shown: readonly (TimelineEvent | Gap)[] = [];
  private readonly listeners = new Set<() => void>();

  /** Events and gaps in order. The list is replaced, never changed, when it changes. */
  get items(): readonly (TimelineEvent | Gap)[] {
    return this.shown;
  }

  /** Adds a page. `before` is that of its request; null: the newest events. */
  add(page: TimelinePage, before: string | null): void {
    const live = before === null && !page.pageInfo.hasNextPage;
    const events = page.edges.map(({ cursor, node }) => ({ place: cursor, event: node }));
    const next = before === null ? undefined : this.stretches.find((s) => s.events[0]?.place === before);
    let read: Stretch = { events, fromStart: !page.pageInfo.hasPreviousPage, live };
    if (next) read = join(read, next);
    // The stream will bring what a page has that is ahead of it.
    if (live && this.stretches.some((s) => s.live && !overlaps(s, read))) return;
    const others = this.stretches.filter((s) => s !== next);
    const joined = others.filter((s) => overlaps(read, s)).reduce(join, read);
    const apart = others.filter((s) => !overlaps(read, s));
    this.stretches = [...apart, joined].sort((a, b) => (first(a) < first(b) ? -1 : 1));
    if (live) for (const event of this.early.splice(0)) this.append(event);
    this.show();
  }

  /** Adds an event of the stream. */
  happen(event: TimelineEvent): void {
    if (!this.stretches.some((s) => s.live)) this.early.push(event);
    else if (this.append(event)) this.show();
  }

  /** Notes that events may have been missed: the newest have to be read again. */
  interrupt(): void {
    this.early = [];
    this.stretches = this.stretches.map((s) => (s.live ? { ...s, live: false } : s));
    this.show();
  }

  /** Calls a function whenever `items` changes, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Adds an event to the end of the live stretch, and reports whether it was new. */
  private append(event: TimelineEvent): boolean {
    const live = this.stretches.find((s) => s.live)!;
    const last = live.events.at(-1);
    if (last && event.cursor <= last.event.cursor) return false;
    const longer = { ...live, events: [...live.events, { place: null, event }] };
    this.stretches = this.stretches.map((s) => (s === live ? longer : s));
    return true;
  }

  private show(): void {
    this.shown = this.stretches.flatMap((s) => {
      const events = s.events.map(({ event }) => event);
      const place = s.events.find((e) => e.place !== null)?.place ?? null;
      return s.fromStart ? events : [{ before: place }, ...events];
    });
    const last = this.stretches.at(-1);
    if (last && !last.live) this.shown = [...this.shown, { before: null }];
    for (const listener of this.listeners) listener();
  }
}

/** Reports whether an item of a timeline is a gap. */
export function isGap(item: TimelineEvent | Gap): item is Gap {
  return "before" in item && !("cursor" in item);
}

const first = (s: Stretch): Cursor => s.events[0]?.event.cursor ?? "";
const last = (s: Stretch): Cursor => s.events.at(-1)?.event.cursor ?? "";

function overlaps(a: Stretch, b: Stretch): boolean {
  return first(a) <= last(b) && first(b) <= last(a);
}

/** Joins two stretches that overlap or adjoin. Of an event that both have, the copy with a place for paging is kept. */
function join(a: Stretch, b: Stretch): Stretch {
  const events = new Map(a.events.map((e) => [e.event.cursor, e]));
  for (const e of b.events) if (e.place !== null || !events.has(e.event.cursor)) events.set(e.event.cursor, e);
  const sorted = [...events.values()].sort((x, y) => (x.event.cursor < y.event.cursor ? -1 : 1));
  const early = first(a) <= first(b) ? a : b;
  return { events: sorted, fromStart: early.fromStart, live: a.live || b.live };
}
