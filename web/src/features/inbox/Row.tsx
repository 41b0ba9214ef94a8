import { ChevronsUp, ChevronUp, Hourglass } from "lucide-react";
import { idOf, type Ref } from "../../live/entity.ts";
import { useEntity } from "../../live/react.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { shortSpan, useNow } from "../../ui/time.ts";

/** A conversation in a list. */
export function Row({ conversation, selected, onSelect }: RowProps) {
  const c = useEntity(conversation);
  const contact = useEntity(c?.contact);
  const team = useEntity(c?.team);
  const message = useEntity(c?.lastMessage);
  const now = useNow();
  if (!c) return null;
  const name = contact?.displayName ?? "";
  const waits = c.waitingSince ? now - Date.parse(c.waitingSince) : undefined;
  const outbound = message?.direction === "OUTBOUND";
  return (
    <div
      role="option"
      id={idOf(conversation)}
      aria-selected={selected}
      aria-label={`${name}, #${c.number}, ${message?.text ?? ""}`}
      className={`cv${selected ? " on" : ""}${waits === undefined ? "" : " unread"}`}
      onClick={onSelect}
    >
      <Avatar name={name} />
      <div className="col">
        <div className="top">
          <span className="name cut">
            <bdi>{name}</bdi>
          </span>
          <span className="no">#{c.number}</span>
          <span className="when">{c.lastActivityAt && shortSpan(now - Date.parse(c.lastActivityAt))}</span>
        </div>
        <div className="txt cut" dir="auto">
          {outbound && <span className="t3">You: </span>}
          {message?.text}
        </div>
        <div className="meta">
          {waits !== undefined && (
            <span className={`wait ${waits > 1_800_000 ? "hot" : waits > 600_000 ? "warm" : ""}`}>
              <Hourglass className="i i12" aria-hidden="true" />
              {shortSpan(waits)}
            </span>
          )}
          {c.priority === "URGENT" && (
            <span className="c-red medium">
              <ChevronsUp className="i i12" aria-hidden="true" />
              Urgent
            </span>
          )}
          {c.priority === "HIGH" && (
            <span className="c-amber medium">
              <ChevronUp className="i i12" aria-hidden="true" />
              High
            </span>
          )}
          {team && (
            <span>
              <span className="dot accent" />
              {team.name}
            </span>
          )}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  readonly conversation: Ref<"Conversation">;
  readonly selected: boolean;
  readonly onSelect: () => void;
}
