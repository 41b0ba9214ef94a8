import type { ConversationFilter } from "../api/schema.ts";
import { kindOf, type Cursor, type Ref, type Stored, type View } from "./entity.ts";
import { comparePlaces, placeOf, type Order, type Place } from "./order.ts";
import { isDecidable, judged, matches } from "./predicate.ts";
import type { Store } from "./store.ts";

/** A conversation in an answer. */
export interface ConversationRow {
  readonly __typename: "Conversation";
  readonly id: string;
  readonly lastActivityAt: string;
  readonly waitingSince: string | null;
}

/** A page of `conversations`, as the answer has it. */
export interface Page {
  readonly nodes: readonly ConversationRow[];
  readonly hasNextPage: boolean;
  readonly endCursor: string | null;
}

/**
 * The part of a list of conversations that has been read, from its beginning to `bound`. It is kept from the store: it has
 * exactly the conversations there that pass the filter and stand before the bound. That is complete, since a conversation
 * that now belongs there either did so when it was read, or has changed since, and then an event brought it.
 */
export class Window {
  private names: readonly Ref<"Conversation">[] = [];
  private places = new Map<Ref<"Conversation">, Place>();
  private bound: Place | null = null;
  private atEnd = false;
  private readonly decidable: boolean;
  private readonly listeners = new Set<() => void>();
  private readonly stop: () => void;
  /** Where the next page begins. */
  after: string | null = null;
  /** For a list that the store cannot judge: how many events may have changed it since it was read. */
  newer = 0;

  constructor(
    private readonly store: Store,
    readonly filter: ConversationFilter,
    readonly order: Order,
  ) {
    this.decidable = isDecidable(filter);
    this.stop = store.watch((changed) => this.follow(changed));
  }

  /** The conversations in order. The list is replaced, never changed, when it changes. */
  get rows(): readonly Ref<"Conversation">[] {
    return this.names;
  }

  /** Whether everything that passes the filter is in it. */
  get isComplete(): boolean {
    return this.atEnd;
  }

  /**
   * Adds a page that was read from `after`, or replaces everything if `after` is null. The store must not have it yet: the
   * bound is where the last row stood when it was read.
   */
  add(page: Page, asOf: Cursor, after: string | null): void {
    const last = page.nodes.at(-1);
    if (after === null) this.reset();
    if (last) this.bound = placeOf(last as unknown as View<"Conversation">, this.order);
    this.atEnd = !page.hasNextPage;
    this.after = page.endCursor;
    const refs = this.store.write(page.nodes, asOf) as Stored<readonly ConversationRow[]>;
    if (this.decidable) this.derive();
    else this.replace(after === null ? refs : [...this.names, ...refs.filter((ref) => !this.names.includes(ref))]);
  }

  /** Calls a function whenever `rows` or `newer` changes, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Stops following the store. */
  close(): void {
    this.stop();
  }

  private reset(): void {
    this.bound = null;
    this.atEnd = false;
    this.newer = 0;
    this.places.clear();
  }

  /** Reports whether a place is in the part of the list that has been read. */
  holds(place: Place): boolean {
    return this.atEnd || (!!this.bound && comparePlaces(place, this.bound, this.order) <= 0);
  }

  /** The place of a conversation in the window, or undefined if it has none. */
  private admit(ref: Ref<"Conversation">): Place | undefined {
    const view = this.store.get(ref);
    if (!view || !judged.every((field) => field in view) || !matches(view, this.filter)) return undefined;
    const place = placeOf(view, this.order);
    return this.holds(place) ? place : undefined;
  }

  private derive(): void {
    this.places.clear();
    for (const ref of this.store.all("Conversation")) {
      const place = this.admit(ref);
      if (place) this.places.set(ref, place);
    }
    const sorted = [...this.places].sort(([, a], [, b]) => comparePlaces(a, b, this.order));
    this.replace(sorted.map(([ref]) => ref));
  }

  private follow(changed: ReadonlySet<Ref>): void {
    const conversations = [...changed].filter(isConversation);
    if (conversations.length === 0) return;
    if (!this.decidable) {
      if (!this.after && !this.atEnd) return; // nothing was read yet
      this.newer += conversations.length;
      const left = this.names.filter((ref) => this.store.get(ref));
      if (left.length !== this.names.length) this.replace(left);
      else this.tell();
      return;
    }
    const moved = new Map<Ref<"Conversation">, Place | undefined>();
    for (const ref of conversations) {
      const [was, is] = [this.places.get(ref), this.admit(ref)];
      if (was && is && was.key === is.key && was.resting === is.resting) continue;
      if (was || is) moved.set(ref, is);
    }
    if (moved.size > 0) this.move(moved);
  }

  /** Moves conversations to their places, or out of the window. The others stay in order, so they are not sorted again. */
  private move(moved: ReadonlyMap<Ref<"Conversation">, Place | undefined>): void {
    const arrivals: [Ref<"Conversation">, Place][] = [];
    for (const [ref, place] of moved) {
      if (place) arrivals.push([ref, place]);
      this.places.delete(ref);
    }
    arrivals.sort(([, a], [, b]) => comparePlaces(a, b, this.order));
    const names: Ref<"Conversation">[] = [];
    let next = 0;
    for (const ref of this.names) {
      const place = this.places.get(ref);
      if (!place) continue;
      for (; next < arrivals.length && comparePlaces(arrivals[next]![1], place, this.order) < 0; next++) names.push(arrivals[next]![0]);
      names.push(ref);
    }
    names.push(...arrivals.slice(next).map(([ref]) => ref));
    for (const [ref, place] of arrivals) this.places.set(ref, place);
    this.replace(names);
  }

  private replace(names: readonly Ref<"Conversation">[]): void {
    if (names.length === this.names.length && names.every((ref, i) => ref === this.names[i])) return;
    this.names = names;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

const isConversation = (ref: Ref): ref is Ref<"Conversation"> => kindOf(ref) === "Conversation";
