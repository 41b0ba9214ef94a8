import type { Client } from "graphql-ws";
import type { Cursor } from "./entity.ts";
import type { StreamItem } from "./feed.ts";

/** How fresh the screen is. */
export type Status =
  | { readonly state: "connecting" }
  /** Everything that has happened is on the screen. */
  | { readonly state: "live" }
  /** The connection broke at `since`, in milliseconds; the client tries again. */
  | { readonly state: "offline"; readonly since: number }
  /** The connection is back, and what was missed arrives. */
  | { readonly state: "catching-up" }
  /** What was missed is no longer to be had, so everything is read again. */
  | { readonly state: "reading" }
  /** The session has ended: somebody has to log in. */
  | { readonly state: "signed-out" };

export interface ConnectionOptions<Item extends StreamItem> {
  /** A client that does not reconnect by itself. */
  readonly client: Pick<Client, "subscribe" | "terminate">;
  /** A subscription to `events` that takes `$after`. */
  readonly document: string;
  readonly receive: (item: Item) => void;
  /** Reads everything on the screen again, and returns the `head` of that. */
  readonly read: () => Promise<Cursor>;
  /** Forgets everything that was read: the viewer may see other things now. */
  readonly forget: () => void;
  /** Reports whether the session is still accepted. */
  readonly isSignedIn: () => Promise<boolean>;
  /** Calls a function after some milliseconds, unless the returned function is called before. */
  readonly later: (ms: number, run: () => void) => () => void;
  readonly now: () => number;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
}

/** How long to wait before each attempt to reconnect, in milliseconds; less by up to a half, so that not all come at once. */
const waits = [300, 1000, 2000, 5000, 10_000, 30_000] as const;

/** StreamReady comes every 30 seconds. A connection that is silent for this long is dead. */
const silence = 45_000;

/** Falling behind so many times within a minute means that replaying does not help. */
const patience = 3;

/**
 * Keeps one subscription to `events` open for as long as the tab lives. Nothing is missed: after a break it goes on behind the
 * last item that it received, and where the server cannot go on from there everything is read again.
 */
export class Connection<Item extends StreamItem> {
  private current: Status = { state: "connecting" };
  private readonly listeners = new Set<() => void>();
  private after: Cursor | undefined;
  private attempts = 0;
  private slowAt: number[] = [];
  private unsubscribe: (() => void) | undefined;
  private cancelRetry: (() => void) | undefined;
  private waitingFor: (() => void) | undefined;
  private cancelWatch: (() => void) | undefined;
  private closed = false;
  /** Grows with each subscription, so that a late word of an earlier one is recognised. */
  private generation = 0;

  constructor(private readonly options: ConnectionOptions<Item>) {}

  get status(): Status {
    return this.current;
  }

  /** Calls a function whenever `status` changes, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins behind a position: the `head` of the first read. */
  start(after: Cursor): void {
    this.after = after;
    this.open();
  }

  /** Tries again at once, if it waits: the network is back, or somebody looks at the tab. */
  retry(): void {
    const then = this.waitingFor;
    if (!then) return;
    this.cancelRetry?.();
    this.waitingFor = undefined;
    then();
  }

  /** Goes on after somebody has logged in again. */
  signedIn(): void {
    if (this.current.state !== "signed-out") return;
    this.attempts = 0;
    this.open();
  }

  close(): void {
    this.closed = true;
    this.stop();
    this.cancelRetry?.();
    this.waitingFor = undefined;
  }

  private open(): void {
    if (this.closed) return;
    this.stop();
    const generation = ++this.generation;
    const isCurrent = () => generation === this.generation;
    this.watch();
    this.unsubscribe = this.options.client.subscribe<{ events: Item }>(
      { query: this.options.document, variables: { after: this.after } },
      {
        next: (result) => {
          if (!isCurrent()) return;
          if (result.errors) this.refused(result.errors);
          else if (result.data) this.receive(result.data.events);
        },
        error: (reason) => isCurrent() && this.refused(reason),
        complete: () => isCurrent() && this.broken(),
      },
    );
  }

  /** Ends the subscription. Words that are still under way are ignored. */
  private stop(): void {
    this.generation++;
    this.cancelWatch?.();
    this.cancelWatch = undefined;
    const unsubscribe = this.unsubscribe;
    this.unsubscribe = undefined;
    unsubscribe?.();
  }

  private receive(item: Item): void {
    this.watch();
    if (item.cursor !== undefined) this.after = item.cursor;
    if (item.__typename === "StreamReady") {
      this.attempts = 0;
      this.become({ state: "live" });
    } else if (this.current.state !== "live") {
      this.become({ state: "catching-up" });
    }
    this.options.receive(item);
  }

  private watch(): void {
    this.cancelWatch?.();
    this.cancelWatch = this.options.later(silence, () => {
      this.options.client.terminate();
      this.broken();
    });
  }

  /** The server ended the subscription or the connection. */
  private refused(reason: unknown): void {
    switch (codeOf(reason)) {
      case "CURSOR_EXPIRED":
      case "CURSOR_INVALID":
        return this.readAgain();
      case "SCOPE_CHANGED":
        this.options.forget();
        return this.readAgain();
      case "CONSUMER_TOO_SLOW":
        return this.tooSlow();
      case "UNAUTHENTICATED":
        return void this.checkSession();
      default:
        return this.broken();
    }
  }

  private tooSlow(): void {
    const now = this.options.now();
    this.slowAt = [...this.slowAt.filter((at) => now - at < 60_000), now];
    if (this.slowAt.length < patience) return this.open();
    this.slowAt = [];
    this.readAgain();
  }

  private readAgain(): void {
    this.stop();
    this.become({ state: "reading" });
    const generation = this.generation;
    this.options.read().then(
      (head) => {
        if (generation !== this.generation || this.closed) return;
        this.after = head;
        this.open();
      },
      () => generation === this.generation && this.wait(() => this.readAgain()),
    );
  }

  private async checkSession(): Promise<void> {
    this.stop();
    const generation = this.generation;
    const signedIn = await this.options.isSignedIn().catch(() => true);
    if (generation !== this.generation) return;
    if (signedIn) this.broken();
    else this.become({ state: "signed-out" });
  }

  private broken(): void {
    this.stop();
    if (this.current.state !== "offline") this.become({ state: "offline", since: this.options.now() });
    this.wait(() => this.open());
  }

  private wait(then: () => void): void {
    const longest = waits[Math.min(this.attempts++, waits.length - 1)]!;
    this.cancelRetry?.();
    this.waitingFor = then;
    this.cancelRetry = this.options.later(longest * (1 - this.options.random() / 2), () => this.retry());
  }

  private become(status: Status): void {
    if (status.state === this.current.state) return;
    this.current = status;
    for (const listener of this.listeners) listener();
  }
}

/** Returns why the server ended a subscription: the code of an error, or that of the closed connection in its words. */
function codeOf(reason: unknown): string | undefined {
  if (Array.isArray(reason)) return (reason[0] as { extensions?: { code?: string } }).extensions?.code;
  const close = (reason as { code?: unknown } | null)?.code;
  if (close === 4401 || close === 4403) return "UNAUTHENTICATED";
  if (close === 1013) return "CONSUMER_TOO_SLOW";
  return undefined;
}
