// A GraphQL server on Mercurius and SQLite that only stores messages, each durable before it is answered: no workflow,
// no assignment, no event log, no search. bench compares intake with it.
import Database from 'better-sqlite3'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const [, , path, port] = process.argv
const db = new Database(path)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
db.exec(`
  CREATE TABLE contacts (id INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE);
  CREATE TABLE conversations (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contacts (id), status TEXT NOT NULL);
  CREATE UNIQUE INDEX conversations_open ON conversations (contact_id) WHERE status = 'OPEN';
  CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    external_id TEXT NOT NULL UNIQUE, text TEXT NOT NULL, created_at INTEGER NOT NULL);
  CREATE INDEX messages_conversation ON messages (conversation_id, id);
`)

const findContact = db.prepare('SELECT id FROM contacts WHERE external_id = ?').pluck()
const findOpen = db.prepare(`SELECT id FROM conversations WHERE contact_id = ? AND status = 'OPEN'`).pluck()
const addContact = db.prepare('INSERT INTO contacts (external_id) VALUES (?)')
const addConversation = db.prepare(`INSERT INTO conversations (contact_id, status) VALUES (?, 'OPEN')`)
const addMessage = db.prepare('INSERT INTO messages (conversation_id, external_id, text, created_at) VALUES (?, ?, ?, ?)')

const receive = db.transaction(({ contact, message }) => {
  const contactId = findContact.get(contact.externalId) ?? addContact.run(contact.externalId).lastInsertRowid
  const found = findOpen.get(contactId)
  const conversationId = found ?? addConversation.run(contactId).lastInsertRowid
  const { lastInsertRowid } = addMessage.run(conversationId, message.externalId, message.text, Date.now())
  return { message: { id: lastInsertRowid }, conversation: { id: conversationId }, opened: found === undefined }
})

const app = Fastify()
app.register(mercurius, {
  jit: 1,
  schema: `
    type Query { ready: Boolean! }
    type Mutation { messageReceive(input: MessageReceiveInput!): MessageReceivePayload! }
    input MessageReceiveInput { contact: ContactInput! message: MessageInput! }
    input ContactInput { externalId: ID! }
    input MessageInput { externalId: ID! text: String! }
    type MessageReceivePayload { message: Node! conversation: Node! opened: Boolean! }
    type Node { id: ID! }
  `,
  resolvers: {
    Query: { ready: () => true },
    Mutation: { messageReceive: (_, { input }) => receive(input) },
  },
})
app.get('/readyz', async () => 'ready')
await app.listen({ host: '127.0.0.1', port: Number(port) })
