// What a subscription showed.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";

/** Kinds of items that are in no conversation's timeline. */
const elsewhere = ["StreamReady", "ContactChanged", "AgentChanged", "TeamChanged", "PresenceChanged"];

/** A sink for subscriptions of any client. It stores what it gets, and tests can wait for items. */
export class Follower extends EventEmitter {
  items = [];
  errors = []; // of results
  failure; // of the subscription
  completed = false;

  next = (result) => {
    this.errors.push(...(result.errors ?? (result.error ? [result.error] : [])));
    if (result.data?.events) this.items.push(result.data.events);
    this.emit("change");
  };
  error = (failure) => {
    this.failure = failure;
    this.emit("change");
  };
  complete = () => {
    this.completed = true;
    this.emit("change");
  };

  get ended() {
    return this.completed || this.failure !== undefined;
  }

  /** Waits until a condition on the follower holds. */
  async until(holds, what = holds) {
    const signal = AbortSignal.timeout(120_000);
    while (!holds(this)) {
      const late = this.ended || (await once(this, "change", { signal }).catch(() => true)) === true;
      if (late && !holds(this)) {
        const { items, errors, failure, completed } = this;
        const told = failure?.message ?? failure?.code ?? failure;
        assert.fail(`not ${what}: ${JSON.stringify({ items: items.slice(-3), errors, failure: told, completed })}`);
      }
    }
    return this;
  }

  /** Waits until the stream has shown everything up to a place in the log. */
  reached(cursor) {
    return this.until(({ items }) => items.some((item) => item.cursor >= cursor), `reached ${cursor}`);
  }

  /** Compares what was shown with the log after a place in it: nothing missing, nothing twice, in order. */
  async agrees(caller, after) {
    const head = await caller.head();
    await this.reached(head);
    const items = this.items.filter(({ cursor }) => cursor); // the others are not in the log
    const shown = items.filter(({ __typename }) => __typename !== "StreamReady").map(({ cursor }) => cursor);
    assert.deepEqual(shown, [...new Set(shown)].sort(), "the order of the log, each event once");
    const inConversations = items.filter(({ __typename }) => !elsewhere.includes(__typename));
    const logged = await caller.logged(after);
    assert.deepEqual(
      inConversations.map(({ cursor }) => cursor),
      logged,
    );
    return logged.length;
  }
}
