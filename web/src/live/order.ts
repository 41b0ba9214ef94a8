import { idOf, type Ref, type View } from "./entity.ts";

/** The orders of `conversations` that the store can keep by itself. */
export type Order = "LAST_ACTIVITY" | "LONGEST_WAITING" | "NEWEST";

/** Where a conversation stands in a list. Times are texts in one format, so that they compare as texts. */
export interface Place {
  /** In the second part of LONGEST_WAITING: conversations in which nobody waits, latest activity first. */
  readonly resting: boolean;
  readonly key: string;
  readonly id: string;
}

/** Returns the place of a conversation in an order. */
export function placeOf(c: View<"Conversation">, order: Order): Place {
  if (order === "NEWEST") return { resting: false, key: "", id: c.id };
  const waiting = order === "LONGEST_WAITING" ? c.waitingSince : undefined;
  if (typeof waiting === "string") return { resting: false, key: waiting, id: c.id };
  return { resting: order === "LONGEST_WAITING", key: String(c.lastActivityAt), id: c.id };
}

/** Compares two places: negative if the first comes first. */
export function comparePlaces(a: Place, b: Place, order: Order): number {
  if (a.resting !== b.resting) return a.resting ? 1 : -1;
  const rising = order === "LONGEST_WAITING" && !a.resting;
  const byKey = a.key === b.key ? compareIds(a.id, b.id) : a.key < b.key ? -1 : 1;
  return rising ? byKey : -byKey;
}

/** Compares two ids in the order in which they were given out: a longer one is later. */
export function compareIds(a: string, b: string): number {
  return a.length !== b.length ? a.length - b.length : a === b ? 0 : a < b ? -1 : 1;
}

/** Compares two names of objects of one type by their ids. */
export const compareRefs = (a: Ref, b: Ref): number => compareIds(idOf(a), idOf(b));
