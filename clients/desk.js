// The help desk through plain HTTP: the changes that tests make, and the log as queries return it, to compare streams
// with.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { given } from "./server.js";

/** Someone who calls the API of a server with a token. */
export class Caller {
  constructor(server, token) {
    Object.assign(this, { server, token });
  }

  /** Returns the data of a query or mutation that must succeed. While the server is away, the request is sent again. */
  async do(query, variables) {
    for (;;) {
      let answer;
      try {
        const response = await fetch(this.server.url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/graphql-response+json",
            ...(this.token && { authorization: `Bearer ${this.token}` }),
          },
          body: JSON.stringify({ query, variables }),
        });
        answer = response.status === 503 ? undefined : await response.json();
      } catch (error) {
        assert(error instanceof TypeError, error); // what fetch fails with, before an answer or in the middle of one
      }
      if (!answer) {
        await sleep(20);
        continue;
      }
      const { data, errors } = answer;
      assert.equal(errors, undefined, JSON.stringify(errors));
      for (const payload of Object.values(data)) assert.deepEqual(payload?.userErrors ?? [], []);
      return data;
    }
  }

  async mutate(name, input, fields = "") {
    const type = name[0].toUpperCase() + name.slice(1) + "Input";
    const query = `mutation($input: ${type}!) {
      payload: ${name}(input: $input) { ${fields} userErrors { code message } } }`;
    return (await this.do(query, { input })).payload;
  }

  async head() {
    return (await this.do("{ head }")).head;
  }

  /** Sends a message of a contact. */
  async write(contact, text = "Hello", id = crypto.randomUUID()) {
    const input = { channelId: given.channel, contact: { externalId: contact }, message: { externalId: id, text } };
    return this.mutate(
      "messageReceive",
      input,
      "cursor contact { id } message { id } conversation { id assignee { id name } }",
    );
  }

  /** Creates a key and returns its id and token. */
  async key(role = "MANAGER") {
    const made = await this.mutate("apiKeyCreate", { name: "test", role }, "secret apiKey { id }");
    return { id: made.apiKey.id, token: made.secret };
  }

  /** Logs an agent in and returns the token. */
  async login(email, password = given.password) {
    const made = await new Caller(this.server).mutate("login", { email, password }, "token");
    return made.token;
  }

  /** Returns all nodes of a list. `path` finds the connection in the data. */
  async #pages(query, variables, path) {
    const all = [];
    for (let after = null; ;) {
      const { nodes, pageInfo } = path(await this.do(query, { ...variables, after }));
      all.push(...nodes);
      if (!pageInfo.hasNextPage) return all;
      after = pageInfo.endCursor;
    }
  }

  /** Returns the cursors of all events of conversations after a place in the log, in order, as the timelines have them. */
  async logged(after) {
    const page = "pageInfo { hasNextPage endCursor }";
    const conversations = await this.#pages(
      `query($after: String) { conversations(first: 100, after: $after) { nodes { id } ${page} } }`,
      {},
      (data) => data.conversations,
    );
    const cursors = [];
    for (const { id } of conversations) {
      const events = await this.#pages(
        `query($id: ID!, $after: String) { conversation(id: $id) {
          timeline(first: 100, after: $after) { nodes { cursor } ${page} } } }`,
        { id },
        (data) => data.conversation.timeline,
      );
      cursors.push(...events.map(({ cursor }) => cursor));
    }
    return cursors.filter((cursor) => cursor > after).sort();
  }
}

/** Returns a caller with the manager's key. */
export const manager = (server) => new Caller(server, given.key);

/** Returns a caller with the owner's session. */
export async function owner(server) {
  const anonymous = new Caller(server);
  return new Caller(server, await anonymous.login(given.owner.email, given.owner.password));
}

/** Runs a task while contacts write, whether the server is there or not. */
export async function whileWriting(caller, task) {
  let writing = true;
  const contacts = [1, 2, 3].map(async (contact) => {
    for (let n = 0; writing; n++) {
      await caller.write(`contact-${contact}-${n % 4}`);
      await sleep(5);
    }
  });
  try {
    await task();
  } finally {
    writing = false;
    await Promise.all(contacts);
  }
}
