import { AlarmClock, CircleCheck, CircleDashed, Inbox as InboxIcon, Layers, type LucideIcon } from "lucide-react";
import { useMemo, useState } from "react";
import type { StartQuery } from "../../api/graphql.ts";
import { idOf, type Ref } from "../../live/entity.ts";
import { useEntity, useLive, useObserved } from "../../live/react.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { clockTime } from "../../ui/time.ts";
import { Conversation } from "../conversation/Conversation.tsx";
import styles from "./Inbox.module.css";
import { List } from "./List.tsx";
import { viewsOf } from "./views.ts";

const icons: Readonly<Record<string, LucideIcon>> = {
  mine: InboxIcon,
  unassigned: CircleDashed,
  open: Layers,
  snoozed: AlarmClock,
  closed: CircleCheck,
};

/** What an agent has open all day: lists, and the conversation that is selected. */
export function Inbox({ me, workspace, counts }: InboxProps) {
  const views = useMemo(() => viewsOf(idOf(me)), [me]);
  const [view, setView] = useState(views[0]!);
  const [selected, select] = useState<Ref<"Conversation">>();
  const agent = useEntity(me);
  const count: Readonly<Record<string, number | undefined>> = { mine: counts?.mine, unassigned: counts?.unassigned, open: counts?.open, snoozed: counts?.snoozed };
  return (
    <div className={styles.inbox}>
      <aside className="side" aria-label="Views">
        <header>
          <b className="strong cut">{workspace}</b>
        </header>
        <nav>
          {views.map((v) => {
            const Icon = icons[v.key]!;
            return (
              <a key={v.key} href={`/inbox/${v.key}`} className={v === view ? "on" : ""} aria-current={v === view ? "page" : undefined} onClick={(e) => (e.preventDefault(), setView(v), select(undefined))}>
                <Icon className="i" aria-hidden="true" />
                <span className="cut">{v.name}</span>
                <span className="count">{count[v.key]}</span>
              </a>
            );
          })}
        </nav>
        <footer>
          <ConnectionStatus />
          <div className="me">
            <Avatar name={agent?.name ?? ""} agent>
              <span className={`dot ${agent?.presence?.toLowerCase()}`} />
            </Avatar>
            <span className="grow">
              <b className="medium cut">{agent?.name}</b>
            </span>
          </div>
        </footer>
      </aside>
      <List view={view} selected={selected} onSelect={select} />
      {selected ? <Conversation key={selected} conversation={selected} me={me} /> : <main className="page empty">Choose a conversation.</main>}
    </div>
  );
}

interface InboxProps {
  readonly me: Ref<"Agent">;
  readonly workspace: string;
  readonly counts: StartQuery["inboxCounts"];
}

/** How fresh the screen is. */
function ConnectionStatus() {
  const status = useObserved(useLive().connection, (c) => c.status);
  const [dot, text] = {
    connecting: ["busy", "Connecting"],
    live: ["online", "Live"],
    offline: ["offline", status.state === "offline" ? `Offline since ${clockTime(new Date(status.since).toISOString())}` : ""],
    "catching-up": ["busy", "Catching up"],
    reading: ["busy", "Reading afresh"],
    "signed-out": ["offline", "Your session ended"],
  }[status.state] as [string, string];
  return (
    <div className="live" role="status" aria-label="Connection">
      <span className={`dot ${dot}`} />
      {text}
    </div>
  );
}
