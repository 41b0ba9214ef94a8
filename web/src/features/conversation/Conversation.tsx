import { Lock } from "lucide-react";
import type { AuthorNameFragment, TimelineEventFragment } from "../../api/graphql.ts";
import type { Ref, Stored } from "../../live/entity.ts";
import { useEntity, useLive, useObserved } from "../../live/react.ts";
import { isGap } from "../../live/timeline.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { clockTime } from "../../ui/time.ts";
import { Composer } from "../composer/Composer.tsx";

type Event = Stored<TimelineEventFragment>;

/** One conversation: who it is with, what happened, and what to answer. */
export function Conversation({ conversation, me }: { readonly conversation: Ref<"Conversation">; readonly me: Ref<"Agent"> }) {
  const live = useLive();
  const c = useEntity(conversation);
  const contact = useEntity(c?.contact);
  const team = useEntity(c?.team);
  const assignee = useEntity(c?.assignee);
  const timeline = live.timeline(conversation);
  const items = useObserved(timeline, (t) => t.items);
  if (!c) return <main className="page empty">You do not see this.</main>;
  const name = contact?.displayName ?? "";
  return (
    <main className="page">
      <header className="bar">
        <div className="grow">
          <div className="row">
            <h2 className="cut">
              <bdi>{name}</bdi>
            </h2>
            <span className="count">#{c.number}</span>
          </div>
          <div className="row small t2">
            {team?.name} {assignee?.name}
          </div>
        </div>
      </header>
      <div className="thread" role="log" aria-label="Timeline" style={{ overflowY: "auto" }}>
        {items.map((item) =>
          isGap(item) ? (
            <button key={item.before} className="btn s plain" onClick={() => void live.fill(conversation, timeline, item.before)}>
              Earlier
            </button>
          ) : (
            <Line key={item.cursor} event={item as unknown as Event} me={me} />
          ),
        )}
      </div>
      {c.status === "OPEN" && <Composer conversation={conversation} name={name} />}
    </main>
  );
}

/** One event of the timeline. */
function Line({ event, me }: { readonly event: Event; readonly me: Ref<"Agent"> }) {
  switch (event.__typename) {
    case "MessageReceived":
    case "MessageSent":
      return <Bubble message={event.message} me={me} />;
    case "NoteAdded":
      return <NoteLine note={event.note} />;
    case "MessageStatusChanged":
    case "ConversationRead":
      return null;
    default:
      return (
        <div className="ev">
          {event.__typename.replace(/(?<=.)([A-Z])/g, " $1").toLowerCase()}
          <span className="when">{clockTime(event.at)}</span>
        </div>
      );
  }
}

function Bubble({ message, me }: { readonly message: Ref<"Message">; readonly me: Ref<"Agent"> }) {
  const m = useEntity(message);
  const author = useName(m?.author);
  if (!m) return null;
  const name = m.author === me ? "You" : author;
  const outbound = m.direction === "OUTBOUND";
  return (
    <div className={`msg${outbound ? " out" : ""}`}>
      <Avatar name={name} agent={outbound} />
      <div className="by">
        <b>
          <bdi>{name}</bdi>
        </b>
        <time dateTime={m.createdAt}>{m.createdAt && clockTime(m.createdAt)}</time>
      </div>
      <div className="b" dir="auto">
        {m.text}
      </div>
      {outbound && <div className="st">{m.status?.toLowerCase()}</div>}
    </div>
  );
}

/** Returns the name of whoever wrote something. */
function useName(author: Stored<AuthorNameFragment> | undefined): string {
  const view = useEntity(author as Ref | undefined) as { readonly displayName?: string; readonly name?: string } | undefined;
  return view?.displayName ?? view?.name ?? "";
}

function NoteLine({ note }: { readonly note: Ref<"Note"> }) {
  const n = useEntity(note);
  const author = useName(n?.author);
  if (!n) return null;
  return (
    <div className="note">
      <Avatar name={author} agent />
      <div className="b" dir="auto">
        <div className="by">
          <Lock className="i i12" aria-hidden="true" />
          Note by {author}
        </div>
        {n.text}
      </div>
    </div>
  );
}
