import type { ConversationFilter } from "../api/schema.ts";
import { idOf, type Ref, type View } from "./entity.ts";

type Conversation = View<"Conversation">;
type Parts = { readonly [Part in keyof ConversationFilter]-?: NonNullable<ConversationFilter[Part]> };

/**
 * How each part of a filter decides about a conversation, as the server does; null: with data that the store does not have,
 * so that such lists are read again instead.
 */
const parts: { readonly [Part in keyof Parts]: ((c: Conversation, wanted: Parts[Part]) => boolean) | null } = {
  status: (c, status) => c.status === status,
  teamIds: (c, ids) => isOne(ids, c.team),
  assigneeIds: (c, ids) => isOne(ids, c.assignee),
  contactIds: (c, ids) => isOne(ids, c.contact),
  channelIds: (c, ids) => isOne(ids, c.channel),
  priorities: (c, priorities) => priorities.includes(c.priority!),
  unassigned: (c, wanted) => wanted === isNone(c.assignee),
  snoozed: (c, wanted) => wanted !== isNone(c.snoozedUntil),
  waiting: (c, wanted) => wanted !== isNone(c.waitingSince),
  queued: (c, wanted) => wanted !== isNone(c.queuedAt),
  stranded: null,
  unread: null,
  mentions: null,
  mine: null,
  search: null,
};

/** The fields that `matches` reads. A copy without them cannot be judged. */
export const judged = [
  "status",
  "team",
  "assignee",
  "contact",
  "channel",
  "priority",
  "snoozedUntil",
  "waitingSince",
  "queuedAt",
] as const satisfies readonly (keyof Conversation)[];

/** Reports whether the store can tell which conversations pass a filter. */
export function isDecidable(filter: ConversationFilter): boolean {
  return given(filter).every((part) => parts[part] !== null);
}

/** Reports whether a conversation passes a filter that is decidable. */
export function matches(c: Conversation, filter: ConversationFilter): boolean {
  return given(filter).every((part) => decide(part, c, filter));
}

function decide<Part extends keyof Parts>(part: Part, c: Conversation, filter: ConversationFilter): boolean {
  return parts[part]?.(c, filter[part] as Parts[Part]) ?? false;
}

/** Returns the parts that a filter has. */
function given(filter: ConversationFilter): (keyof Parts)[] {
  return (Object.keys(filter) as (keyof Parts)[]).filter((part) => !isNone(filter[part]) && filter[part] !== "");
}

function isNone<T>(value: T | null | undefined): value is null | undefined {
  return value === null || value === undefined;
}

function isOne(ids: readonly string[], ref: Ref | null | undefined): boolean {
  return !isNone(ref) && ids.includes(idOf(ref));
}
