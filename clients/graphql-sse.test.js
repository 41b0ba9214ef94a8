// graphql-sse: subscriptions as event streams, one connection for each ("distinct connections").
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EventSource } from "eventsource";
import { createClient } from "graphql-sse";
import { manager, owner, whileWriting } from "./desk.js";
import { Follower } from "./follower.js";
import { events } from "./recipes/events.js";
import { connect } from "./recipes/graphql-sse.js";
import { session } from "./recipes/session.js";
import { goesOnAfterActivity, outlives, ways } from "./resuming.js";
import { given, serve } from "./server.js";

const server = await serve();
const caller = manager(server);

/** A client that retries at once. */
function client(t, as = session(async () => given.key), options = {}) {
  const made = connect(server.url, as, { retry: () => sleep(20), ...options });
  t.after(() => made.dispose());
  return made;
}

function follow(streams, variables) {
  const follower = new Follower();
  follower.stop = streams.subscribe({ query: events, variables }, follower);
  return follower;
}

test("a query and a mutation are answered by an event stream too", async (t) => {
  const plain = createClient({ url: server.url, headers: { authorization: `Bearer ${given.key}` }, retryAttempts: 0 });
  t.after(() => plain.dispose());
  const answers = [];
  for await (const answer of plain.iterate({ query: "{ viewer { ... on ApiKey { details { role } } } }" })) answers.push(answer);
  const { conversation } = await caller.write("sse-mutation");
  const mutation = `mutation($input: NoteAddInput!) { noteAdd(input: $input) { note { text } userErrors { code } } }`;
  const variables = { input: { conversationId: conversation.id, text: "Look" } };
  for await (const answer of plain.iterate({ query: mutation, variables })) answers.push(answer);
  assert.deepEqual(
    answers.map(({ data }) => data),
    [{ viewer: { details: { role: "MANAGER" } } }, { noteAdd: { note: { text: "Look" }, userErrors: [] } }],
  );
});

test("a subscription begins with what was missed, and goes on live until it is stopped", async (t) => {
  const start = await caller.head();
  await caller.write("sse-live", "Before");
  const follower = follow(client(t), { after: start });
  await follower.until(({ items }) => items.some(({ __typename }) => __typename === "StreamReady"), "ready");
  await caller.write("sse-live", "After");
  assert((await follower.agrees(caller, start)) >= 5);
  follower.stop();
  await follower.until(({ completed }) => completed, "completed");
});

for (const [how, away] of ways) {
  test(`a server that ${how} costs no event and repeats none`, async (t) => {
    let connections = 0;
    const streams = client(t, undefined, { on: { connected: () => connections++ } });
    const aways = [away, away, away];
    const { count } = await outlives(server, caller, (from) => follow(streams, from), aways);
    assert(count >= 30);
    assert.equal(connections, 4);
    t.diagnostic(`${count} events of conversations over ${connections} connections`);
  });
}

test("items without a cursor do not change where a stream goes on", async (t) => {
  await goesOnAfterActivity(server, caller, "sse-activity", (as, from) => follow(client(t, as), from));
});

test("an EventSource goes on after the last event it has seen, by Last-Event-ID alone", async (t) => {
  const start = await caller.head();
  const url = new URL(server.url);
  url.searchParams.set("query", events);
  url.searchParams.set("variables", JSON.stringify({ after: start }));
  const seen = [];
  const source = new EventSource(url, {
    fetch(address, init) {
      seen.push(init.headers["Last-Event-ID"]);
      return fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${given.key}` } });
    },
  });
  t.after(() => source.close());
  const follower = new Follower();
  source.addEventListener("next", ({ data }) => follower.next(JSON.parse(data)));
  await whileWriting(caller, async () => {
    await follower.until(({ items }) => items.length >= 20, "20 items");
    const shown = follower.items.length;
    await server.kill();
    await server.start();
    await follower.until(({ items }) => items.length >= shown + 20, "20 items more");
  });
  assert((await follower.agrees(caller, start)) >= 20);
  assert.equal(seen[0], undefined);
  assert(seen.at(-1) > start, `it came back with ${seen}`);
});

test("a token that ends ends the stream, and the client comes back with a fresh one", async (t) => {
  const admin = await owner(server);
  const keys = [await admin.key(), await admin.key()];
  const tokens = keys.map(({ token }) => token);
  const start = await caller.head();
  const follower = follow(
    client(
      t,
      session(async () => tokens.shift()),
    ),
    { after: start },
  );
  await caller.write("sse-token");
  await follower.reached(await caller.head());
  await admin.mutate("apiKeyRevoke", { id: keys[0].id });
  await caller.write("sse-token");
  await follower.agrees(caller, start);
  assert.equal(tokens.length, 0);
});

test("a token that never was is answered by 401", async (t) => {
  const streams = client(
    t,
    session(async () => "nonsense"),
    { retryAttempts: 2 },
  );
  const follower = await follow(streams, {}).until(({ ended }) => ended, "ended");
  assert.equal(follower.failure.response.status, 401);
});

test("streams end with an error that says where", async (t) => {
  const streams = client(t);
  const errorOf = async (follower) => {
    await follower.until(({ ended }) => ended, "ended");
    assert(follower.completed, String(follower.failure)); // an error is the last item of an event stream
    return follower.errors[0].extensions;
  };
  assert.equal((await errorOf(follow(streams, { after: "nonsense" }))).code, "CURSOR_INVALID");

  const head = await caller.head();
  const [epoch, number] = head.split(".");
  const expired = await errorOf(
    follow(streams, { after: `${epoch.slice(0, -1)}${epoch.endsWith("0") ? 1 : 0}.${number}` }),
  );
  assert.equal(expired.code, "CURSOR_EXPIRED");
  assert(expired.head >= head && expired.oldest <= expired.head, JSON.stringify(expired));

  const token = await caller.login("ana@clients.localhost");
  const follower = follow(
    client(
      t,
      session(async () => token),
    ),
    {},
  );
  await follower.until(({ items }) => items.length > 0, "ready");
  await (await owner(server)).mutate("agentUpdate", { id: given.agents["ana@clients.localhost"], visibility: "ALL" });
  const scope = await errorOf(follower);
  assert.equal(scope.code, "SCOPE_CHANGED");
  assert(scope.cursor, JSON.stringify(scope));

  const refused = new Follower();
  streams.subscribe({ query: "subscription { nonsense }" }, refused);
  assert.equal((await errorOf(refused)).code, "VALIDATION_FAILED");
});
