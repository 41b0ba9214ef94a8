/**
 * The objects of the API that this tab knows, each once, by type and id.
 *
 * Answers and events may arrive in any order. Every copy of an object has a version: its `revision`, or else the position
 * in the log that it was read at. A newer copy replaces the fields that it has, and makes the others stale. An older copy
 * never replaces anything: it only fills in what is missing. So the same objects come out whatever the order of arrival.
 */
import { refOf, type Cursor, type Kind, type Ref, type Stored, type View } from "./entity.ts";

/**
 * Fields that change without a new revision of their object: they depend on the viewer, or on other objects. The newest
 * read of each counts.
 */
const volatile: Readonly<Partial<Record<Kind, ReadonlySet<string>>>> = {
  Conversation: new Set([
    "firstUnreadId",
    "queuePosition",
    "queueState",
    "shortcuts",
    "unread",
    "viewers",
    "watched",
  ]),
};

/** The types that have a `revision`. Only of these is a field stale once a newer copy came without it. */
const revised: ReadonlySet<Kind> = new Set(["Conversation", "Contact", "Agent"]);

class Entity {
  version: Cursor = "";
  fields: Record<string, unknown> = {};
  /** Of fields that are older than the version: how old they are. */
  readonly older = new Map<string, Cursor>();
  /** Of volatile fields: when they were read. */
  readonly readAt = new Map<string, Cursor>();

  constructor(
    readonly kind: Kind,
    readonly id: string,
  ) {}

  /** Merges a copy with names in place of objects, and reports whether anything changed. */
  merge(copy: Record<string, unknown>, asOf: Cursor): boolean {
    const version = typeof copy["revision"] === "string" ? copy["revision"] : asOf;
    const newer = version > this.version;
    if (newer && this.version !== "") {
      for (const field of Object.keys(this.fields)) {
        if (!(field in copy) && !this.older.has(field)) this.older.set(field, this.version);
      }
    }
    let changed = newer;
    for (const [field, value] of Object.entries(copy)) {
      if (!this.accepts(field, version, asOf)) continue;
      changed ||= !(field in this.fields) || !same(this.fields[field], value) || this.older.has(field);
      this.fields[field] = value;
      if (version >= this.version) this.older.delete(field);
      else this.older.set(field, version);
    }
    if (newer) this.version = version;
    return changed;
  }

  private accepts(field: string, version: Cursor, asOf: Cursor): boolean {
    if (volatile[this.kind]?.has(field)) {
      if (asOf < (this.readAt.get(field) ?? "")) return false;
      this.readAt.set(field, asOf);
      return true;
    }
    if (version >= this.version || !(field in this.fields)) return true;
    const known = this.older.get(field);
    return known !== undefined && known <= version;
  }
}

