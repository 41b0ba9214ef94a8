import { useEffect, useState } from "react";
import type { StartQuery } from "../api/graphql.ts";
import { Inbox } from "../features/inbox/Inbox.tsx";
import { refOf } from "../live/entity.ts";
import { Live } from "../live/live.ts";
import { LiveContext } from "../live/react.ts";
import { start } from "./documents.ts";
import { request, RequestError } from "./request.ts";

/** Everything that an agent who is logged in sees. It has one connection for as long as it is shown. */
export function Desk({ began, onSignedOut }: { readonly began: StartQuery; readonly onSignedOut: () => void }) {
  const [live, setLive] = useState<Live>();
  useEffect(() => {
    const created = new Live(isSignedIn);
    created.store.write(began, began.head);
    created.connection.start(began.head);
    const stop = created.connection.subscribe(() => {
      if (created.connection.status.state === "signed-out") onSignedOut();
    });
    setLive(created);
    return () => {
      stop();
      created.close();
    };
  }, [began, onSignedOut]);
  if (!live || began.viewer.__typename !== "Agent") return null;
  return (
    <LiveContext value={live}>
      <Inbox me={refOf("Agent", began.viewer.id)} workspace={began.workspace.name} counts={began.inboxCounts} />
    </LiveContext>
  );
}

async function isSignedIn(): Promise<boolean> {
  try {
    return (await request(start)).viewer.__typename === "Agent";
  } catch (error) {
    if (error instanceof RequestError && error.code === "UNAUTHENTICATED") return false;
    throw error;
  }
}
