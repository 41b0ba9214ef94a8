import type { ReactNode } from "react";

const washes = ["red", "rose", "amber", "violet", "green", "blue", "accent"] as const;

/** The initials of somebody on a colour that is theirs. Contacts are round, agents are squares. */
export function Avatar({ name, agent, size, children }: AvatarProps) {
  const className = ["av", agent && "agent", size, "wash", washes[hash(name) % washes.length]].filter(Boolean).join(" ");
  return (
    <span className={className} aria-hidden="true">
      {initials(name)}
      {children}
    </span>
  );
}

interface AvatarProps {
  readonly name: string;
  readonly agent?: boolean;
  readonly size?: "xs" | "s" | "l";
  readonly children?: ReactNode;
}

/** Returns the first letters of the first and the last word. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const first = (word: string | undefined) => (word ? [...word][0]!.toLocaleUpperCase() : "");
  return words.length > 1 ? first(words[0]) + first(words.at(-1)) : first(words[0] ?? name);
}

function hash(text: string): number {
  let sum = 0;
  for (const c of text) sum = (sum * 31 + c.codePointAt(0)!) >>> 0;
  return sum;
}
