// graphql-ws: everything over one websocket.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { Caller, manager, owner } from "./desk.js";
import { Follower } from "./follower.js";
import { events } from "./recipes/events.js";
import { connect } from "./recipes/graphql-ws.js";
import { live } from "./recipes/live.js";
import { session } from "./recipes/session.js";
import { start } from "./recipes/start.js";
import { goesOnAfterActivity, outlives, ways } from "./resuming.js";
import { given, serve } from "./server.js";

const server = await serve();
const caller = manager(server);
const asManager = () => session(async () => given.key);

/** A client that counts its connections and retries at once. */
function client(t, as = asManager(), options = {}) {
  const made = connect(server.socketUrl, as, { retryWait: () => sleep(20), ...options });
  t.after(() => made.dispose());
  return made;
}

function follow(socket, variables) {
  const follower = new Follower();
  follower.stop = socket.subscribe({ query: events, variables }, follower);
  return follower;
}

const once = (socket, query, variables) =>
  new Promise((resolve, reject) => {
    let result;
    socket.subscribe(
      { query, variables },
      { next: (next) => (result = next), error: reject, complete: () => resolve(result) },
    );
  });

test("a query and a mutation run over the socket", async (t) => {
  const socket = client(t);
  const { data } = await once(socket, "{ workspace { name } viewer { ... on ApiKey { details { role } } } }");
  assert.equal(data.viewer.details.role, "MANAGER");
  const { conversation } = await caller.write("ws-mutation");
  const answer = await once(
    socket,
    `mutation($input: MessageSendInput!) {
      messageSend(input: $input) { message { text status } cursor userErrors { code } } }`,
    { input: { conversationId: conversation.id, text: "It is." } },
  );
  assert.deepEqual(answer.data.messageSend.message, { text: "It is.", status: "QUEUED" });
  assert.deepEqual(answer.data.messageSend.userErrors, []);
});

test("a mutation that is refused says why, and a query with an error in it has data too", async (t) => {
  const socket = client(t);
  const { data } = await once(
    socket,
    `mutation { noteAdd(input: {conversationId: "cnv_zzzz", text: "?"}) { note { id } userErrors { code field } } }`,
  );
  assert.deepEqual(data.noteAdd, { note: null, userErrors: [{ code: "NOT_FOUND", field: ["conversationId"] }] });
  await assert.rejects(once(socket, "{ nonsense }"), ([error]) => error.extensions.code === "VALIDATION_FAILED");
  await assert.rejects(once(socket, "{"), ([error]) => error.extensions.code === "BAD_REQUEST");
});

test("a subscription begins with what was missed, says when it is there, and goes on live", async (t) => {
  const socket = client(t);
  const start = await caller.head();
  await caller.write("ws-live", "Before");
  const follower = follow(socket, { after: start });
  await follower.until(({ items }) => items.some(({ __typename }) => __typename === "StreamReady"), "ready");
  const { cursor } = await caller.write("ws-live", "After");
  await follower.reached(cursor);
  assert((await follower.agrees(caller, start)) >= 5);
  const kinds = follower.items.map(({ __typename }) => __typename);
  assert(kinds.indexOf("StreamReady") < kinds.lastIndexOf("MessageReceived"));
  const { conversation } = follower.items.find(({ __typename }) => __typename === "ConversationAssigned");
  assert(["Ana", "Ben"].includes(conversation.assignee.name));
});

test("a filter leaves out the rest, a stop ends the stream and not the socket", async (t) => {
  const socket = client(t);
  const follower = follow(socket, { filter: { types: ["MESSAGE_RECEIVED"] } });
  await follower.until(({ items }) => items.length === 1, "ready");
  await caller.write("ws-filter");
  await follower.until(({ items }) => items.length === 2, "one event");
  assert.equal(follower.items[1].__typename, "MessageReceived");
  follower.stop();
  await follower.until(({ completed }) => completed, "completed");
  assert((await once(socket, "{ head }")).data.head);
  assert.equal(follower.failure, undefined);
});

