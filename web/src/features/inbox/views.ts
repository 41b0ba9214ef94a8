import type { ConversationFilter } from "../../api/graphql.ts";
import type { Order } from "../../live/order.ts";

/** A list that every agent has. */
export interface InboxView {
  readonly key: string;
  readonly name: string;
  readonly filter: ConversationFilter;
  readonly order: Order;
  /** What the list says when it is empty. */
  readonly empty: string;
}

/** Returns the lists of an agent, in order. */
export function viewsOf(me: string): readonly InboxView[] {
  return [
    { key: "mine", name: "Mine", filter: { status: "OPEN", assigneeIds: [me], snoozed: false }, order: "LONGEST_WAITING", empty: "Nothing is assigned to you." },
    { key: "unassigned", name: "Unassigned", filter: { status: "OPEN", unassigned: true, snoozed: false }, order: "LONGEST_WAITING", empty: "Somebody has every conversation." },
    { key: "open", name: "All open", filter: { status: "OPEN" }, order: "LAST_ACTIVITY", empty: "No conversation is open." },
    { key: "snoozed", name: "Snoozed", filter: { status: "OPEN", snoozed: true }, order: "LAST_ACTIVITY", empty: "Nothing is snoozed." },
    { key: "closed", name: "Closed", filter: { status: "CLOSED" }, order: "LAST_ACTIVITY", empty: "Nothing has been closed." },
  ];
}
