/** The live store for components: each subscribes to just what it shows. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { Kind, Ref, View } from "./entity.ts";
import type { Live } from "./live.ts";

export const LiveContext = createContext<Live | null>(null);

/** Returns what the tab has of the server. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("There is no LiveContext above this component.");
  return live;
}

/** Returns an object and renders again when it changes; undefined if it is not known. */
export function useEntity<K extends Kind>(ref: Ref<K> | null | undefined): View<K> | undefined {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => (ref ? store.subscribe(ref, listener) : () => {}), [store, ref]);
  return useSyncExternalStore(subscribe, () => (ref ? store.get(ref) : undefined));
}

/** Something that tells when it has changed: a window, a timeline, a connection. */
interface Observable {
  subscribe(listener: () => void): () => void;
}

/** Returns what `read` returns, and renders again when that is another value. */
export function useObserved<O extends Observable, T>(subject: O, read: (subject: O) => T): T {
  const subscribe = useCallback((listener: () => void) => subject.subscribe(listener), [subject]);
  return useSyncExternalStore(subscribe, () => read(subject));
}
