import type { Cursor } from "./entity.ts";

/** An item of the subscription `events`. Items that are not in the log have no cursor. */
export interface StreamItem {
  readonly __typename: string;
  readonly cursor?: Cursor;
}

/** How long items may take in one frame, in milliseconds. */
const budget = 4;

/**
 * Applies the items of a stream in order, once per frame and for a few milliseconds at most, so that a burst of them never
 * makes the screen stutter. The rest waits for the next frame.
 */
export class Feed<Item extends StreamItem> {
  private waiting: Item[] = [];
  private scheduled = false;

  constructor(
    private readonly options: {
      /** Applies one item. What it throws is passed to `failed`, and the stream goes on. */
      readonly apply: (item: Item) => void;
      /** Is called around all items of a frame. */
      readonly batch: (run: () => void) => void;
      /** Is called with the cursor of the last item that was applied. */
      readonly reached: (cursor: Cursor) => void;
      readonly failed: (error: unknown, item: Item) => void;
      /** Calls a function at the next frame; in a tab that is not shown, soon. */
      readonly schedule: (run: () => void) => void;
      /** Returns the time in milliseconds. */
      readonly now: () => number;
    },
  ) {}

  /** How many items wait. */
  get length(): number {
    return this.waiting.length;
  }

  add(item: Item): void {
    this.waiting.push(item);
    this.plan();
  }

  /** Drops what waits: everything is read afresh. */
  clear(): void {
    this.waiting = [];
  }

  private plan(): void {
    if (this.scheduled || this.waiting.length === 0) return;
    this.scheduled = true;
    this.options.schedule(() => {
      this.scheduled = false;
      this.run();
      this.plan();
    });
  }

  private run(): void {
    const { apply, batch, failed, reached, now } = this.options;
    const until = now() + budget;
    let cursor: Cursor | undefined;
    let done = 0;
    const all = this.waiting;
    batch(() => {
      do {
        const item = all[done++];
        if (!item) return;
        try {
          apply(item);
        } catch (error) {
          failed(error, item);
        }
        cursor = item.cursor ?? cursor;
      } while (now() < until);
    });
    if (this.waiting === all) this.waiting = all.slice(done);
    if (cursor !== undefined) reached(cursor);
  }
}
