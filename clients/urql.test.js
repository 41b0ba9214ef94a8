// @urql/core, with a cache that knows objects by their id (graphcache).
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gql } from "@urql/core";
import { buildSchema, introspectionFromSchema } from "graphql";
import { manager } from "./desk.js";
import { Follower } from "./follower.js";
import { events } from "./recipes/events.js";
import { connect as overStreams } from "./recipes/graphql-sse.js";
import { connect as overSocket } from "./recipes/graphql-ws.js";
import { described } from "./recipes/schema.js";
import { session } from "./recipes/session.js";
import { urql } from "./recipes/urql.js";
import { outlives, replacesTokens, ways } from "./resuming.js";
import { given, serve } from "./server.js";

const server = await serve();
const caller = manager(server);
const schema = await readFile(new URL("../schema.graphql", import.meta.url), "utf8");
const introspection = introspectionFromSchema(buildSchema(schema));
const { embedded } = described(schema);

/** A client, and the requests that it sent over HTTP. */
function client(
  t,
  as = session(async () => given.key),
  socket = overSocket(server.socketUrl, as, { retryWait: () => sleep(20) }),
) {
  const requests = [];
  const recorded = async (url, options) => {
    const response = await fetch(url, options);
    requests.push({ method: options.method, url, status: response.status, type: response.headers.get("content-type") });
    return response;
  };
  t.after(() => socket.dispose());
  return { client: urql({ url: server.url, session: as, socket, introspection, embedded, fetch: recorded }), requests };
}

function follow(client, variables) {
  const follower = new Follower();
  const { unsubscribe } = client.subscription(events, variables).subscribe((result) => follower.next(result));
  follower.stop = unsubscribe;
  return follower;
}

const oneConversation = gql`
  query OneConversation($id: ID!) {
    conversation(id: $id) {
      id
      number
      status
      assignee {
        id
        name
      }
      contact {
        id
        displayName
      }
    }
  }
`;

async function answer(promise) {
  const { data, error } = await promise;
  assert.equal(error, undefined);
  return data;
}

test("queries and mutations run, and objects are cached by their id", async (t) => {
  const { client: urql, requests } = client(t);
  const { conversation } = await caller.write("urql-cache");
  const read = () => answer(urql.query(oneConversation, { id: conversation.id }));
  assert.equal((await read()).conversation.status, "OPEN");
  const close = gql`
    mutation Close($input: ConversationCloseInput!) {
      conversationClose(input: $input) {
        conversation {
          id
          status
        }
        cursor
        userErrors {
          code
          message
        }
      }
    }
  `;
  await answer(urql.mutation(close, { input: { conversationId: conversation.id } }));
  assert.equal((await read()).conversation.status, "CLOSED");
  assert.deepEqual(
    requests.map(({ method }) => method),
    ["GET", "POST"],
  );
  // urql would accept event streams for everything, but queries and mutations must get plain responses.
  for (const { type } of requests) assert.match(type, /^application\/graphql-response\+json/);
});

test("a list is read page by page into one", async (t) => {
  for (let n = 0; n < 7; n++) await caller.write(`urql-page-${n}`);
  const { client: urql } = client(t);
  const query = gql`
    query Inbox($after: String) {
      conversations(first: 3, after: $after, orderBy: NEWEST) {
        edges {
          cursor
          node {
            id
            number
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  `;
  let all = (await answer(urql.query(query, {}))).conversations;
  while (all.pageInfo.hasNextPage)
    all = (await answer(urql.query(query, { after: all.pageInfo.endCursor }))).conversations;
  const numbers = all.edges.map(({ node }) => node.number);
  assert(numbers.length >= 7);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => b - a),
  );
});

for (const [transport, socket] of [
  ["a websocket", undefined],
  [
    "an event stream",
    () =>
      overStreams(
        server.url,
        session(async () => given.key),
        { retry: () => sleep(20) },
      ),
  ],
]) {
  test(`an event over ${transport} changes what a query shows`, async (t) => {
    const { client: urql } = client(t, undefined, socket?.());
    const { conversation } = await caller.write(`urql-event over ${transport}`);
    const follower = follow(urql, {});
    await follower.until(({ items }) => items.length > 0, "ready");
    const statuses = [];
    const watching = urql
      .query(oneConversation, { id: conversation.id })
      .subscribe(({ data }) => statuses.push(data?.conversation.status));
    t.after(() => watching.unsubscribe());
    while (statuses.length === 0) await sleep(5);
    const { cursor } = await caller.mutate("conversationClose", { conversationId: conversation.id }, "cursor");
    await follower.reached(cursor);
    while (statuses.at(-1) !== "CLOSED") await sleep(5);
    assert.equal(statuses[0], "OPEN");
    follower.stop();
  });

  test(`a subscription over ${transport} goes on where it was when the server is back`, async (t) => {
    const { client: urql } = client(t, undefined, socket?.());
    const aways = ways.map(([, away]) => away);
    const { follower, count } = await outlives(server, caller, (from) => follow(urql, from), aways);
    assert(count >= 20);
    follower.stop();
  });
}

test("a token that ends is replaced, over HTTP and for the subscription", async (t) => {
  const query = gql`
    query Who {
      viewer {
        ... on ApiKey {
          id
        }
      }
    }
  `;
  await replacesTokens(server, caller, "urql-token", (as) => {
    const { client: urql, requests } = client(t, as);
    const who = async () => (await answer(urql.query(query, {}, { requestPolicy: "network-only" }))).viewer.id;
    return { who, requests, follow: (from) => follow(urql, from) };
  });
});

test("errors come with their codes", async (t) => {
  const { client: urql } = client(t);
  const query = gql`
    query Both {
      conversation(id: "cnv_1") {
        id
        messages(first: 1, last: 1) {
          nodes {
            id
          }
        }
      }
    }
  `;
  const { error } = await urql.query(query, {});
  assert.equal(error.graphQLErrors[0].extensions.code, "BAD_REQUEST");
  const follower = follow(urql, { after: "nonsense" });
  await follower.until(({ errors }) => errors.length > 0, "an error");
  assert.equal(follower.errors[0].graphQLErrors[0].extensions.code, "CURSOR_INVALID");
});
