// relay-compiler on the schema, and relay-runtime with what it makes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import relay from "relay-runtime";
import { manager, owner, whileWriting } from "./desk.js";
import { Follower } from "./follower.js";
import { connect } from "./recipes/graphql-ws.js";
import { environment } from "./recipes/relay/environment.js";
import { session } from "./recipes/session.js";
import { given, serve } from "./server.js";

const { commitMutation, createOperationDescriptor, fetchQuery, getSingularSelector, requestSubscription } = relay;
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const server = await serve();
const caller = manager(server);

// A copy of the recipes, so that nothing is written here.
const folder = await mkdtemp(join(tmpdir(), "foyer-relay-"));
after(() => rm(folder, { recursive: true }));
await cp(path("recipes/relay"), folder, { recursive: true });
const configuration = JSON.parse(await readFile(join(folder, "relay.config.json"), "utf8"));
await cp(path("../schema.graphql"), join(folder, "schema.graphql"));
// Bundlers read modules without extensions; Node does not.
const forNode = { schema: "schema.graphql", eagerEsModules: false };
await writeFile(join(folder, "relay.config.json"), JSON.stringify({ ...configuration, ...forNode }));
await promisify(execFile)(
  process.execPath,
  [path("node_modules/relay-compiler/cli.js"), "--noWatchman", "relay.config.json"],
  {
    cwd: folder,
  },
);
const artifact = (name) => createRequire(join(folder, "/"))(`./__generated__/${name}.graphql.js`);

/** Opens an environment, with functions to look at its store. */
function open(t, as = session(async () => given.key)) {
  const socket = connect(server.socketUrl, as, { retryWait: () => sleep(20) });
  t.after(() => socket.dispose());
  const made = environment({ url: server.url, session: as, socket });
  return {
    environment: made,
    /** Returns what a component shows of a fragment, within the query that contains it. */
    shows(query, variables, fragment, of = (data) => data) {
      const operation = createOperationDescriptor(query, variables);
      const { data } = made.lookup(operation.fragment);
      return made.lookup(getSingularSelector(fragment, of(data))).data;
    },
    record: (id) => made.getStore().getSource().get(id),
  };
}

function follow(environment, variables) {
  const follower = new Follower();
  const { dispose } = requestSubscription(environment, {
    subscription: artifact("EventsSubscription"),
    variables,
    onNext: (data) => follower.next({ data }),
    onError: follower.error,
    onCompleted: follower.complete,
  });
  follower.stop = dispose;
  return follower;
}

test("the compiler takes schema and documents, and knows how to page and to follow", async () => {
  assert.deepEqual((await readdir(join(folder, "__generated__"))).sort(), [
    "Conversation_row.graphql.js",
    "EventsCloseMutation.graphql.js",
    "EventsSubscription.graphql.js",
    "InboxPaginationQuery.graphql.js",
    "InboxQuery.graphql.js",
    "Inbox_conversations.graphql.js",
  ]);
  const { metadata } = artifact("Inbox_conversations");
  assert.deepEqual(metadata.connection, [
    { count: "count", cursor: "cursor", direction: "forward", path: ["conversations"] },
  ]);
  assert.equal(metadata.refetch.operation.params.name, "InboxPaginationQuery");
  assert.equal(artifact("EventsSubscription").params.operationKind, "subscription");
});

test("pages become one connection", async (t) => {
  for (let n = 0; n < 7; n++) await caller.write(`relay-page-${n}`);
  const { environment, shows } = open(t);
  const query = artifact("InboxPaginationQuery");
  const inbox = () =>
    shows(query, { count: 3, cursor: null, filter: null }, artifact("Inbox_conversations")).conversations;
  await fetchQuery(environment, query, { count: 3, cursor: null, filter: null }).toPromise();
  const operation = createOperationDescriptor(query, { count: 3, cursor: null, filter: null });
  t.after(environment.retain(operation).dispose);
  assert.equal(inbox().edges.length, 3);
  while (inbox().pageInfo.hasNextPage) {
    await fetchQuery(environment, query, { count: 3, cursor: inbox().pageInfo.endCursor, filter: null }).toPromise();
  }
  const numbers = inbox().edges.map(({ node }) => node.number);
  assert(numbers.length >= 7);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].sort((a, b) => b - a),
  );
});

test("a mutation and an event change the object that a query has read", async (t) => {
  const { environment, record } = open(t);
  const { conversation } = await caller.write("relay-event");
  const { head } = await fetchQuery(environment, artifact("InboxQuery"), {}).toPromise();
  assert.equal(record(conversation.id).status, "OPEN");
  const follower = follow(environment, { after: head });
  await caller.mutate("conversationClose", { conversationId: conversation.id });
  await follower.reached(await caller.head());
  assert.equal(record(conversation.id).status, "CLOSED");

  const { conversation: second } = await caller.write("relay-event");
  await fetchQuery(environment, artifact("InboxQuery"), {}).toPromise();
  assert.equal(record(second.id).status, "OPEN");
  const { conversationClose } = await new Promise((resolve, reject) =>
    commitMutation(environment, {
      mutation: artifact("EventsCloseMutation"),
      variables: { input: { conversationId: second.id, category: "Other" } },
      onCompleted: resolve,
      onError: reject,
    }),
  );
  assert.deepEqual(conversationClose.userErrors, []);
  assert.equal(record(second.id).status, "CLOSED");
});

test("a subscription goes on where it was when the server is back, or the token has ended", async (t) => {
  const admin = await owner(server);
  const keys = [await admin.key(), await admin.key()];
  const tokens = keys.map(({ token }) => token);
  const { environment } = open(
    t,
    session(async () => tokens.shift()),
  );
  const start = await caller.head();
  const follower = follow(environment, { after: start });
  await whileWriting(caller, async () => {
    for (const away of [() => server.restart(), () => admin.mutate("apiKeyRevoke", { id: keys[0].id })]) {
      const shown = follower.items.length;
      await follower.until(({ items }) => items.length >= shown + 20, "20 items more");
      await away();
    }
  });
  assert((await follower.agrees(caller, start)) >= 20);
  assert.equal(tokens.length, 0);
  const { head } = await fetchQuery(environment, artifact("InboxQuery"), {}).toPromise();
  assert(head > start);
});
