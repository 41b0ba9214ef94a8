import { useState, type KeyboardEvent } from "react";
import { graphql } from "../../api/gql.ts";
import { request, RequestError } from "../../app/request.ts";
import { idOf, type Ref } from "../../live/entity.ts";

const messageSend = graphql(`
  mutation MessageSend($input: MessageSendInput!) {
    messageSend(input: $input) {
      message {
        __typename
        id
      }
      userErrors {
        message
      }
    }
  }
`);

/** Where an agent writes. */
export function Composer({ conversation, name }: { readonly conversation: Ref<"Conversation">; readonly name: string }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();

  async function send() {
    const sent = text.trim();
    if (sent === "") return;
    setText("");
    setProblem(undefined);
    try {
      const input = { conversationId: idOf(conversation), text: sent, idempotencyKey: crypto.randomUUID() };
      const { messageSend: answer } = await request(messageSend, { input });
      const [refused] = answer?.userErrors ?? [];
      if (refused) throw new RequestError("REFUSED", refused.message);
    } catch (error) {
      setText(sent);
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) void send();
  }

  return (
    <div className="composer">
      <textarea className="txt" dir="auto" aria-label={`Reply to ${name}`} value={text} onChange={(e) => setText(e.target.value)} onKeyDown={onKeyDown} />
      {problem && (
        <p role="alert" className="c-red small">
          {problem}
        </p>
      )}
      <footer>
        <span className="end" />
        <button className="btn primary" onClick={() => void send()}>
          Send
        </button>
      </footer>
    </div>
  );
}
