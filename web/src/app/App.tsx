import { useCallback, useEffect, useState } from "react";
import { Login } from "../features/login/Login.tsx";
import { Desk } from "./Desk.tsx";
import { start } from "./documents.ts";
import { request, RequestError } from "./request.ts";
import type { StartQuery } from "../api/graphql.ts";

/** What the tab shows: nothing yet, the log-in, or the desk of the agent who is logged in. */
type State =
  | { readonly kind: "starting" }
  | { readonly kind: "login" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "desk"; readonly began: StartQuery };

export function App() {
  const [state, setState] = useState<State>({ kind: "starting" });
  const begin = useCallback(() => {
    request(start).then(
      (began) => setState(began.viewer.__typename === "Agent" ? { kind: "desk", began } : { kind: "login" }),
      (error: unknown) => {
        if (error instanceof RequestError && error.code === "UNAUTHENTICATED") setState({ kind: "login" });
        else setState({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
      },
    );
  }, []);
  useEffect(begin, [begin]);
  switch (state.kind) {
    case "starting":
      return null;
    case "login":
      return <Login onDone={begin} />;
    case "failed":
      return (
        <main className="empty" role="alert">
          <h1>{state.message}</h1>
          <button className="btn" onClick={begin}>
            Try again
          </button>
        </main>
      );
    case "desk":
      return <Desk began={state.began} onSignedOut={() => setState({ kind: "login" })} />;
  }
}