/** Fields that a mutation will probably change, shown until its answer is known. */
interface Patch {
  readonly id: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Store {
  private readonly entities = new Map<Ref, Entity>();
  private readonly byKind = new Map<Kind, Set<Ref>>();
  private readonly views = new Map<Ref, View>();
  private readonly patches = new Map<Ref, Patch[]>();
  private readonly listeners = new Map<Ref, Set<() => void>>();
  private readonly watchers = new Set<(changed: ReadonlySet<Ref>) => void>();
  /** Objects that the viewer lost sight of, and where in the log. */
  private readonly gone = new Map<Ref, Cursor>();
  private changed = new Set<Ref>();
  private depth = 0;
  private patchCount = 0;

  /** Returns an object, or undefined if it is not known or the viewer may no longer see it. */
  get<K extends Kind>(ref: Ref<K>): View<K> | undefined {
    const known = this.views.get(ref);
    if (known) return known as View<K>;
    const entity = this.entities.get(ref);
    if (!entity) return undefined;
    const patched = Object.assign({}, entity.fields, ...(this.patches.get(ref) ?? []).map((p) => p.fields)) as object;
    const view = Object.freeze({ ...patched, __typename: entity.kind, id: entity.id }) as View;
    this.views.set(ref, view);
    return view as View<K>;
  }

  /** Returns the names of all known objects of a type. */
  all<K extends Kind>(kind: K): Iterable<Ref<K>> {
    return (this.byKind.get(kind) ?? []) as Iterable<Ref<K>>;
  }

  /** Reports whether a field is older than the newest copy of its object. */
  isStale<K extends Kind>(ref: Ref<K>, field: keyof View<K> & string): boolean {
    const entity = this.entities.get(ref);
    return !!entity && revised.has(entity.kind) && entity.older.has(field);
  }

  /**
   * Adds everything that an answer or an event contains. `asOf` is the position in the log at which it was read: `head` of
   * the same query, the cursor of the event or the payload. Returns the data with names in place of objects.
   */
  write<T>(data: T, asOf: Cursor): Stored<T> {
    return this.batch(() => this.normalise(data, asOf)) as Stored<T>;
  }

  /** Runs a function; whoever listens is told of all its changes at once. */
  batch<T>(run: () => T): T {
    this.depth++;
    try {
      return run();
    } finally {
      if (--this.depth === 0) this.tell();
    }
  }

  /** Shows fields of an object until the returned function is called. */
  patch<K extends Kind>(ref: Ref<K>, fields: Omit<View<K>, "__typename" | "id">): () => void {
    const patch: Patch = { id: ++this.patchCount, fields };
    const others = this.patches.get(ref);
    if (others) others.push(patch);
    else this.patches.set(ref, [patch]);
    this.touch(ref);
    return () => {
      const left = (this.patches.get(ref) ?? []).filter((p) => p.id !== patch.id);
      if (left.length > 0) this.patches.set(ref, left);
      else this.patches.delete(ref);
      this.touch(ref);
    };
  }

  /** Forgets an object that the viewer may no longer see. Only what was read after `at` brings it back. */
  forget(ref: Ref, at: Cursor): void {
    if (at > (this.gone.get(ref) ?? "")) this.gone.set(ref, at);
    this.remove(ref);
  }

  /** Forgets an object that no screen shows. */
  evict(ref: Ref): void {
    this.remove(ref);
  }

  /** Forgets everything. */
  clear(): void {
    this.batch(() => {
      for (const ref of [...this.entities.keys()]) this.remove(ref);
      this.gone.clear();
      this.patches.clear();
    });
  }

  /** Calls a function whenever an object changes, until the returned function is called. */
  subscribe(ref: Ref, listener: () => void): () => void {
    const all = this.listeners.get(ref) ?? new Set();
    this.listeners.set(ref, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0 && this.listeners.get(ref) === all) this.listeners.delete(ref);
    };
  }

  /** Calls a function with the names of what changed, until the returned function is called. */
  watch(watcher: (changed: ReadonlySet<Ref>) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private normalise(value: unknown, asOf: Cursor): unknown {
    if (Array.isArray(value)) return value.map((item) => this.normalise(item, asOf));
    if (typeof value !== "object" || value === null) return value;
    const { __typename: typename, id, ...rest } = value as Record<string, unknown>;
    const fields: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(rest)) fields[name] = this.normalise(inner, asOf);
    if (typeof typename === "string" && typeof id === "string") return this.merge(typename as Kind, id, fields, asOf);
    if (typename !== undefined) fields["__typename"] = typename;
    if (id !== undefined) fields["id"] = id;
    return fields;
  }

  private merge(kind: Kind, id: string, fields: Record<string, unknown>, asOf: Cursor): Ref {
    const ref = refOf(kind, id);
    const gone = this.gone.get(ref);
    if (gone !== undefined) {
      if (asOf <= gone) return ref;
      this.gone.delete(ref);
    }
    let entity = this.entities.get(ref);
    const isNew = !entity;
    if (!entity) {
      entity = new Entity(kind, id);
      this.entities.set(ref, entity);
      const ofKind = this.byKind.get(kind) ?? new Set();
      this.byKind.set(kind, ofKind.add(ref));
    }
    if (entity.merge(fields, asOf) || isNew) this.touch(ref);
    return ref;
  }

  private remove(ref: Ref): void {
    const entity = this.entities.get(ref);
    if (!entity) return;
    this.entities.delete(ref);
    this.byKind.get(entity.kind)?.delete(ref);
    this.touch(ref);
  }

  private touch(ref: Ref): void {
    this.views.delete(ref);
    this.changed.add(ref);
    if (this.depth === 0) this.tell();
  }

  private tell(): void {
    while (this.changed.size > 0 && this.depth === 0) {
      const changed = this.changed;
      this.changed = new Set();
      for (const watcher of this.watchers) watcher(changed);
      for (const ref of changed) for (const listener of this.listeners.get(ref) ?? []) listener();
    }
  }
}

/** Reports whether two values of a field are equal. Fields hold JSON with names in place of objects. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [x, y] = [Object.entries(a), b as Record<string, unknown>];
  return x.length === Object.keys(y).length && x.every(([key, value]) => key in y && same(value, y[key]));
}