for (const [how, away] of ways) {
  test(`a server that ${how} costs no event and repeats none`, async (t) => {
    const codes = [];
    const socket = client(t, asManager(), { on: { closed: ({ code }) => codes.push(code) } });
    const aways = [away, away, away];
    const { follower, count } = await outlives(server, caller, (from) => follow(socket, from), aways);
    assert(count >= 30);
    assert.equal(follower.failure, undefined);
    assert(codes.filter((code) => code === (how === "restarts" ? 1012 : 1006)).length >= 3, `closed with ${codes}`);
    t.diagnostic(`${count} events of conversations over 4 connections, closed with ${[...new Set(codes)]}`);
  });
}

test("items without a cursor do not change where a stream goes on", async (t) => {
  await goesOnAfterActivity(server, caller, "ws-activity", (as, from) => follow(client(t, as), from));
});

test("a token that ends closes with 4403, and the client comes back with a fresh one", async (t) => {
  const admin = await owner(server);
  const keys = [await admin.key(), await admin.key()];
  const tokens = keys.map(({ token }) => token);
  const codes = [];
  const as = session(async () => tokens.shift());
  const socket = client(t, as, {
    on: {
      closed: ({ code }) => {
        codes.push(code);
        if (code === 4403) as.forget();
      },
    },
  });
  const start = await caller.head();
  const follower = follow(socket, { after: start });
  await caller.write("ws-token");
  await follower.reached(await caller.head());
  await admin.mutate("apiKeyRevoke", { id: keys[0].id });
  await caller.write("ws-token");
  await follower.agrees(caller, start);
  assert.deepEqual(codes, [4403]);
  assert.equal(tokens.length, 0);
});

test("the recipe forgets a token that has ended", async (t) => {
  const admin = await owner(server);
  const keys = [await admin.key(), await admin.key()];
  const tokens = keys.map(({ token }) => token);
  const socket = client(
    t,
    session(async () => tokens.shift()),
  );
  const follower = follow(socket, {});
  await follower.until(({ items }) => items.length > 0, "ready");
  await admin.mutate("apiKeyRevoke", { id: keys[0].id });
  const { cursor } = await caller.write("ws-token");
  await follower.reached(cursor);
  assert.equal(tokens.length, 0);
});

test("the session of an agent who is disabled ends with 4403", async (t) => {
  const admin = await owner(server);
  const email = "ws-disabled@clients.localhost";
  const { agent } = await admin.mutate("agentCreate", { name: "Dee", email, password: given.password }, "agent { id }");
  const codes = [];
  const token = await caller.login(email);
  const socket = client(
    t,
    session(async () => token),
    { on: { closed: ({ code }) => codes.push(code) } },
  );
  const follower = follow(socket, {});
  await follower.until(({ items }) => items.length > 0, "ready");
  await admin.mutate("agentUpdate", { id: agent.id, disabled: true });
  await follower.until(({ ended }) => ended, "ended");
  assert.deepEqual(codes, [4403, 4403]); // it came back once, with the same token
  assert.equal(follower.failure.code, 4403);
});

test("a log-out ends the socket with 4403, and the client goes on with the next session", async (t) => {
  const email = "cyn@clients.localhost";
  await (await owner(server)).mutate("agentUpdate", { id: given.agents[email], visibility: "ALL" });
  const tokens = [await caller.login(email), await caller.login(email)];
  const [first] = tokens;
  const codes = [];
  const socket = client(
    t,
    session(async () => tokens.shift()),
    { on: { closed: ({ code }) => codes.push(code) } },
  );
  const start = await caller.head();
  const follower = follow(socket, { after: start });
  await caller.write("ws-logout");
  await follower.reached(await caller.head());
  await new Caller(server, first).mutate("logout", {});
  await caller.write("ws-logout");
  await follower.agrees(caller, start);
  assert.deepEqual(codes, [4403]);
  assert.equal(tokens.length, 0);
});

