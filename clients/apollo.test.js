// @apollo/client: a normalised cache that the subscription keeps fresh.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { gql } from "@apollo/client";
import { filter, firstValueFrom } from "rxjs";
import { manager } from "./desk.js";
import { Follower } from "./follower.js";
import { apollo } from "./recipes/apollo.js";
import { events } from "./recipes/events.js";
import { connect } from "./recipes/graphql-ws.js";
import { described } from "./recipes/schema.js";
import { session } from "./recipes/session.js";
import { outlives, replacesTokens, ways } from "./resuming.js";
import { given, serve } from "./server.js";

const server = await serve();
const caller = manager(server);
const { possibleTypes } = described(await readFile(new URL("../schema.graphql", import.meta.url), "utf8"));
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** A client, and the requests that it sends over HTTP. */
function client(t, as = session(async () => given.key)) {
  const requests = [];
  const socket = connect(server.socketUrl, as, { retryWait: () => sleep(20) });
  const recorded = async (url, options) => {
    const response = await fetch(url, options);
    requests.push({ method: options.method, url, body: options.body, status: response.status });
    return response;
  };
  const made = apollo({ url: server.url, session: as, socket, possibleTypes, sha256, fetch: recorded });
  t.after(() => {
    made.stop();
    socket.dispose();
  });
  return { client: made, requests };
}

function follow(client, variables) {
  const follower = new Follower();
  const subscription = client.subscribe({ query: gql(events), variables }).subscribe(follower);
  follower.stop = () => subscription.unsubscribe();
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
      team {
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

test("queries and mutations run, and objects are cached by their id", async (t) => {
  const { client: apollo, requests } = client(t);
  const { conversation } = await caller.write("apollo-cache");
  const { data } = await apollo.query({ query: oneConversation, variables: { id: conversation.id } });
  assert.equal(data.conversation.status, "OPEN");
  assert.equal(apollo.extract()[`Conversation:${conversation.id}`].status, "OPEN");

  // A mutation's answer changes what the query shows, without another request.
  const before = requests.length;
  await apollo.mutate({
    mutation: gql`
      mutation Close($input: ConversationCloseInput!) {
        conversationClose(input: $input) {
          conversation {
            id
            status
            category
          }
          cursor
          userErrors {
            code
            message
          }
        }
      }
    `,
    variables: { input: { conversationId: conversation.id, category: "Other" } },
  });
  const again = await apollo.query({ query: oneConversation, variables: { id: conversation.id } });
  assert.equal(again.data.conversation.status, "CLOSED");
  assert.equal(requests.length - before, 2); // the mutation: by its digest, then with its text
});

test("a list is read page by page into one", async (t) => {
  for (let n = 0; n < 7; n++) await caller.write(`apollo-page-${n}`);
  const { client: apollo } = client(t);
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
          endCursor
        }
      }
    }
  `;
  const list = apollo.watchQuery({ query });
  const watching = list.subscribe(() => {});
  t.after(() => watching.unsubscribe());
  let page = await firstValueFrom(list.pipe(filter(({ loading }) => !loading)));
  while (page.data.conversations.pageInfo.hasNextPage) {
    page = await list.fetchMore({ variables: { after: page.data.conversations.pageInfo.endCursor } });
  }
  const whole = await firstValueFrom(
    list.pipe(filter(({ data }) => data?.conversations.pageInfo.hasNextPage === false)),
  );
  const numbers = whole.data.conversations.edges.map(({ node }) => node.number);
  assert(numbers.length >= 7);
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => b - a),
  );
  assert.equal(new Set(numbers).size, numbers.length);
});

test("an event changes what a query shows", async (t) => {
  const { client: apollo, requests } = client(t);
  const { conversation } = await caller.write("apollo-event");
  const follower = follow(apollo, {});
  await follower.until(({ items }) => items.length > 0, "ready");
  const statuses = [];
  const watching = apollo
    .watchQuery({ query: oneConversation, variables: { id: conversation.id } })
    .subscribe(({ data }) => data && statuses.push(data.conversation?.status));
  t.after(() => watching.unsubscribe());
  while (statuses.length === 0) await sleep(5);
  const before = requests.length;
  const { cursor } = await caller.mutate("conversationClose", { conversationId: conversation.id }, "cursor");
  await follower.reached(cursor);
  while (statuses.at(-1) !== "CLOSED") await sleep(5);
  assert.deepEqual(statuses, ["OPEN", "CLOSED"]);
  assert.equal(requests.length, before);
});

test("a subscription goes on where it was when the server is back", async (t) => {
  const { client: apollo } = client(t);
  const aways = ways.map(([, away]) => away);
  const { count } = await outlives(server, caller, (from) => follow(apollo, from), aways);
  assert(count >= 20);
});

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
  await replacesTokens(server, caller, "apollo-token", (as) => {
    const { client: apollo, requests } = client(t, as);
    const who = async () => (await apollo.query({ query, fetchPolicy: "network-only" })).data.viewer.id;
    return { who, requests, follow: (from) => follow(apollo, from) };
  });
});

test("a query is sent by its digest once the server knows it", async (t) => {
  const { client: apollo, requests } = client(t);
  const query = gql`
    query Persisted {
      workspace {
        name
        timeZone
      }
    }
  `;
  for (let n = 0; n < 2; n++) await apollo.query({ query, fetchPolicy: "network-only" });
  // The first time the digest is unknown, so the text is sent too. The second time the digest is enough.
  assert.deepEqual(
    requests.map(({ method }) => method),
    ["GET", "POST", "GET"],
  );
  const [unknown, taught, known] = requests;
  assert(JSON.parse(taught.body).query && JSON.parse(taught.body).extensions.persistedQuery.sha256Hash);
  for (const { url } of [unknown, known]) {
    const asked = new URL(url).searchParams;
    assert(!asked.has("query") && asked.get("extensions").includes("sha256Hash"), url);
  }
  assert.equal(requests.at(-1).status, 200);
});

test("errors come with their codes", async (t) => {
  const { client: apollo } = client(t);
  await assert.rejects(
    apollo.query({
      query: gql`
        query Both {
          conversation(id: "cnv_1") {
            messages(first: 1, last: 1) {
              nodes {
                id
              }
            }
          }
        }
      `,
    }),
    ({ errors }) => errors[0].extensions.code === "BAD_REQUEST",
  );
  const follower = await follow(apollo, { after: "nonsense" }).until(({ ended }) => ended, "ended");
  const error = follower.errors[0]?.errors?.[0] ?? follower.failure?.errors?.[0];
  assert.equal(error?.extensions.code, "CURSOR_INVALID");
});
