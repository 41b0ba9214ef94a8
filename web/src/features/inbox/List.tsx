import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { idOf, type Ref } from "../../live/entity.ts";
import { useLive, useObserved } from "../../live/react.ts";
import { Row } from "./Row.tsx";
import type { InboxView } from "./views.ts";

/** The height of a row, in pixels. */
const rowHeight = 74;

/** One of the lists of the inbox. Only the rows on the screen are in the page. */
export function List({ view, selected, onSelect }: ListProps) {
  const live = useLive();
  const window = live.window(view.filter, view.order);
  const rows = useObserved(window, (w) => w.rows);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!window.isComplete && rows.length > 0 && last >= rows.length - 10) void live.more(window);
  }, [live, window, last, rows.length]);

  function move(event: KeyboardEvent) {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = selected ? rows.indexOf(selected) : -1;
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!next) return;
    onSelect(next);
    virtual.scrollToIndex(rows.indexOf(next));
  }

  return (
    <section className="list" aria-label="Conversations">
      <div className="bar">
        <h2>{view.name}</h2>
        <span className="count">{window.isComplete ? rows.length : `${rows.length}+`}</span>
      </div>
      <div
        ref={scroller}
        className="rows"
        style={{ overflowY: "auto" }}
        role="listbox"
        aria-label={view.name}
        aria-activedescendant={selected && rows.includes(selected) ? idOf(selected) : undefined}
        tabIndex={0}
        onKeyDown={move}
      >
        <div style={{ position: "relative", blockSize: virtual.getTotalSize() }} role="presentation">
          {items.map((item) => {
            const ref = rows[item.index];
            return (
              ref && (
                <div key={ref} role="presentation" style={{ position: "absolute", insetInline: 0, transform: `translateY(${item.start}px)` }}>
                  <Row conversation={ref} selected={ref === selected} onSelect={() => onSelect(ref)} />
                </div>
              )
            );
          })}
        </div>
        {window.isComplete && rows.length === 0 && <p className="empty">{view.empty}</p>}
      </div>
    </section>
  );
}

interface ListProps {
  readonly view: InboxView;
  readonly selected: Ref<"Conversation"> | undefined;
  readonly onSelect: (conversation: Ref<"Conversation">) => void;
}