test("who stops reading is told so, and goes on from there without loss", async (t) => {
  const text = /* GraphQL */ `
    subscription ($after: Cursor) {
      events(after: $after) {
        __typename
        ... on StreamReady {
          cursor
        }
        ... on Event {
          cursor
        }
        ... on MessageReceived {
          message {
            text
          }
        }
      }
    }
  `;
  let open;
  const socket = client(t, asManager(), { webSocketImpl: WebSocket, on: { opened: (opened) => (open = opened) } });
  const start = await caller.head();
  const follower = new Follower();
  socket.subscribe({ query: text, variables: { after: start } }, follower);
  await follower.until(({ items }) => items.length > 0, "ready");
  open.pause();
  // More than the server keeps for a slow subscription, and than the network buffers.
  for (let batch = 0; batch < 30; batch++) {
    const messages = Array.from({ length: 40 }, (_, n) => ({
      channelId: given.channel,
      contact: { externalId: `ws-slow-${n}` },
      message: { externalId: crypto.randomUUID(), text: "ü".repeat(10_000) },
    }));
    await caller.mutate("messageReceiveBatch", { messages });
  }
  open.resume();
  await follower.until(({ ended }) => ended, "ended");
  const [{ extensions }] = follower.failure;
  assert.equal(extensions.code, "CONSUMER_TOO_SLOW");
  const { cursor } = follower.items.at(-1);
  assert(cursor < (await caller.head()));
  assert.equal(extensions.cursor, cursor);
  t.diagnostic(`${follower.items.length} items before it was too slow`);

  const again = new Follower();
  again.items = follower.items;
  socket.subscribe({ query: text, variables: { after: extensions.cursor } }, again);
  assert((await again.agrees(caller, start)) >= 1200);
});

test("a token that ended while nobody was connected is replaced when connecting", async (t) => {
  const expired = await caller.login("cyn@clients.localhost");
  await new Caller(server, expired).mutate("logout", {});
  const tokens = [expired, await caller.login("cyn@clients.localhost")];
  const codes = [];
  const socket = client(
    t,
    session(async () => tokens.shift()),
    { on: { closed: ({ code }) => codes.push(code) } },
  );
  assert.equal((await once(socket, "{ viewer { ... on Agent { name } } }")).data.viewer.name, "Cyn");
  assert.deepEqual(codes.slice(0, 1), [4403]);
  assert.equal(tokens.length, 0);
});

