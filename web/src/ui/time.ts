import { useSyncExternalStore } from "react";

/** Returns a span as two lists show it: 40s, 14m, 3h, 2d. */
export function shortSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Returns the time of day as the reader's language writes it. */
export function clockTime(iso: string): string {
  return new Date(iso).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

const interval = 10_000;

const ticker = {
  now: Date.now(),
  listeners: new Set<() => void>(),
  subscribe(listener: () => void): () => void {
    ticker.listeners.add(listener);
    return () => ticker.listeners.delete(listener);
  },
};
setInterval(() => {
  ticker.now = Date.now();
  for (const listener of ticker.listeners) listener();
}, interval);

/** Returns the time in milliseconds, and renders again every ten seconds. */
export const useNow = (): number => useSyncExternalStore(ticker.subscribe, () => ticker.now);
