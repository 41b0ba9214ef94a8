/**
 * A server for tests: conversations that change one at a time, each change an event in one log, and lists of them. A viewer
 * sees the conversations of some teams.
 */
import type { ConversationFilter } from "../api/schema.ts";
import { refOf, type Cursor, type Kind, type View } from "./entity.ts";
import { comparePlaces, placeOf, type Order, type Place } from "./order.ts";
import { matches } from "./predicate.ts";
import type { ConversationRow, Page } from "./window.ts";

/** A conversation as the server has it; team, assignee, contact and channel are ids. */
export interface Row {
  id: string;
  revision: Cursor;
  status: "OPEN" | "CLOSED";
  team: string | null;
  assignee: string | null;
  contact: string;
  channel: string;
  priority: string;
  snoozedUntil: string | null;
  waitingSince: string | null;
  queuedAt: string | null;
  lastActivityAt: string;
  summary: string | null;
}

export interface LogEntry {
  readonly cursor: Cursor;
  readonly id: string;
  readonly hidden: boolean;
}

export const cursorOf = (n: number): Cursor => `e.${String(n).padStart(8, "0")}`;
const timeOf = (n: number): string => new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString();

const types: Readonly<Record<string, Kind>> = { team: "Team", assignee: "Agent", contact: "Contact", channel: "Channel" };

export class Reference {
  readonly rows = new Map<string, Row>();
  readonly log: LogEntry[] = [];

  constructor(private readonly visible: ReadonlySet<string>) {}

  get head(): Cursor {
    return cursorOf(this.log.length);
  }

  /** Changes a conversation, which it opens if there is none of this number. */
  change(number: number, how: (row: Row, now: string) => void): void {
    const id = `cnv_${number}`;
    const now = timeOf(this.log.length);
    const before = this.rows.get(id);
    const row: Row = before
      ? { ...before }
      : {
          ...{ id, revision: "", status: "OPEN", team: null, assignee: null, contact: `con_${number}`, channel: "chn_1" },
          ...{ priority: "NORMAL", snoozedUntil: null, waitingSince: now, queuedAt: null, lastActivityAt: now, summary: null },
        };
    how(row, now);
    row.revision = cursorOf(this.log.length + 1);
    this.rows.set(id, row);
    this.log.push({ cursor: row.revision, id, hidden: !this.sees(row) && !!before && this.sees(before) });
  }

  sees(row: Row): boolean {
    return row.team === null || this.visible.has(row.team);
  }

  /** Returns a conversation as an answer has it; without some of its fields if the document does not ask for them. */
  copy(row: Row, leaveOut: readonly (keyof Row)[] = []): ConversationRow {
    const copy: Record<string, unknown> = { ...row, __typename: "Conversation" };
    for (const [field, typename] of Object.entries(types)) {
      const id = row[field as keyof Row];
      copy[field] = id === null ? null : { __typename: typename, id };
    }
    for (const field of leaveOut) delete copy[field];
    return copy as unknown as ConversationRow;
  }

  /** Returns the visible conversations that pass a filter, in order. */
  list(filter: ConversationFilter, order: Order): { row: Row; place: Place }[] {
    return [...this.rows.values()]
      .filter((row) => this.sees(row) && matches(this.view(row), filter))
      .map((row) => ({ row, place: placeOf(this.view(row), order) }))
      .sort((a, b) => comparePlaces(a.place, b.place, order));
  }

  /** Returns a page of a list, behind a cursor of an earlier page. */
  page(filter: ConversationFilter, order: Order, first: number, after: string | null): Page {
    const behind = after === null ? null : (JSON.parse(after) as Place);
    const all = this.list(filter, order).filter(({ place }) => !behind || comparePlaces(place, behind, order) > 0);
    const nodes = all.slice(0, first);
    const last = nodes.at(-1);
    return {
      nodes: nodes.map(({ row }) => this.copy(row)),
      hasNextPage: all.length > first,
      endCursor: last ? JSON.stringify(last.place) : after,
    };
  }

  /** Returns a conversation as the store shows it. */
  view(row: Row): View<"Conversation"> {
    const view: Record<string, unknown> = { ...row, __typename: "Conversation" };
    for (const [field, typename] of Object.entries(types)) {
      const id = row[field as keyof Row];
      view[field] = id === null ? null : refOf(typename, id);
    }
    return view as View<"Conversation">;
  }
}
