// The program under test, as a process with a database of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import WebSocket from "ws";

// Node has it from version 22 on, as browsers do.
globalThis.WebSocket ??= WebSocket;

assert(process.env.FOYER_UNDER_TEST, "run `go test ./clients`: it builds the server and furnishes a help desk");

/** What the Go test has created. */
export const given = JSON.parse(process.env.FOYER_UNDER_TEST);

/**
 * Starts a server on a copy of the prepared database, with flags of its own. After the tests of the file it stops in
 * order, and its database is verified.
 */
export async function serve(flags = []) {
  const folder = await mkdtemp(join(tmpdir(), "foyer-clients-"));
  const server = new Server(join(folder, "foyer.db"), await freePort(), flags);
  await copyFile(given.database, server.database);
  await server.start();
  after(async () => {
    if (server.process) await server.stop();
    await server.verify();
    await rm(folder, { recursive: true });
  });
  return server;
}

class Server {
  constructor(database, port, flags) {
    Object.assign(this, { database, port, flags, log: "" });
    this.url = `http://127.0.0.1:${port}/graphql`;
    this.socketUrl = `ws://127.0.0.1:${port}/graphql`;
  }

  async start() {
    const where = ["--listen", `127.0.0.1:${this.port}`, "--database", `sqlite:${this.database}`];
    this.process = run(["serve", ...where, ...this.flags]);
    const ended = once(this.process, "close").then(() =>
      assert.fail(`the server does not serve:\n${this.process.log}`),
    );
    while (!this.process.log.includes("msg=serving")) {
      await Promise.race([once(this.process.stderr, "data"), ended]);
    }
    ended.catch(() => {}); // from now on, those who stop it expect its end
  }

  /** Stops the server gracefully. */
  async stop() {
    const [code] = await this.#end("SIGTERM");
    assert.equal(code, 0, `the server ended with code ${code}`);
  }

  /** Kills the server. */
  async kill() {
    await this.#end("SIGKILL");
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  async #end(signal) {
    const { process } = this;
    this.process = undefined;
    const closed = once(process, "close");
    process.kill(signal);
    const result = await closed;
    for (const bad of ["DATA RACE", "panic", "level=ERROR"]) {
      assert(!process.log.includes(bad), `the server logged ${bad}:\n${process.log}`);
    }
    return result;
  }

  /** Checks the database of the stopped server. */
  async verify() {
    const verify = run(["verify", "--database", `sqlite:${this.database}`]);
    const [code] = await once(verify, "close");
    assert(code === 0 && verify.log.includes(" 0 findings"), verify.log);
  }
}

function run(args) {
  // By default a program with the race detector sleeps for a second before it exits.
  const child = spawn(given.program, args, { env: { ...withoutFoyer(), GORACE: "atexit_sleep_ms=10" } });
  child.log = "";
  for (const output of [child.stdout, child.stderr]) output.on("data", (data) => (child.log += data));
  return child;
}

function withoutFoyer() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FOYER_")));
}

/** A port that nobody listens on and that the system never assigns by itself: a restarted server uses it again. */
async function freePort() {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 18_000);
    const probe = createServer().listen(port, "127.0.0.1");
    const free = await Promise.race([
      once(probe, "listening").then(() => true),
      once(probe, "error").then(() => false),
    ]);
    if (!free) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
}
