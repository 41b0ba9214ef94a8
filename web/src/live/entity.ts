/** Types of what the store has: objects by name, so that each is stored once. */
import type * as schema from "../api/schema.ts";

/** The objects that have an id, by the names of their types. */
export interface Kinds {
  readonly Agent: schema.Agent;
  readonly ApiKey: schema.ApiKey;
  readonly Channel: schema.Channel;
  readonly Contact: schema.Contact;
  readonly Conversation: schema.Conversation;
  readonly Message: schema.Message;
  readonly Note: schema.Note;
  readonly Team: schema.Team;
  readonly Workflow: schema.Workflow;
  readonly WorkflowRun: schema.WorkflowRun;
}
export type Kind = keyof Kinds;

/** The name of an object: its type and id. Two names of one object are equal, so they can be keys. */
export type Ref<K extends Kind = Kind> = string & { readonly kind?: K };

/** Data of an answer with names in place of objects. */
export type Stored<T> = T extends readonly (infer U)[]
  ? readonly Stored<U>[]
  : T extends { readonly __typename: infer K extends Kind; readonly id: string }
    ? Ref<K>
    : T extends object
      ? { readonly [P in keyof T]: Stored<T[P]> }
      : T;

/** An object as components see it, with the fields that have been read. It is never changed; a change makes a new one. */
export type View<K extends Kind = Kind> = { readonly __typename: K; readonly id: string } & {
  readonly [P in Exclude<keyof Kinds[K], "__typename" | "id">]?: Stored<Kinds[K][P]>;
};

/** A position in the log. Cursors that are compared as strings are in the order of the log. */
export type Cursor = string;

/** Returns the name of an object. */
export const refOf = <K extends Kind>(typename: K, id: string): Ref<K> => `${typename}:${id}`;

/** Returns the id in a name. */
export const idOf = (ref: Ref): string => ref.slice(ref.indexOf(":") + 1);

/** Returns the type in a name. */
export const kindOf = (ref: Ref): Kind => ref.slice(0, ref.indexOf(":")) as Kind;