test("clients without a recipe ask for a token again too, and give up in the end", async (t) => {
  const dead = await (await owner(server)).key();
  await (await owner(server)).mutate("apiKeyRevoke", { id: dead.id });
  const plain = (tokens) => {
    const waits = [];
    const made = createClient({
      url: server.socketUrl,
      connectionParams: () => ({ authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
      retryWait: async (retries) => void waits.push(retries),
    });
    t.after(() => made.dispose());
    return { socket: made, waits };
  };
  const refreshed = plain([dead.token, given.key]);
  assert.equal((await once(refreshed.socket, "{ viewer { ... on ApiKey { details { role } } } }")).data.viewer.details.role, "MANAGER");
  assert.deepEqual(refreshed.waits, [0]);
  const never = plain([dead.token]);
  await assert.rejects(once(never.socket, "{ head }"), ({ code, reason }) => code === 4403 && /expired/.test(reason));
  assert.deepEqual(never.waits, [0, 1, 2, 3, 4]); // the numbers of the attempts; by default graphql-ws waits a second and doubles it each time
});

test("a log-in that fails ends the subscriptions with its error, after one more try", async (t) => {
  let asked = 0;
  const socket = client(
    t,
    session(async () => {
      asked++;
      throw new Error("no password");
    }),
  );
  const follower = await follow(socket, {}).until(({ ended }) => ended, "ended");
  assert.equal(follower.failure.message, "no password");
  assert.equal(asked, 2);
});

test("a token that never was closes with 4401, and the client gives up", async (t) => {
  let asked = 0;
  const socket = client(
    t,
    session(async () => `nonsense-${++asked}`),
  );
  const follower = await follow(socket, {}).until(({ ended }) => ended, "ended");
  assert.equal(follower.failure.code, 4401);
  assert.equal(follower.failure.reason, "Unauthorized");
  await sleep(200);
  assert.equal(asked, 1);
});

test("streams end with an error that says where", async (t) => {
  const socket = client(t);
  const head = await caller.head();
  const failureOf = async (follower) => {
    await follower.until(({ ended }) => ended, "ended");
    assert(Array.isArray(follower.failure), JSON.stringify(follower.failure));
    return follower.failure[0].extensions;
  };

  const invalid = await failureOf(follow(socket, { after: "nonsense" }));
  assert.equal(invalid.code, "CURSOR_INVALID");

  const [epoch, number] = head.split(".");
  const expired = await failureOf(
    follow(socket, { after: `${epoch.slice(0, -1)}${epoch.endsWith("0") ? 1 : 0}.${number}` }),
  );
  assert.equal(expired.code, "CURSOR_EXPIRED");
  assert(expired.head >= head && expired.oldest <= expired.head, JSON.stringify(expired));

  const ana = new Caller(server, await caller.login("ana@clients.localhost"));
  const asAna = client(
    t,
    session(async () => ana.token),
  );
  const follower = follow(asAna, {});
  await follower.until(({ items }) => items.length > 0, "ready");
  const { cursor: changed } = await caller.mutate(
    "teamUpdate",
    {
      id: given.teams.Billing,
      addMemberIds: [given.agents["ana@clients.localhost"]],
    },
    "cursor",
  );
  const scope = await failureOf(follower);
  assert.equal(scope.code, "SCOPE_CHANGED");
  assert(scope.cursor, JSON.stringify(scope));
  const old = await failureOf(follow(asAna, { after: head }));
  assert.equal(old.code, "SCOPE_CHANGED");
  // The client has to read again and follow from there.
  const again = follow(asAna, { after: await ana.head() });
  await again.until(({ items }) => items.length > 0, "ready");
  assert(again.items[0].cursor >= changed);
});

test("a screen reads again when what it may see has changed, and when its token has ended", async (t) => {
  const admin = await owner(server);
  const gone = await admin.key();
  await admin.mutate("apiKeyRevoke", { id: gone.id });
  const ben = await caller.login("ben@clients.localhost");
  const tokens = [gone.token, ben];
  const follower = new Follower();
  const heads = [];
  const stop = live(
    client(
      t,
      session(async () => tokens.shift()),
    ),
    {
      async read() {
        heads.push(await new Caller(server, ben).head());
        return heads.at(-1);
      },
      happened: (events) => follower.next({ data: { events } }),
      failed: follower.error,
    },
  );
  t.after(stop);
  await follower.until(({ items }) => items.length > 0, "ready");
  assert.equal(heads.length, 1);
  const { cursor } = await caller.mutate(
    "teamUpdate",
    {
      id: given.teams.Billing,
      addMemberIds: [given.agents["ben@clients.localhost"]],
    },
    "cursor",
  );
  await follower.until(({ items }) => items.at(-1).cursor >= cursor, "following again");
  assert.equal(heads.length, 2);
  await caller.write("ws-screen");
  await follower.until(({ items }) => items.some(({ __typename }) => __typename === "MessageReceived"), "a message");
});

test("the screen of the first recipe shows what there is and what happens, and says why it cannot", async (t) => {
  const { conversation } = await caller.write("ws-start", "Before");
  const follower = new Follower();
  let shown;
  const screen = (password) => {
    const end = start(server.url, {
      ...given.owner,
      password,
      show: (conversations) => (shown = conversations),
      happened: (events) => follower.next({ data: { events } }),
      failed: follower.error,
    });
    t.after(end);
  };
  screen(given.owner.password);
  await follower.until(({ items }) => items.length > 0, "ready");
  assert(shown.some(({ id }) => id === conversation.id));
  const { cursor } = await caller.write("ws-start", "After");
  await follower.reached(cursor);
  assert.equal(follower.failure, undefined);
  screen("wrong");
  await follower.until(({ failure }) => failure, "failed");
  assert.equal(follower.failure.message, "The email address or the password is wrong.");
});
