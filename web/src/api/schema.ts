export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A position in the event log: `<epoch>.<fixed-width number>`. Cursors that are sorted as strings are in the order of
   * the log.
   */
  Cursor: { input: string; output: string; }
  /** A duration in whole seconds, in the format of ISO 8601: PT45S, PT15M, P7D. Only head starts may be negative: -PT4H. */
  Duration: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /**
   * A whole number of a customer's message. Every JSON value is accepted: a value that is not a whole number from 0 to
   * 2,147,483,647 is left out with a warning.
   */
  LenientInt: { input: number; output: number; }
  /**
   * A text of a customer's message. Every JSON value is accepted: a number or a truth value becomes a text, and any other
   * value is left out with a warning.
   */
  LenientString: { input: string; output: string; }
  /**
   * A time of a customer's message. Every JSON value is accepted: a value that is not in the format of RFC 3339 is left
   * out with a warning.
   */
  LenientTime: { input: string; output: string; }
  /**
   * A URL of a customer's message. Every JSON value is accepted: a value that is not an absolute http or https URL is left
   * out with a warning.
   */
  LenientURL: { input: string; output: string; }
  /** A time in UTC with milliseconds, in the format of RFC 3339: 2026-01-31T09:30:00.000Z. */
  Time: { input: string; output: string; }
  /**
   * An absolute http or https URL of at most 6,000 bytes. Percent-encode characters that a URL cannot have; write the host
   * name in ASCII.
   */
  URL: { input: string; output: string; }
};

/** What somebody does in a conversation at the moment. */
export type Activity = {
  readonly __typename: 'Activity';
  /** What they do. */
  readonly activity: ActivityKind;
  /** When they began to. */
  readonly since: Scalars['Time']['output'];
  /** Who it is. */
  readonly who: Author;
};

/**
 * What somebody can do in a conversation at the moment. VIEWING lapses 30 seconds after it was last set, TYPING 6 seconds
 * after, and is then VIEWING. NONE ends it at once.
 */
export type ActivityKind =
  | 'NONE'
  | 'TYPING'
  | 'VIEWING';

/** What an agent does in a conversation. */
export type ActivitySetInput = {
  /** What they do. */
  readonly activity: ActivityKind;
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
};

/** A conversation, and whether it is known what the agent does in it. */
export type ActivitySetPayload = {
  readonly __typename: 'ActivitySetPayload';
  /** The conversation. Its viewers are the others. */
  readonly conversation: Maybe<Conversation>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Who or what caused something. */
export type Actor = Agent | ApiKey | Contact | System | WorkflowRun;

/** A person who answers contacts. */
export type Agent = Node & {
  readonly __typename: 'Agent';
  /**
   * A picture of the agent, at most 480 pixels wide and high; null if there is none. The link works without a token for at least an
   * hour, and is the same for everybody.
   */
  readonly avatar: Maybe<Scalars['URL']['output']>;
  /** When the agent was disabled; null if the agent may log in. */
  readonly disabledAt: Maybe<Scalars['Time']['output']>;
  /** The email address that the agent logs in with. */
  readonly email: Scalars['String']['output'];
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The languages that the agent speaks, as BCP 47 tags. */
  readonly languages: ReadonlyArray<Scalars['String']['output']>;
  /** When the agent last connected, disconnected or did something; null if they never have. */
  readonly lastSeenAt: Maybe<Scalars['Time']['output']>;
  /** The agent's own limit of open conversations; null if the team's limit applies. */
  readonly maxOpen: Maybe<Scalars['Int']['output']>;
  /** The name that people see. */
  readonly name: Scalars['String']['output'];
  /**
   * How many open conversations the agent has, without snoozed ones. The number is maintained by each change, so reading
   * it costs little.
   */
  readonly openConversations: Scalars['Int']['output'];
  /** What front ends keep for the agent, as an object by namespace. Null unless it is one's own. Not available inside a subscription. */
  readonly preferences: Maybe<Scalars['JSON']['output']>;
  /** Whether the agent is available for new conversations. */
  readonly presence: Presence;
  /**
   * The agent's presence over time, newest first, as far back as the server keeps its log. Null for role AGENT, except for
   * one's own. Not available inside a subscription.
   */
  readonly presenceHistory: Maybe<PresenceSpanConnection>;
  /** When the agent's presence last changed. */
  readonly presenceSince: Scalars['Time']['output'];
  /** When the presence ends that was set until a time; null if it stays until it is changed. */
  readonly presenceUntil: Maybe<Scalars['Time']['output']>;
  /** The position of the newest event that changed it. Ignore a copy with an older revision than the one you have. */
  readonly revision: Scalars['Cursor']['output'];
  /** What the agent may do. */
  readonly role: Role;
  /** The agent's signature. Null if there is none, and unless it is one's own. Not available inside a subscription. */
  readonly signature: Maybe<Scalars['String']['output']>;
  /** What the agent can do. Policies and steps of workflows may require skills. */
  readonly skills: ReadonlyArray<Scalars['String']['output']>;
  /** The teams that the agent is a member of. */
  readonly teams: ReadonlyArray<Team>;
  /** The time zone that the agent has chosen. Null if there is none, and unless it is one's own. Not available inside a subscription. */
  readonly timeZone: Maybe<Scalars['String']['output']>;
  /** Which conversations the agent may see while their role is AGENT. */
  readonly visibility: Visibility;
};


/** A person who answers contacts. */
export type AgentPresenceHistoryArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

/** An agent was created or changed. */
export type AgentChanged = Event & {
  readonly __typename: 'AgentChanged';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The agent. */
  readonly agent: Agent;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** A page of a list (Relay). */
export type AgentConnection = {
  readonly __typename: 'AgentConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<AgentEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Agent>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A new agent. */
export type AgentCreateInput = {
  /** The email address that the agent logs in with. */
  readonly email: Scalars['String']['input'];
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input, whatever the password, it
   * changes nothing and returns the first agent.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The languages that the agent speaks, as BCP 47 tags such as de or pt-BR. */
  readonly languages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The agent's own limit of open conversations. Left out: the team's limit applies. */
  readonly maxOpen?: InputMaybe<Scalars['Int']['input']>;
  /** The name that people see. */
  readonly name: Scalars['String']['input'];
  /** The password: at least 8 characters, at most 200 bytes, and not easily guessed, such as the agent's name. */
  readonly password: Scalars['String']['input'];
  /** What the agent may do. At most the caller's own role. */
  readonly role?: Role;
  /** What the agent can do, such as billing. Policies and steps may require skills. */
  readonly skills?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Which conversations the agent may see. Default: ALL. */
  readonly visibility?: InputMaybe<Visibility>;
};

/** A node with its cursor (Relay). */
export type AgentEdge = {
  readonly __typename: 'AgentEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Agent;
};

/** An agent after the change. */
export type AgentPayload = {
  readonly __typename: 'AgentPayload';
  /** The agent. */
  readonly agent: Maybe<Agent>;
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes of an agent. What is left out stays unchanged; null clears. */
export type AgentUpdateInput = {
  /** The present password. Required to change one's own. */
  readonly currentPassword?: InputMaybe<Scalars['String']['input']>;
  /** True: the agent can neither log in nor be assigned. False: the agent can again. */
  readonly disabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** The agent. */
  readonly id: Scalars['ID']['input'];
  /** The languages that the agent speaks, as BCP 47 tags such as de or pt-BR. Null: not known. */
  readonly languages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The agent's own limit of open conversations. Null: the team's limit applies. */
  readonly maxOpen?: InputMaybe<Scalars['Int']['input']>;
  /** The name that people see. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /**
   * The new password: at least 8 characters, at most 200 bytes, and not easily guessed. Only managers may set another
   * agent's.
   */
  readonly password?: InputMaybe<Scalars['String']['input']>;
  /** What the agent may do. */
  readonly role?: InputMaybe<Role>;
  /** What the agent can do, such as billing. Null: nothing in particular. */
  readonly skills?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Which conversations the agent may see. */
  readonly visibility?: InputMaybe<Visibility>;
};

/** A key with which an integration authenticates. */
export type ApiKey = Node & {
  readonly __typename: 'ApiKey';
  /** More about the key. Null for role AGENT, except when a key reads itself outside a subscription. */
  readonly details: Maybe<ApiKeyDetails>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** What the key is for. */
  readonly name: Scalars['String']['output'];
};

/** A page of a list (Relay). */
export type ApiKeyConnection = {
  readonly __typename: 'ApiKeyConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<ApiKeyEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<ApiKey>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A new API key. */
export type ApiKeyCreateInput = {
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first key, without its secret.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What the key is for. */
  readonly name: Scalars['String']['input'];
  /** What the key may do. At most the caller's own role. */
  readonly role: Role;
};

/** A new API key. */
export type ApiKeyCreatePayload = {
  readonly __typename: 'ApiKeyCreatePayload';
  /** The key. */
  readonly apiKey: Maybe<ApiKey>;
  /**
   * The secret. Send it as `Authorization: Bearer <secret>`. It is shown only once: null if the key was created before
   * with the same idempotency key.
   */
  readonly secret: Maybe<Scalars['String']['output']>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What managers, and the key itself, may read about an API key. */
export type ApiKeyDetails = {
  readonly __typename: 'ApiKeyDetails';
  /** When the key was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** When the key was last used, to about a minute; null if it was never used. */
  readonly lastUsedAt: Maybe<Scalars['Time']['output']>;
  /** When the key was revoked; null if it works. */
  readonly revokedAt: Maybe<Scalars['Time']['output']>;
  /** What the key may do. */
  readonly role: Role;
};

/** A node with its cursor (Relay). */
export type ApiKeyEdge = {
  readonly __typename: 'ApiKeyEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: ApiKey;
};

/** An API key to revoke. */
export type ApiKeyRevokeInput = {
  /** The key. */
  readonly id: Scalars['ID']['input'];
};

/** An API key after the change. */
export type ApiKeyRevokePayload = {
  readonly __typename: 'ApiKeyRevokePayload';
  /** The key. */
  readonly apiKey: Maybe<ApiKey>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Who conversations are to be assigned to. */
export type AssignAction = {
  /** The agent to assign. Left out: the policy of each conversation's team chooses, or the conversation queues. */
  readonly agentId?: InputMaybe<Scalars['ID']['input']>;
  /** True: leave those that have an assignee, which fail with CONFLICT. */
  readonly onlyIfUnassigned?: Scalars['Boolean']['input'];
  /** True: assign even if the agent is at capacity. For people, not for API keys. */
  readonly overCapacity?: Scalars['Boolean']['input'];
};

/** One agent who was considered. */
export type AssignmentCandidate = {
  readonly __typename: 'AssignmentCandidate';
  /** The agent. */
  readonly agent: Agent;
  /** Whether the agent could have been assigned. */
  readonly eligible: Scalars['Boolean']['output'];
  /** When this team last assigned a conversation to the agent. */
  readonly lastAssignedAt: Maybe<Scalars['Time']['output']>;
  /** How many open conversations the agent had, without snoozed ones. */
  readonly openConversations: Scalars['Int']['output'];
  /** Why the agent was passed over; null for the agent who was chosen. */
  readonly passedOver: Maybe<PassedOverReason>;
};

/** An explanation of one automatic assignment: who was considered, and why it went as it did. It never changes. */
export type AssignmentDecision = Node & {
  readonly __typename: 'AssignmentDecision';
  /** The agent who was chosen; null if the conversation had to queue. */
  readonly assignee: Maybe<Agent>;
  /** When the decision was made. */
  readonly at: Scalars['Time']['output'];
  /** The first 50 agents who were considered. */
  readonly candidates: ReadonlyArray<AssignmentCandidate>;
  /** The conversation that was to be assigned. */
  readonly conversation: Conversation;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** How many agents were passed over, by reason. */
  readonly passedOver: ReadonlyArray<PassedOverCount>;
  /** Its position in the queue, starting at 1; null if it was in none. */
  readonly position: Maybe<Scalars['Int']['output']>;
  /** How long the conversation had waited in the queue; null if it was in none. */
  readonly queuedFor: Maybe<Scalars['Duration']['output']>;
  /** The explanation as a sentence that people can read. */
  readonly reason: Scalars['String']['output'];
  /** The strategy that decided; null if a workflow named the agent or asked for the contact's owner. */
  readonly strategy: Maybe<AssignmentStrategy>;
  /** The team whose policy decided; null if the candidates were all agents of the workspace. */
  readonly team: Maybe<Team>;
  /** What made Foyer decide; null for decisions of versions before 0.2. */
  readonly trigger: Maybe<DecisionTrigger>;
};

/** How a team chooses an agent for a conversation. */
export type AssignmentPolicy = {
  readonly __typename: 'AssignmentPolicy';
  /** How much longer than in truth a conversation of each priority counts as waiting. */
  readonly headStarts: HeadStarts;
  /** Whether the contact keeps their owner when a conversation closes. */
  readonly keepOwner: Scalars['Boolean']['output'];
  /**
   * Whether an agent has to speak the contact's language. An agent who speaks de serves contacts who write de-AT. This is
   * ignored where no agent of the team with the skills speaks the language.
   */
  readonly matchLanguage: Scalars['Boolean']['output'];
  /** How many open conversations a member may have; null if there is no limit. An agent's own limit comes first. */
  readonly maxOpen: Maybe<Scalars['Int']['output']>;
  /** Whether only agents who are ONLINE are eligible. */
  readonly onlineOnly: Scalars['Boolean']['output'];
  /** What becomes of conversations while the team is closed. */
  readonly outsideHours: OutsideHours;
  /** After how long without an answer, while the contact waits, a conversation goes to another agent; null: never. */
  readonly reassignWhenNoReply: Maybe<Scalars['Duration']['output']>;
  /** After how long without the assignee a conversation goes to another agent; null: never. */
  readonly reassignWhenOffline: Maybe<Scalars['Duration']['output']>;
  /** The skills that an agent needs to be eligible: all of them. Upper and lower case make no difference. */
  readonly requireSkills: ReadonlyArray<Scalars['String']['output']>;
  /** Whether the contact's owner, who was their last assignee, is preferred. */
  readonly sticky: Stickiness;
  /** How long a conversation waits for the contact's owner alone, from when it was queued; null unless sticky is REQUIRE_UNTIL. */
  readonly stickyWait: Maybe<Scalars['Duration']['output']>;
  /** Which of the eligible agents is chosen. */
  readonly strategy: AssignmentStrategy;
};

/** How a team chooses an agent. What is left out stays unchanged or, in a new team, has its default. */
export type AssignmentPolicyInput = {
  /** How much longer than in truth a conversation of each priority counts as waiting. What is left out stays unchanged. */
  readonly headStarts?: InputMaybe<HeadStartsInput>;
  /** Whether the contact keeps their owner when a conversation closes. Default: true. */
  readonly keepOwner?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether an agent has to speak the contact's language, if any agent of the team does. Default: false. */
  readonly matchLanguage?: InputMaybe<Scalars['Boolean']['input']>;
  /** How many open conversations a member may have, at least 1. Null: no limit. */
  readonly maxOpen?: InputMaybe<Scalars['Int']['input']>;
  /** Whether only agents who are ONLINE are eligible. Default: true. */
  readonly onlineOnly?: InputMaybe<Scalars['Boolean']['input']>;
  /** What becomes of conversations while the team is closed. Default: KEEP. */
  readonly outsideHours?: InputMaybe<OutsideHours>;
  /** After how long without an answer, while the contact waits, a conversation goes to another agent: PT1M to P30D. Null: never. */
  readonly reassignWhenNoReply?: InputMaybe<Scalars['Duration']['input']>;
  /** After how long without its agent a conversation goes to another: PT1M to P30D. Null: never. */
  readonly reassignWhenOffline?: InputMaybe<Scalars['Duration']['input']>;
  /** The skills that an agent needs: all of them. Default: none. */
  readonly requireSkills?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Whether the contact's owner is preferred. Default: OFF. */
  readonly sticky?: InputMaybe<Stickiness>;
  /** How long a conversation waits for the contact's owner: PT1S to P7D. REQUIRE_UNTIL needs it; nothing else keeps it. */
  readonly stickyWait?: InputMaybe<Scalars['Duration']['input']>;
  /** Which of the eligible agents is chosen. Default: ROUND_ROBIN. */
  readonly strategy?: InputMaybe<AssignmentStrategy>;
};

/**
 * Which of the eligible agents is chosen. ROUND_ROBIN: the one who was not assigned from this team for the longest time.
 * LEAST_OPEN: the one with the fewest open conversations; among equals, as with ROUND_ROBIN. LONGEST_IDLE: the one who
 * was inactive for the longest time. MANUAL: nobody; the conversation waits in the queue until a person assigns it.
 */
export type AssignmentStrategy =
  | 'LEAST_OPEN'
  | 'LONGEST_IDLE'
  | 'MANUAL'
  | 'ROUND_ROBIN';

/** A file that belongs to a message or a note. */
export type Attachment = {
  readonly __typename: 'Attachment';
  /** The size in bytes. */
  readonly bytes: Maybe<Scalars['Int']['output']>;
  /** The file, if it was uploaded; null if it is elsewhere. */
  readonly file: Maybe<File>;
  /** The media type, such as image/png. */
  readonly mimeType: Maybe<Scalars['String']['output']>;
  /** The file name. */
  readonly name: Maybe<Scalars['String']['output']>;
  /**
   * Where the file is. For a file that was uploaded it is a link of this server: signed and valid for an hour on a message,
   * not signed on a note, where it needs the caller's token.
   */
  readonly url: Scalars['URL']['output'];
};

/** A file for a message or a note: either the URL of one that is elsewhere, or the id of one that was uploaded. */
export type AttachmentInput = {
  /** The size in bytes. Only with `url`. */
  readonly bytes?: InputMaybe<Scalars['Int']['input']>;
  /** A file that was uploaded with `POST /files` and that you see. */
  readonly fileId?: InputMaybe<Scalars['ID']['input']>;
  /** The media type, such as image/png. Only with `url`. */
  readonly mimeType?: InputMaybe<Scalars['String']['input']>;
  /** The file name. Only with `url`. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** Where the file is. Exactly one of `url` and `fileId` is required. */
  readonly url?: InputMaybe<Scalars['URL']['input']>;
};

/** Who wrote a message or a note. */
export type Author = Agent | ApiKey | Contact | WorkflowRun;

/** One changed field. */
export type Change = {
  readonly __typename: 'Change';
  /** The name of the field; for a custom field `fields.NAME`. */
  readonly field: Scalars['String']['output'];
  /** The value before the change. */
  readonly from: Maybe<Scalars['JSON']['output']>;
  /** The value after the change. */
  readonly to: Maybe<Scalars['JSON']['output']>;
};

/** A connection to a messaging service, on which messages arrive and are sent. */
export type Channel = Node & {
  readonly __typename: 'Channel';
  /** When the channel was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** When the channel was disabled; null if it works. A disabled channel neither receives nor sends messages. */
  readonly disabledAt: Maybe<Scalars['Time']['output']>;
  /** How long after a close a message that only acknowledges opens no new conversation. */
  readonly graceAfterClose: Scalars['Duration']['output'];
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The messaging service. */
  readonly kind: ChannelKind;
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name: Scalars['String']['output'];
};

/** A page of a list (Relay). */
export type ChannelConnection = {
  readonly __typename: 'ChannelConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<ChannelEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Channel>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A new channel. */
export type ChannelCreateInput = {
  /** How long after a close a message that only acknowledges opens no new conversation. Default: no time. */
  readonly graceAfterClose?: InputMaybe<Scalars['Duration']['input']>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first channel.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The messaging service. */
  readonly kind: ChannelKind;
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name: Scalars['String']['input'];
};

/** A node with its cursor (Relay). */
export type ChannelEdge = {
  readonly __typename: 'ChannelEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Channel;
};

/**
 * The kinds of channel. API: an integration stands in for the messaging service and calls messageReceive and
 * messageStatusReport.
 */
export type ChannelKind =
  | 'API';

/** A channel after the change. */
export type ChannelPayload = {
  readonly __typename: 'ChannelPayload';
  /** The channel. */
  readonly channel: Maybe<Channel>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes of a channel. What is left out stays unchanged. */
export type ChannelUpdateInput = {
  /** True: the channel neither receives nor sends messages. False: it does again. */
  readonly disabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** How long after a close a message that only acknowledges opens no new conversation. */
  readonly graceAfterClose?: InputMaybe<Scalars['Duration']['input']>;
  /** The channel. */
  readonly id: Scalars['ID']['input'];
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** How conversations ended. */
export type CloseAction = {
  /** What they were about. */
  readonly category?: InputMaybe<Scalars['String']['input']>;
  /** How they ended. */
  readonly summary?: InputMaybe<Scalars['String']['input']>;
};

/**
 * Who or what closed a conversation. AUTO: it closed because the contact did not answer in time (see Workspace.autoClose).
 * BLOCK: it was closed because the contact was blocked.
 */
export type CloseSource =
  | 'AGENT'
  | 'API'
  | 'AUTO'
  | 'BLOCK'
  | 'WORKFLOW';

/** A person who writes to you. */
export type Contact = Node & {
  readonly __typename: 'Contact';
  /** A picture of the contact. */
  readonly avatar: Maybe<Scalars['URL']['output']>;
  /**
   * Whether the contact is blocked. A blocked contact's messages are stored, but they open no conversation and start no
   * workflow.
   */
  readonly blocked: Scalars['Boolean']['output'];
  /**
   * The contact's conversations that the viewer may see, newest first. Paged like all conversations.
   * Not available inside a subscription.
   */
  readonly conversations: Maybe<ConversationConnection>;
  /** The country as an ISO 3166 alpha-2 code, such as AT. */
  readonly country: Maybe<Scalars['String']['output']>;
  /** When the contact was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** A name to show, never empty: first and last name, or else the email address, the phone number or the external id. */
  readonly displayName: Scalars['String']['output'];
  /** The email address. */
  readonly email: Maybe<Scalars['String']['output']>;
  /** The value of a custom field; null if it is empty, or if there is no such field. */
  readonly field: Maybe<Scalars['JSON']['output']>;
  /** The values of all custom fields that are not empty, as an object with a key for each field. */
  readonly fields: Scalars['JSON']['output'];
  /** The first name. */
  readonly firstName: Maybe<Scalars['String']['output']>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The external ids by which channels know the contact. */
  readonly identities: ReadonlyArray<ContactIdentity>;
  /** The language as a BCP 47 tag, such as de-AT. */
  readonly language: Maybe<Scalars['String']['output']>;
  /** The last name. */
  readonly lastName: Maybe<Scalars['String']['output']>;
  /** One of the workspace's lifecycle stages; null if the contact is in none. */
  readonly lifecycleStage: Maybe<Scalars['String']['output']>;
  /** The open conversation; null if there is none, or if the viewer may not see it. Not available inside a subscription. */
  readonly openConversation: Maybe<Conversation>;
  /** The agent who was last assigned to one of the contact's conversations. */
  readonly owner: Maybe<Agent>;
  /** The phone number in the format E.164, such as +436601234567. */
  readonly phone: Maybe<Scalars['String']['output']>;
  /** The position of the newest event that changed it. Ignore a copy with an older revision than the one you have. */
  readonly revision: Scalars['Cursor']['output'];
  /** The contact's tags, in alphabetical order. */
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
};


/** A person who writes to you. */
export type ContactConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/** A person who writes to you. */
export type ContactFieldArgs = {
  name: Scalars['String']['input'];
};

/** A contact was created or changed. */
export type ContactChanged = Event & {
  readonly __typename: 'ContactChanged';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The fields that changed. Free texts and profile data are named without their values. */
  readonly changes: ReadonlyArray<Change>;
  /** The contact. */
  readonly contact: Contact;
  /** Whether the contact is new. */
  readonly created: Scalars['Boolean']['output'];
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** A page of a list (Relay). */
export type ContactConnection = {
  readonly __typename: 'ContactConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<ContactEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Contact>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** How many nodes the whole list has; null above 10,000. It is counted only if you ask for it. */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** A new contact. */
export type ContactCreateInput = {
  /** A picture of the contact. */
  readonly avatar?: InputMaybe<Scalars['URL']['input']>;
  /** The country as an ISO 3166 alpha-2 code, such as AT. */
  readonly country?: InputMaybe<Scalars['String']['input']>;
  /** The email address. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Custom fields, as an object with a key for each. */
  readonly fields?: InputMaybe<Scalars['JSON']['input']>;
  /** The first name. */
  readonly firstName?: InputMaybe<Scalars['String']['input']>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first result, as far as the caller may see it now.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The external ids by which channels know the contact. */
  readonly identities?: InputMaybe<ReadonlyArray<ContactIdentityInput>>;
  /** The language as a BCP 47 tag, such as de-AT. */
  readonly language?: InputMaybe<Scalars['String']['input']>;
  /** The last name. */
  readonly lastName?: InputMaybe<Scalars['String']['input']>;
  /** One of the workspace's lifecycle stages. */
  readonly lifecycleStage?: InputMaybe<Scalars['String']['input']>;
  /** The phone number in the format E.164, such as +436601234567. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** The tags. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A node with its cursor (Relay). */
export type ContactEdge = {
  readonly __typename: 'ContactEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Contact;
};

/** A custom field of contacts. */
export type ContactField = Node & {
  readonly __typename: 'ContactField';
  /** When the field was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The name that people read. */
  readonly label: Scalars['String']['output'];
  /**
   * The name by which inputs and workflows use the field, such as plan in {{ contact.plan }}. It is unique and never
   * changes.
   */
  readonly name: Scalars['String']['output'];
  /** The values to choose from: one for a TEXT, any number for a LIST. If the list is empty, every value is allowed. */
  readonly options: ReadonlyArray<Scalars['String']['output']>;
  /** The type of its values. */
  readonly type: FieldType;
};

/** A new custom field of contacts. */
export type ContactFieldCreateInput = {
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first field.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The name that people read. Default: the name. */
  readonly label?: InputMaybe<Scalars['String']['input']>;
  /**
   * The name by which inputs and workflows use the field. It is unique, consists of lower-case letters, digits and _,
   * begins with a letter, and never changes.
   */
  readonly name: Scalars['String']['input'];
  /** The values to choose from: one for a TEXT, any number for a LIST. Left out: every value is allowed. */
  readonly options?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The type of its values. */
  readonly type: FieldType;
};

/** A custom field to delete. It cannot be deleted while published workflows use it. */
export type ContactFieldDeleteInput = {
  /** The field. */
  readonly id: Scalars['ID']['input'];
};

/** A custom field after the change; a deleted one as it was before. */
export type ContactFieldPayload = {
  readonly __typename: 'ContactFieldPayload';
  /** The field. */
  readonly contactField: Maybe<ContactField>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes of a custom field. What is left out stays unchanged. */
export type ContactFieldUpdateInput = {
  /** The field. */
  readonly id: Scalars['ID']['input'];
  /** The name that people read. */
  readonly label?: InputMaybe<Scalars['String']['input']>;
  /** The values to choose from. Null: every value is allowed. Contacts keep the values they have. */
  readonly options?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The type of its values. It cannot change while published workflows use the field. */
  readonly type?: InputMaybe<FieldType>;
};

/** Which contacts to list. A contact has to match every part that is given. */
export type ContactFilter = {
  /** True: only blocked ones. False: only those that are not blocked. */
  readonly blocked?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those with one of these email addresses. */
  readonly emails?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Only those in one of these lifecycle stages. */
  readonly lifecycleStages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Only those with one of these phone numbers. */
  readonly phones?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Up to eight different words that have to occur in the name. The last word may be the beginning of one. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
  /** Only those with one of these tags. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** How a channel knows a contact. */
export type ContactIdentity = {
  readonly __typename: 'ContactIdentity';
  /** The channel. */
  readonly channel: Channel;
  /** The contact's id on the channel, such as a phone number or a user name. */
  readonly externalId: Scalars['String']['output'];
};

/** How a channel knows a contact. */
export type ContactIdentityInput = {
  /** The channel. */
  readonly channelId: Scalars['ID']['input'];
  /** The contact's id on the channel, such as a phone number or a user name. */
  readonly externalId: Scalars['String']['input'];
};

/** A contact after the change. */
export type ContactPayload = {
  readonly __typename: 'ContactPayload';
  /** The contact. */
  readonly contact: Maybe<Contact>;
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes of a contact. What is left out stays unchanged; null clears. */
export type ContactUpdateInput = {
  /** Tags to add. */
  readonly addTags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** A picture of the contact. */
  readonly avatar?: InputMaybe<Scalars['URL']['input']>;
  /** Whether the contact is blocked. For managers. */
  readonly blocked?: InputMaybe<Scalars['Boolean']['input']>;
  /** The country as an ISO 3166 alpha-2 code, such as AT. */
  readonly country?: InputMaybe<Scalars['String']['input']>;
  /** The email address. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** Custom fields, as an object with a key for each. Fields that are left out stay unchanged; null clears a field. */
  readonly fields?: InputMaybe<Scalars['JSON']['input']>;
  /** The first name. */
  readonly firstName?: InputMaybe<Scalars['String']['input']>;
  /** The contact. */
  readonly id: Scalars['ID']['input'];
  /** The language as a BCP 47 tag, such as de-AT. */
  readonly language?: InputMaybe<Scalars['String']['input']>;
  /** The last name. */
  readonly lastName?: InputMaybe<Scalars['String']['input']>;
  /** One of the workspace's lifecycle stages. */
  readonly lifecycleStage?: InputMaybe<Scalars['String']['input']>;
  /** The agent who is to be the contact's owner. */
  readonly ownerId?: InputMaybe<Scalars['ID']['input']>;
  /** The phone number in the format E.164, such as +436601234567. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** Tags to remove. */
  readonly removeTags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/**
 * A conversation with a contact, from its opening to its close. It is never reopened: the contact's next message opens a
 * new one.
 */
export type Conversation = Node & {
  readonly __typename: 'Conversation';
  /** The agent who is to answer. */
  readonly assignee: Maybe<Agent>;
  /** The time up to which the assignee has read. */
  readonly assigneeReadAt: Maybe<Scalars['Time']['output']>;
  /** What it was about, as given at the close. */
  readonly category: Maybe<Scalars['String']['output']>;
  /** The channel of the contact's last message. */
  readonly channel: Maybe<Channel>;
  /** When it was closed. */
  readonly closedAt: Maybe<Scalars['Time']['output']>;
  /** The agent, run or API key that closed it. */
  readonly closedBy: Maybe<Actor>;
  /** Who or what closed it. */
  readonly closedSource: Maybe<CloseSource>;
  /** The contact. */
  readonly contact: Contact;
  /** The explanations of its automatic assignments: the newest 50. */
  readonly decisions: ReadonlyArray<AssignmentDecision>;
  /** When it was first assigned to an agent. */
  readonly firstAssignedAt: Maybe<Scalars['Time']['output']>;
  /** When an agent first wrote to the contact. Messages of workflows do not count. */
  readonly firstResponseAt: Maybe<Scalars['Time']['output']>;
  /** The oldest message or note that makes it unread; null if nothing does. Not available inside a subscription. */
  readonly firstUnreadId: Maybe<Scalars['ID']['output']>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** How many messages the contact sent. */
  readonly inboundCount: Scalars['Int']['output'];
  /** When something last happened in it. */
  readonly lastActivityAt: Scalars['Time']['output'];
  /** The newest message from or to the contact. */
  readonly lastMessage: Maybe<Message>;
  /**
   * The messages, oldest first. Use `first` with `after`, or `last` with `before`; without either you get the last 50.
   * Using both is the error BAD_REQUEST.
   */
  readonly messages: Maybe<MessageConnection>;
  /** The internal notes, oldest first. Paged like messages. */
  readonly notes: Maybe<NoteConnection>;
  /** A number for people to say aloud: 1, 2, 3 … Numbers may be skipped. */
  readonly number: Scalars['Int']['output'];
  /** When it was opened. */
  readonly openedAt: Scalars['Time']['output'];
  /** The agent, contact, run or API key that opened it. */
  readonly openedBy: Actor;
  /** How many messages were sent to the contact. */
  readonly outboundCount: Scalars['Int']['output'];
  /** Its priority, which is a head start in its queue. */
  readonly priority: Priority;
  /** Its position in the team's queue, starting at 1. Not available inside a subscription. */
  readonly queuePosition: Maybe<Scalars['Int']['output']>;
  /** Why it waits in a queue, and what would end that; null if it does not wait. Not available inside a subscription. */
  readonly queueState: Maybe<QueueState>;
  /** Since when it waits for an agent; null if it does not. */
  readonly queuedAt: Maybe<Scalars['Time']['output']>;
  /** The position of the newest event that changed it. Ignore a copy with an older revision than the one you have. */
  readonly revision: Scalars['Cursor']['output'];
  /** The workflow runs of it: the newest 50. */
  readonly runs: ReadonlyArray<WorkflowRun>;
  /**
   * The workflows that can be started from it now, which are those whose condition holds. A condition that reads the
   * form is checked with the form's defaults. Empty in a closed conversation. Not available inside a subscription.
   */
  readonly shortcuts: ReadonlyArray<Shortcut>;
  /** The time at which it wakes by itself; null if it is not snoozed. */
  readonly snoozedUntil: Maybe<Scalars['Time']['output']>;
  /** Who or what opened it. */
  readonly source: ConversationSource;
  /** Whether it is open. */
  readonly status: ConversationStatus;
  /** How it ended, as given at the close. */
  readonly summary: Maybe<Scalars['String']['output']>;
  /** The team that is responsible for it. */
  readonly team: Maybe<Team>;
  /** The events of this conversation and of its workflow runs, oldest first. Paged like messages. */
  readonly timeline: Maybe<EventConnection>;
  /**
   * Whether it has something that the viewer has not seen: a message from the contact, or a note of somebody else that
   * mentions the viewer, newer than what they have seen (`conversationSeen`, or sending a message). An assignee who has
   * not looked yet has not seen what the contact waits for an answer to. For other agents no message is unread before they
   * have looked for the first time. False in a closed conversation, and for API keys.
   * Not available inside a subscription.
   */
  readonly unread: Scalars['Boolean']['output'];
  /**
   * The other agents who view it or type in it at the moment; ConversationActivity tells what changes. Empty for an API key.
   * Not available inside a subscription.
   */
  readonly viewers: ReadonlyArray<Activity>;
  /** Since when the contact has been waiting for an answer; null if the contact is not waiting. */
  readonly waitingSince: Maybe<Scalars['Time']['output']>;
  /** Whether the viewer watches it; false for API keys. Not available inside a subscription. */
  readonly watched: Scalars['Boolean']['output'];
};


/**
 * A conversation with a contact, from its opening to its close. It is never reopened: the contact's next message opens a
 * new one.
 */
export type ConversationMessagesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * A conversation with a contact, from its opening to its close. It is never reopened: the contact's next message opens a
 * new one.
 */
export type ConversationNotesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * A conversation with a contact, from its opening to its close. It is never reopened: the contact's next message opens a
 * new one.
 */
export type ConversationTimelineArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
};

/** What a job does with each of its conversations: exactly one of these. */
export type ConversationAction =
  /** As conversationAssign does. */
  { readonly assign: AssignAction; readonly close?: never; readonly route?: never; readonly seen?: never; readonly snooze?: never; readonly tags?: never; readonly unassign?: never; readonly wake?: never; }
  |  /** As conversationClose does. */
  { readonly assign?: never; readonly close: CloseAction; readonly route?: never; readonly seen?: never; readonly snooze?: never; readonly tags?: never; readonly unassign?: never; readonly wake?: never; }
  |  /** As conversationRoute does. */
  { readonly assign?: never; readonly close?: never; readonly route: RouteAction; readonly seen?: never; readonly snooze?: never; readonly tags?: never; readonly unassign?: never; readonly wake?: never; }
  |  /** True: as conversationSeen does, up to the newest message and the newest note of each conversation. */
  { readonly assign?: never; readonly close?: never; readonly route?: never; readonly seen: Scalars['Boolean']['input']; readonly snooze?: never; readonly tags?: never; readonly unassign?: never; readonly wake?: never; }
  |  /** As conversationSnooze does. */
  { readonly assign?: never; readonly close?: never; readonly route?: never; readonly seen?: never; readonly snooze: SnoozeAction; readonly tags?: never; readonly unassign?: never; readonly wake?: never; }
  |  /** As contactUpdate does, with the contact of each conversation. */
  { readonly assign?: never; readonly close?: never; readonly route?: never; readonly seen?: never; readonly snooze?: never; readonly tags: TagsAction; readonly unassign?: never; readonly wake?: never; }
  |  /** True: as conversationUnassign does. */
  { readonly assign?: never; readonly close?: never; readonly route?: never; readonly seen?: never; readonly snooze?: never; readonly tags?: never; readonly unassign: Scalars['Boolean']['input']; readonly wake?: never; }
  |  /** True: as conversationWake does. */
  { readonly assign?: never; readonly close?: never; readonly route?: never; readonly seen?: never; readonly snooze?: never; readonly tags?: never; readonly unassign?: never; readonly wake: Scalars['Boolean']['input']; };

/**
 * Says that somebody began or stopped to view a conversation or to type in it. Only agents who view the conversation
 * themselves get it. It has no cursor and is not in the event log.
 */
export type ConversationActivity = {
  readonly __typename: 'ConversationActivity';
  /** What they do now. NONE: they no longer view it. */
  readonly activity: ActivityKind;
  /** The conversation. */
  readonly conversation: Conversation;
  /** Who it is. */
  readonly who: Author;
};

/** A conversation to assign. */
export type ConversationAssignInput = {
  /** The agent to assign. Left out: the policy of the team chooses, or the conversation queues. */
  readonly agentId?: InputMaybe<Scalars['ID']['input']>;
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** True: refuse with CONFLICT if the conversation has an assignee; the payload shows it as it is. */
  readonly onlyIfUnassigned?: Scalars['Boolean']['input'];
  /**
   * True: assign even if the agent is at capacity, which is refused with AT_CAPACITY otherwise. For people, not for API
   * keys.
   */
  readonly overCapacity?: Scalars['Boolean']['input'];
};

/** A conversation was assigned to an agent. */
export type ConversationAssigned = ConversationEvent & Event & {
  readonly __typename: 'ConversationAssigned';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The assignee after the change. */
  readonly assignee: Agent;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Why this agent was chosen; null if a person chose. */
  readonly decision: Maybe<AssignmentDecision>;
  /** The assignee before the change. */
  readonly previousAssignee: Maybe<Agent>;
};

/** A conversation to close. */
export type ConversationCloseInput = {
  /** What it was about. */
  readonly category?: InputMaybe<Scalars['String']['input']>;
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** How it ended. */
  readonly summary?: InputMaybe<Scalars['String']['input']>;
};

/** A conversation was closed. */
export type ConversationClosed = ConversationEvent & Event & {
  readonly __typename: 'ConversationClosed';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The category it was closed with. */
  readonly category: Maybe<Scalars['String']['output']>;
  /** Who or what closed it. */
  readonly closedSource: CloseSource;
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The summary it was closed with. */
  readonly summary: Maybe<Scalars['String']['output']>;
};

/** A page of a list (Relay). */
export type ConversationConnection = {
  readonly __typename: 'ConversationConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<ConversationEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Conversation>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** How many nodes the whole list has; null above 10,000. It is counted only if you ask for it. */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** A node with its cursor (Relay). */
export type ConversationEdge = {
  readonly __typename: 'ConversationEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Conversation;
};

/** An event that belongs to one conversation. */
export type ConversationEvent = {
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** Which conversations to list. A conversation has to match every part that is given. */
export type ConversationFilter = {
  /** Only those assigned to one of these agents. */
  readonly assigneeIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only those in which the contact's last message came on one of these channels. */
  readonly channelIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only those with one of these contacts. */
  readonly contactIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** True: only those with a note that mentions the viewer. False: only the others. No note mentions API keys. */
  readonly mentions?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * True: only those assigned to the viewer. False: only the others. An API key has none. With `assigneeIds`, both have to
   * match.
   */
  readonly mine?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those with one of these priorities. */
  readonly priorities?: InputMaybe<ReadonlyArray<Priority>>;
  /** True: only those that wait for an agent in a queue. False: only the others. */
  readonly queued?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * Up to eight different words that have to occur in messages, notes or the contact's name. The last word may be the
   * beginning of one.
   */
  readonly search?: InputMaybe<Scalars['String']['input']>;
  /** True: only snoozed ones. False: only those that are not snoozed. */
  readonly snoozed?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only open or only closed ones. */
  readonly status?: InputMaybe<ConversationStatus>;
  /**
   * True: only those that nobody takes care of, which are open and not snoozed and have neither an assignee, a place in
   * a queue nor a workflow run that goes on. False: only the others.
   */
  readonly stranded?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only those of one of these teams. */
  readonly teamIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** True: only those without an assignee. False: only those with one. */
  readonly unassigned?: InputMaybe<Scalars['Boolean']['input']>;
  /**
   * True: only those with something that is unread to the viewer (see `Conversation.unread`). False: only the others. Nothing is
   * unread to API keys.
   */
  readonly unread?: InputMaybe<Scalars['Boolean']['input']>;
  /** True: only those in which the contact waits for an answer. False: only the others. */
  readonly waiting?: InputMaybe<Scalars['Boolean']['input']>;
};

/** Says that the viewer may no longer see a conversation: remove it from the screen. It is not in the event log. */
export type ConversationHidden = {
  readonly __typename: 'ConversationHidden';
  /** The id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** The position of the event that hid it. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** A conversation to open. */
export type ConversationOpenInput = {
  /** The agent who is to answer. */
  readonly assigneeId?: InputMaybe<Scalars['ID']['input']>;
  /** The channel on which messages are sent. Required unless the contact has exactly one identity. */
  readonly channelId?: InputMaybe<Scalars['ID']['input']>;
  /** The contact. */
  readonly contactId: Scalars['ID']['input'];
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first result, as far as the caller may see it now.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The team that is to be responsible for it. */
  readonly teamId?: InputMaybe<Scalars['ID']['input']>;
};

/** The open conversation. */
export type ConversationOpenPayload = {
  readonly __typename: 'ConversationOpenPayload';
  /** The open conversation. */
  readonly conversation: Maybe<Conversation>;
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** Whether this mutation opened it; false if it was already open. */
  readonly opened: Scalars['Boolean']['output'];
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A conversation was opened. */
export type ConversationOpened = ConversationEvent & Event & {
  readonly __typename: 'ConversationOpened';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Who or what opened it. */
  readonly source: ConversationSource;
};

/**
 * The order of a list of conversations, each in both directions. LAST_ACTIVITY: latest activity first. FIRST_ACTIVITY:
 * longest without activity first. LONGEST_WAITING, SHORTEST_WAITING: by how long the contact has been waiting.
 * NEWEST, OLDEST: by when they were opened. QUEUE, QUEUE_END: those that wait for an agent, in the order of the queues or
 * from their end. PRIORITY, LOW_PRIORITY: open ones from the highest or from the lowest priority, within a priority the
 * latest activity first. What an order says nothing about comes last in both directions, latest activity first:
 * conversations in which nobody waits, which are in no queue, or which are closed.
 */
export type ConversationOrder =
  | 'FIRST_ACTIVITY'
  | 'LAST_ACTIVITY'
  | 'LONGEST_WAITING'
  | 'LOW_PRIORITY'
  | 'NEWEST'
  | 'OLDEST'
  | 'PRIORITY'
  | 'QUEUE'
  | 'QUEUE_END'
  | 'SHORTEST_WAITING';

/** A conversation after the change. */
export type ConversationPayload = {
  readonly __typename: 'ConversationPayload';
  /** The conversation. */
  readonly conversation: Maybe<Conversation>;
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** The explanation, if the change led to an automatic assignment of this conversation, even through a queue. */
  readonly decision: Maybe<AssignmentDecision>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A conversation began to wait in a queue. */
export type ConversationQueued = ConversationEvent & Event & {
  readonly __typename: 'ConversationQueued';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Why no agent was assigned; null if no decision was made. */
  readonly decision: Maybe<AssignmentDecision>;
  /** The team in whose queue it waits. */
  readonly team: Maybe<Team>;
};

/** The assignee read a conversation. */
export type ConversationRead = ConversationEvent & Event & {
  readonly __typename: 'ConversationRead';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The time up to which the assignee has read. */
  readonly readAt: Scalars['Time']['output'];
};

/** A conversation that was read. */
export type ConversationReadInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** The newest message that was read. */
  readonly messageId: Scalars['ID']['input'];
};

/** The team and priority to give a conversation. */
export type ConversationRouteInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** The priority. Left out: unchanged. */
  readonly priority?: InputMaybe<Priority>;
  /** The team. Null: no team. Left out: unchanged. */
  readonly teamId?: InputMaybe<Scalars['ID']['input']>;
};

/**
 * The team or the priority of a conversation changed. A queued conversation keeps its age in the new team's queue, and
 * ConversationQueued follows; without a team it leaves the queue.
 */
export type ConversationRouted = ConversationEvent & Event & {
  readonly __typename: 'ConversationRouted';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The priority before the change. */
  readonly previousPriority: Priority;
  /** The team before the change. */
  readonly previousTeam: Maybe<Team>;
  /** The priority after the change. */
  readonly priority: Priority;
  /** The team after the change. */
  readonly team: Maybe<Team>;
};

/** How far the viewer has seen a conversation. Name the newest message that was shown, the newest note, or both. */
export type ConversationSeenInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** The newest message that was seen. Without it, it is the newest one from before the note. */
  readonly messageId?: InputMaybe<Scalars['ID']['input']>;
  /** The newest note that was seen. Without it, all notes that there are now count as seen. */
  readonly noteId?: InputMaybe<Scalars['ID']['input']>;
};

/** A conversation to snooze. */
export type ConversationSnoozeInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** When it is to wake. It has to be in the future. Give either this or untilTeamOpens. */
  readonly until?: InputMaybe<Scalars['Time']['input']>;
  /**
   * It is to wake when its team opens. The time is computed now, and stays if the team's hours change. INVALID if it has no
   * team, and if that has no business hours, never opens or is open.
   */
  readonly untilTeamOpens?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A conversation was snoozed: it left its queue and does not count against the assignee's capacity. */
export type ConversationSnoozed = ConversationEvent & Event & {
  readonly __typename: 'ConversationSnoozed';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The time at which it wakes by itself. */
  readonly until: Scalars['Time']['output'];
};

/** Who or what opened a conversation. */
export type ConversationSource =
  | 'AGENT'
  | 'API'
  | 'CONTACT'
  | 'WORKFLOW';

/** Whether a conversation is open. */
export type ConversationStatus =
  | 'CLOSED'
  | 'OPEN';

/** A conversation whose assignee to remove. */
export type ConversationUnassignInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
};

/** The assignee of a conversation was removed. */
export type ConversationUnassigned = ConversationEvent & Event & {
  readonly __typename: 'ConversationUnassigned';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The assignee before the change. */
  readonly previousAssignee: Maybe<Agent>;
};

/** A conversation to watch no longer. */
export type ConversationUnwatchInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
};

/** A snoozed conversation to wake. */
export type ConversationWakeInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
};

/** A conversation to watch. */
export type ConversationWatchInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
};

/** A snooze ended: at its time, by hand, or because the contact wrote. */
export type ConversationWoken = ConversationEvent & Event & {
  readonly __typename: 'ConversationWoken';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** An action, and the conversations to do it with: give either `ids` or `filter`. */
export type ConversationsChangeInput = {
  /** What to do with each. */
  readonly action: ConversationAction;
  /**
   * Which conversations, of those that the caller sees now. The oldest comes first. More than 10,000 are refused with
   * LIMIT_EXCEEDED, and so is a filter that would have to search very many; if there is none, NOT_FOUND.
   */
  readonly filter?: InputMaybe<ConversationFilter>;
  /**
   * The `head` that was read together with the list. A conversation whose status, team or assignee has changed since is left as
   * it is and fails with CONFLICT. Default: now.
   */
  readonly head?: InputMaybe<Scalars['Cursor']['input']>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and returns
   * the first job.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The conversations, in the order in which they are to be changed. One that is named twice counts once. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/**
 * What made Foyer decide about a conversation. STEP: a step of a workflow. ASKED: a person or an integration. ONLINE: an
 * agent came online. CLOSE: an agent had room again, since a conversation of theirs was closed, snoozed or given to
 * another. CAPACITY: an agent or a policy allows more than before. JOINED: an agent joined the team. WOKEN: the
 * conversation was snoozed and woke. OPENED_HOURS: the team opened. REASSIGN: its agent was offline, did not answer, or
 * was disabled. DEFAULT_TEAM: nobody else took care of it. OWNER_WAIT_OVER: it had waited long enough for the contact's owner.
 */
export type DecisionTrigger =
  | 'ASKED'
  | 'CAPACITY'
  | 'CLOSE'
  | 'DEFAULT_TEAM'
  | 'JOINED'
  | 'ONLINE'
  | 'OPENED_HOURS'
  | 'OWNER_WAIT_OVER'
  | 'REASSIGN'
  | 'STEP'
  | 'WOKEN';

/** Whether a message came from the contact (INBOUND) or was sent to the contact (OUTBOUND). */
export type Direction =
  | 'INBOUND'
  | 'OUTBOUND';

/** What the viewer has written in a conversation and not sent yet. */
export type Draft = {
  readonly __typename: 'Draft';
  /** The conversation; null if the viewer does not see it any more. */
  readonly conversation: Maybe<Conversation>;
  /** The id of the conversation, with which the draft can be removed even if the viewer does not see the conversation any more. */
  readonly conversationId: Scalars['ID']['output'];
  /** The files that are to belong to it. */
  readonly files: ReadonlyArray<File>;
  /** What it is to become. */
  readonly kind: DraftKind;
  /** The text. It can be empty if there are files. */
  readonly text: Scalars['String']['output'];
  /** When it was changed last. Every change of a draft has a later time than the one before. */
  readonly updatedAt: Scalars['Time']['output'];
};

/**
 * Says that a draft of the viewer's was changed or removed, on this device or another. Only its agent gets it. It has no cursor and
 * is not in the event log.
 */
export type DraftChanged = {
  readonly __typename: 'DraftChanged';
  /** The id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** The draft as it was after the change; null if it was removed. */
  readonly draft: Maybe<Draft>;
  /** What the draft is to become. */
  readonly kind: DraftKind;
};

/** What a draft is to become: REPLY, a message to the contact; NOTE, a note. A conversation has one of each for an agent. */
export type DraftKind =
  | 'NOTE'
  | 'REPLY';

/** A draft after the change. */
export type DraftPayload = {
  readonly __typename: 'DraftPayload';
  /** The draft; null if there is none any more. After a CONFLICT it is the draft as it is. */
  readonly draft: Maybe<Draft>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What the viewer has written so far. */
export type DraftSetInput = {
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /** The files, in place of those there were: uploaded with `POST /files`, and seen by you. */
  readonly fileIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /**
   * The `updatedAt` of the draft that this one replaces, or null if you know of none. The mutation is refused with CONFLICT if the
   * draft has changed since, unless it has this text and these files already. Left out: it replaces whatever there is.
   */
  readonly ifUpdatedAt?: InputMaybe<Scalars['Time']['input']>;
  /** What it is to become. */
  readonly kind: DraftKind;
  /** The text, in place of the one there was. Without a text and files, the draft is removed. */
  readonly text: Scalars['String']['input'];
};

/**
 * Something that happened, as it stands in the event log. The objects in an event show their state at delivery, which is
 * never older than the event.
 */
export type Event = {
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** A page of a list (Relay). */
export type EventConnection = {
  readonly __typename: 'EventConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<EventEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Event>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A node with its cursor (Relay). */
export type EventEdge = {
  readonly __typename: 'EventEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Event;
};

/**
 * Which events a subscription sends. An event has to match every part that is given. A team or an agent matches if it
 * had the conversation before or after the event. A filter by conversation, team or agent passes only
 * ConversationEvents.
 */
export type EventFilter = {
  /** Only events of conversations that were or are assigned to one of these agents. */
  readonly assigneeIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only events of these conversations. */
  readonly conversationIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only events of conversations that were or are with one of these teams. */
  readonly teamIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Only events of these kinds. */
  readonly types?: InputMaybe<ReadonlyArray<EventType>>;
};

/** The kinds of event that a subscription can ask for. */
export type EventType =
  | 'AGENT_CHANGED'
  | 'CONTACT_CHANGED'
  | 'CONVERSATION_ASSIGNED'
  | 'CONVERSATION_CLOSED'
  | 'CONVERSATION_OPENED'
  | 'CONVERSATION_QUEUED'
  | 'CONVERSATION_READ'
  | 'CONVERSATION_ROUTED'
  | 'CONVERSATION_SNOOZED'
  | 'CONVERSATION_UNASSIGNED'
  | 'CONVERSATION_WOKEN'
  | 'MESSAGE_RECEIVED'
  | 'MESSAGE_SENT'
  | 'MESSAGE_STATUS_CHANGED'
  | 'NOTE_ADDED'
  | 'NOTE_CHANGED'
  | 'PRESENCE_CHANGED'
  | 'TEAM_CHANGED'
  | 'WORKFLOW_RUN_CHANGED';

/**
 * The type of a field's values. TEXT: a text. LIST: a list of texts. CHECKBOX: true or false. NUMBER: a number. EMAIL
 * and URL: a text. DATE: a day such as 2026-01-31. TIME: a moment such as 2026-01-31T09:30:00Z. A value in another form
 * is converted where that is possible: a number may be given as a text, for example.
 */
export type FieldType =
  | 'CHECKBOX'
  | 'DATE'
  | 'EMAIL'
  | 'LIST'
  | 'NUMBER'
  | 'TEXT'
  | 'TIME'
  | 'URL';

/**
 * A file that was uploaded with `POST /files`. Its uploader sees it until a message, a note or anything else that others see
 * uses it, and then whoever sees that. After a day without a use it is gone.
 */
export type File = Node & {
  readonly __typename: 'File';
  /** The size in bytes. */
  readonly bytes: Scalars['Int']['output'];
  /** The height of an image as it is shown, in pixels; null if it is no image, or none that could be read. */
  readonly height: Maybe<Scalars['Int']['output']>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The media type that its content shows, such as image/png, whatever the uploader said. */
  readonly mimeType: Scalars['String']['output'];
  /** The name, without what could mislead: at most 255 bytes. */
  readonly name: Scalars['String']['output'];
  /** A link like `url` to a small version of an image; null if there is none. Show no image that has none. */
  readonly thumbnail: Maybe<Scalars['URL']['output']>;
  /**
   * A link of this server to the file. It is signed and valid for an hour; that of a file of notes alone is not signed and
   * needs the caller's token.
   */
  readonly url: Scalars['URL']['output'];
  /** The width of an image as it is shown, in pixels; null if it is no image, or none that could be read. */
  readonly width: Maybe<Scalars['Int']['output']>;
};

/**
 * How much longer than in truth a conversation of each priority counts as waiting in a queue. A negative one counts as
 * waiting less long. So priority goes first, and nothing waits forever.
 */
export type HeadStarts = {
  readonly __typename: 'HeadStarts';
  /** Of priority HIGH. */
  readonly high: Scalars['Duration']['output'];
  /** Of priority LOW. */
  readonly low: Scalars['Duration']['output'];
  /** Of priority NORMAL. */
  readonly normal: Scalars['Duration']['output'];
  /** Of priority URGENT. */
  readonly urgent: Scalars['Duration']['output'];
};

/**
 * How much longer than in truth a conversation of each priority counts as waiting: -P30D to P30D. What is left out stays
 * unchanged or, in a new team, has its default.
 */
export type HeadStartsInput = {
  /** Of priority HIGH. Default: PT4H. */
  readonly high?: InputMaybe<Scalars['Duration']['input']>;
  /** Of priority LOW. Default: -PT4H. */
  readonly low?: InputMaybe<Scalars['Duration']['input']>;
  /** Of priority NORMAL. Default: PT0S. */
  readonly normal?: InputMaybe<Scalars['Duration']['input']>;
  /** Of priority URGENT. Default: P1D. */
  readonly urgent?: InputMaybe<Scalars['Duration']['input']>;
};

/**
 * The business hours of a team. While it is closed, no agent is assigned automatically: conversations wait until it opens.
 * Workflows read the hours by the step `hours` and the field `team.is_open`.
 */
export type Hours = {
  readonly __typename: 'Hours';
  /** Dates on which the team does not open, such as 2026-12-25. */
  readonly holidays: ReadonlyArray<Scalars['String']['output']>;
  /** An IANA time zone, such as Europe/Vienna. */
  readonly timeZone: Scalars['String']['output'];
  /** The opening times of each day of the week. */
  readonly week: Week;
};

/** Business hours. */
export type HoursInput = {
  /** Dates on which the team does not open, such as 2026-12-25. */
  readonly holidays?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** An IANA time zone, such as Europe/Vienna. */
  readonly timeZone: Scalars['String']['input'];
  /** The opening times of each day of the week. */
  readonly week: WeekInput;
};

/** A file that belongs to a contact's message. A file without a usable URL is left out. */
export type InboundAttachmentInput = {
  /** The size in bytes. */
  readonly bytes?: InputMaybe<Scalars['LenientInt']['input']>;
  /** The media type, such as image/png. */
  readonly mimeType?: InputMaybe<Scalars['LenientString']['input']>;
  /** The file name. */
  readonly name?: InputMaybe<Scalars['LenientString']['input']>;
  /** Where the file is, as an http or https URL. */
  readonly url?: InputMaybe<Scalars['LenientURL']['input']>;
};

/**
 * Who wrote. The contact is found by channel and external id, and created if it is new. Profile fields fill what is
 * empty and never overwrite.
 */
export type InboundContactInput = {
  /** A picture of the contact. */
  readonly avatar?: InputMaybe<Scalars['LenientURL']['input']>;
  /** The country as an ISO 3166 alpha-2 code, such as AT. */
  readonly country?: InputMaybe<Scalars['LenientString']['input']>;
  /** The email address. */
  readonly email?: InputMaybe<Scalars['LenientString']['input']>;
  /** The contact's id on the channel, 1 to 255 characters. It is required: without it nobody knows who wrote. */
  readonly externalId?: InputMaybe<Scalars['LenientString']['input']>;
  /** Custom fields, as an object with a key for each. Like the profile fields they fill only what is empty. */
  readonly fields?: InputMaybe<Scalars['JSON']['input']>;
  /** The first name. */
  readonly firstName?: InputMaybe<Scalars['LenientString']['input']>;
  /** The language as a BCP 47 tag, such as de-AT. */
  readonly language?: InputMaybe<Scalars['LenientString']['input']>;
  /** The last name. */
  readonly lastName?: InputMaybe<Scalars['LenientString']['input']>;
  /** The phone number, in the format E.164 or as it is written in `country`. */
  readonly phone?: InputMaybe<Scalars['LenientString']['input']>;
};

/** What was written: a text, attachments, or both. It is stored whatever else is wrong with the input. */
export type InboundMessageInput = {
  /** The files. The first 20 are kept. */
  readonly attachments?: InputMaybe<ReadonlyArray<InputMaybe<InboundAttachmentInput>>>;
  /** The message's id on the channel, at most 255 characters. A repeated delivery with the same id changes nothing. */
  readonly externalId?: InputMaybe<Scalars['LenientString']['input']>;
  /** The time at which it was sent, as the messaging service reports. */
  readonly sentAt?: InputMaybe<Scalars['LenientTime']['input']>;
  /** The text, of any length. `Message.text` shows its first 10,000 characters, `Message.fullText` all of it. */
  readonly text?: InputMaybe<Scalars['LenientString']['input']>;
};

/**
 * Counts of the conversations that the viewer may see. The numbers are maintained by each change, so reading them costs
 * little.
 */
export type InboxCounts = {
  readonly __typename: 'InboxCounts';
  /** The counts of each team whose conversations the viewer may see. */
  readonly byTeam: ReadonlyArray<TeamCount>;
  /** Open conversations that are assigned to the viewer; 0 for an API key. */
  readonly mine: Scalars['Int']['output'];
  /** The viewer's unread notifications; 0 for an API key. */
  readonly notifications: Scalars['Int']['output'];
  /** Open conversations, including snoozed ones. */
  readonly open: Scalars['Int']['output'];
  /** Snoozed conversations. */
  readonly snoozed: Scalars['Int']['output'];
  /** Open conversations without an assignee. */
  readonly unassigned: Scalars['Int']['output'];
};

/** A part of a message that was not stored, or not as a whole. */
export type InputWarning = {
  readonly __typename: 'InputWarning';
  /** The kind of problem, for programs. */
  readonly code: UserErrorCode;
  /** The path to the input. */
  readonly field: ReadonlyArray<Scalars['String']['output']>;
  /** What happened to the value, as sentences for people. */
  readonly message: Scalars['String']['output'];
  /** The value that was cut or left out, or its beginning. */
  readonly value: Maybe<Scalars['String']['output']>;
};

/**
 * One action on many conversations, which are fixed when it starts. Whoever started it may read it, and so may managers. It is
 * kept for 30 days after it has finished, as one of the newest 50 of its account.
 */
export type Job = Node & {
  readonly __typename: 'Job';
  /**
   * When it was cancelled, by somebody or because whoever started it may do nothing any more: the agent was disabled, or the key
   * revoked. Null: it was not.
   */
  readonly cancelledAt: Maybe<Scalars['Time']['output']>;
  /** When it was started. */
  readonly createdAt: Scalars['Time']['output'];
  /** How many it has changed, or found to be as they should be. While it runs it is behind by up to 50. */
  readonly done: Scalars['Int']['output'];
  /** The first 100 of those that it has left as they were, in the order of the job. */
  readonly failed: ReadonlyArray<JobFailure>;
  /** How many it has left as they were, for a reason that `failed` says. */
  readonly failedCount: Scalars['Int']['output'];
  /**
   * When it ended: each conversation was done or has failed, or it was cancelled. Null: it runs, or waits for another of its
   * account.
   */
  readonly finishedAt: Maybe<Scalars['Time']['output']>;
  /** An opaque id. It never changes, and no two objects of any kind have the same. */
  readonly id: Scalars['ID']['output'];
  /** How many conversations it has. */
  readonly total: Scalars['Int']['output'];
  /** The job whose changes it takes back; null if it takes back none, or if that job is not kept any longer. */
  readonly undoes: Maybe<Job>;
};

/** A job to cancel. */
export type JobCancelInput = {
  /** The job. */
  readonly id: Scalars['ID']['input'];
};

/**
 * Says that a job got further, a few times a second at most, or that it ended. Only the agent who started it gets it, and never
 * an API key. It has no cursor and is not in the event log. It may be left out: read the job again if you have not heard of it for
 * a while.
 */
export type JobChanged = {
  readonly __typename: 'JobChanged';
  /** The job. */
  readonly job: Job;
};

/** A conversation that a job has left as it was. */
export type JobFailure = {
  readonly __typename: 'JobFailure';
  /** The conversation as it is now; null if the viewer may not see it, or if there is none. */
  readonly conversation: Maybe<Conversation>;
  /** The id of the conversation. */
  readonly conversationId: Scalars['ID']['output'];
  /** Why: what the mutation for one conversation would have answered. CONFLICT: somebody has changed it since the head. */
  readonly error: UserError;
};

/** A job as the mutation left it. */
export type JobPayload = {
  readonly __typename: 'JobPayload';
  /** The job. */
  readonly job: Maybe<Job>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A job whose changes are to be taken back. */
export type JobUndoInput = {
  /** The job, which has to have finished. */
  readonly id: Scalars['ID']['input'];
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and returns
   * the first job.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** An agent's credentials. */
export type LoginInput = {
  /**
   * Whether the browser keeps the session in a cookie that scripts cannot read. Then there is no token in the answer. The
   * request needs the header `x-foyer-csrf: 1` and comes from a page of the server's own origin, or of one that the server
   * allows by name. A session that the cookie had before ends, be it of an earlier log-in in the same request.
   *
   * The cookie counts in requests with the header `x-foyer-csrf: 1`, on websockets, and for subscriptions as event streams.
   * An Authorization header comes before it.
   */
  readonly cookie?: Scalars['Boolean']['input'];
  /** The email address. Upper and lower case make no difference. */
  readonly email: Scalars['String']['input'];
  /** The password. */
  readonly password: Scalars['String']['input'];
  /**
   * Whether the cookie outlasts the browser, for as long as the session can last. Otherwise the browser forgets it when it
   * is closed. Without `cookie` this has no effect.
   */
  readonly remember?: Scalars['Boolean']['input'];
};

/** A new session. */
export type LoginPayload = {
  readonly __typename: 'LoginPayload';
  /** The agent who logged in. */
  readonly agent: Maybe<Agent>;
  /**
   * When the session ends unless it is used. Each use extends it, up to 90 days after the login unless the server is
   * configured otherwise.
   */
  readonly expiresAt: Maybe<Scalars['Time']['output']>;
  /** The token. Send it as `Authorization: Bearer <token>`. It is shown only once. Null if the browser keeps it in a cookie. */
  readonly token: Maybe<Scalars['String']['output']>;
  /** Why the request was refused. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Which sessions to end. */
export type LogoutInput = {
  /** True: all of the caller's sessions. False: only the session that makes the request. */
  readonly everywhere?: Scalars['Boolean']['input'];
};

/** The result of logging out. */
export type LogoutPayload = {
  readonly __typename: 'LogoutPayload';
  /** Why no session was ended. An API key has none: use apiKeyRevoke. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A message from a contact or to a contact. */
export type Message = Node & {
  readonly __typename: 'Message';
  /** The files that belong to it. */
  readonly attachments: ReadonlyArray<Attachment>;
  /** Who wrote it. */
  readonly author: Author;
  /** The channel on which it arrived or was sent. */
  readonly channel: Channel;
  /** The conversation; null only if the contact was blocked when the message arrived. */
  readonly conversation: Maybe<Conversation>;
  /** When Foyer stored it. Messages are in this order. */
  readonly createdAt: Scalars['Time']['output'];
  /** Whether it came from the contact or was sent to the contact. */
  readonly direction: Direction;
  /** Its id on the channel. No two messages of a channel have the same. */
  readonly externalId: Maybe<Scalars['String']['output']>;
  /** Why it could not be delivered, as the channel reported; null if it did not fail. */
  readonly failureReason: Maybe<Scalars['String']['output']>;
  /** The whole text, however long. It equals `text` unless that was cut. */
  readonly fullText: Maybe<Scalars['String']['output']>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The key it was sent with, by which a front end recognises its own messages. */
  readonly idempotencyKey: Maybe<Scalars['String']['output']>;
  /** The time at which it was sent, as the messaging service reported. */
  readonly sentAt: Maybe<Scalars['Time']['output']>;
  /** Its delivery status. */
  readonly status: MessageStatus;
  /** The text, up to its first 10,000 characters. */
  readonly text: Maybe<Scalars['String']['output']>;
};

/** A page of a list (Relay). */
export type MessageConnection = {
  readonly __typename: 'MessageConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<MessageEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Message>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
  /** How many nodes the whole list has; null above 10,000. It is counted only if you ask for it. */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** A node with its cursor (Relay). */
export type MessageEdge = {
  readonly __typename: 'MessageEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Message;
};

/** A message after the change. */
export type MessagePayload = {
  readonly __typename: 'MessagePayload';
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** The message. After the user error CONFLICT, the conversation's newest one. */
  readonly message: Maybe<Message>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Several messages of contacts. */
export type MessageReceiveBatchInput = {
  /** The messages, in the order in which they are to be received. */
  readonly messages: ReadonlyArray<MessageReceiveInput>;
};

/** The results of receiving several messages. */
export type MessageReceiveBatchPayload = {
  readonly __typename: 'MessageReceiveBatchPayload';
  /** A result for each message, in the order of the input. */
  readonly results: Maybe<ReadonlyArray<MessageReceivePayload>>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** One message of a contact. */
export type MessageReceiveInput = {
  /** The channel on which it arrived. */
  readonly channelId: Scalars['ID']['input'];
  /** Who wrote it. */
  readonly contact: InboundContactInput;
  /** What was written. */
  readonly message: InboundMessageInput;
};

/** The result of receiving a message. */
export type MessageReceivePayload = {
  readonly __typename: 'MessageReceivePayload';
  /** The contact who wrote it. */
  readonly contact: Maybe<Contact>;
  /** The conversation it was added to; null if the contact is blocked. */
  readonly conversation: Maybe<Conversation>;
  /** The position in the event log after this change. Subscribe with it as `after` to see what follows. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** Whether a message with this external id had been received before. Then nothing changed. */
  readonly duplicate: Scalars['Boolean']['output'];
  /** The stored message. For a repeated delivery, the one that was stored first. */
  readonly message: Maybe<Message>;
  /** Whether this message opened the conversation. */
  readonly opened: Scalars['Boolean']['output'];
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
  /**
   * What of the message was left out or cut. The message is stored all the same. A repeated delivery returns the
   * warnings of the first.
   */
  readonly warnings: ReadonlyArray<InputWarning>;
};

/**
 * A contact's message arrived in a conversation. If the message opened the conversation, ConversationOpened comes before
 * this event; what the message causes comes after it.
 */
export type MessageReceived = ConversationEvent & Event & {
  readonly __typename: 'MessageReceived';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The message that arrived. */
  readonly message: Message;
};

/** A message to the contact: a text, attachments, or both. */
export type MessageSendInput = {
  /** The files to send with it. */
  readonly attachments?: InputMaybe<ReadonlyArray<AttachmentInput>>;
  /** The channel to send on. Default: the channel of the contact's last message. */
  readonly channelId?: InputMaybe<Scalars['ID']['input']>;
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first result, as far as the caller may see it now.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /**
   * The message that is the conversation's newest as far as you know, or null if it has none yet. If there is a newer one,
   * whoever wrote it, nothing is sent: the answer is CONFLICT, with the newest message. Leave it out to send in any case.
   */
  readonly ifLatestMessageId?: InputMaybe<Scalars['ID']['input']>;
  /** The saved reply that the text was written with: its use is counted. One that you do not see is ignored. */
  readonly savedReplyId?: InputMaybe<Scalars['ID']['input']>;
  /** The text. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
};

/** An agent, a workflow or an API key wrote to the contact. */
export type MessageSent = ConversationEvent & Event & {
  readonly __typename: 'MessageSent';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The message that was written. */
  readonly message: Message;
};

/**
 * The delivery status of a message. An inbound message is RECEIVED. An outbound message goes from QUEUED to SENT,
 * DELIVERED and READ, and never back. FAILED follows only QUEUED or SENT, and is final.
 */
export type MessageStatus =
  | 'DELIVERED'
  | 'FAILED'
  | 'QUEUED'
  | 'READ'
  | 'RECEIVED'
  | 'SENT';

/** The delivery status of an outbound message changed. */
export type MessageStatusChanged = ConversationEvent & Event & {
  readonly __typename: 'MessageStatusChanged';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The message. */
  readonly message: Message;
  /** The status that the message reached with this event. */
  readonly messageStatus: MessageStatus;
};

/** The delivery status of an outbound message. */
export type MessageStatusReportInput = {
  /** Its id on the channel. */
  readonly externalId?: InputMaybe<Scalars['String']['input']>;
  /** Why it could not be delivered. Required with FAILED. */
  readonly failureReason?: InputMaybe<Scalars['String']['input']>;
  /** The message. */
  readonly messageId: Scalars['ID']['input'];
  /** The status it reached. */
  readonly status: MessageStatus;
};

/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type Mutation = {
  readonly __typename: 'Mutation';
  /**
   * Says what the agent does in the conversation at the moment: that they view it, repeated every 20 seconds while they do;
   * that they type, repeated every 3 seconds while they do; that they have left. Those who view the conversation get
   * ConversationActivity if that is news; of more than four changes in a second, the last. It ends by itself with the agent's
   * last live connection, and with their last session.
   */
  readonly activitySet: Maybe<ActivitySetPayload>;
  /** Creates an agent. Their role is at most the caller's own. */
  readonly agentCreate: Maybe<AgentPayload>;
  /**
   * Changes an agent. Disabling an agent ends their sessions and sends their open conversations back to the queues. A
   * new password ends all of the agent's sessions but the one that sets it. Agents may change their own password;
   * everything else is for managers. API keys cannot use this mutation.
   */
  readonly agentUpdate: Maybe<AgentPayload>;
  /** Creates an API key for an integration. Its role is at most the caller's own. */
  readonly apiKeyCreate: Maybe<ApiKeyCreatePayload>;
  /** Revokes an API key at once and closes its sockets. */
  readonly apiKeyRevoke: Maybe<ApiKeyRevokePayload>;
  /** Creates a channel. */
  readonly channelCreate: Maybe<ChannelPayload>;
  /** Changes a channel. A disabled channel neither receives nor sends messages; its conversations stay. */
  readonly channelUpdate: Maybe<ChannelPayload>;
  /** Creates a contact. */
  readonly contactCreate: Maybe<ContactPayload>;
  /** Creates a custom field of contacts. */
  readonly contactFieldCreate: Maybe<ContactFieldPayload>;
  /** Deletes a custom field together with the values that contacts have in it. */
  readonly contactFieldDelete: Maybe<ContactFieldPayload>;
  /** Changes a custom field. Contacts keep their values; a value that does not fit a new type reads as empty. */
  readonly contactFieldUpdate: Maybe<ContactFieldPayload>;
  /**
   * Changes a contact. Blocking a contact closes their open conversation and fails the messages that are still to be
   * sent.
   */
  readonly contactUpdate: Maybe<ContactPayload>;
  /** Assigns the conversation to an agent or, if no agent is named, by the policy of its team. */
  readonly conversationAssign: Maybe<ConversationPayload>;
  /** Closes the conversation. The contact's next message opens a new one. */
  readonly conversationClose: Maybe<ConversationPayload>;
  /** Opens a conversation with a contact, or returns the one that is already open. */
  readonly conversationOpen: Maybe<ConversationOpenPayload>;
  /**
   * Marks the conversation as read by its assignee, up to a message. `conversationSeen` does the same, for everybody who
   * sees the conversation.
   */
  readonly conversationRead: Maybe<ConversationPayload>;
  /**
   * Sets the team and the priority. A queued conversation moves to the new team's queue and keeps its age; the assignee
   * stays.
   */
  readonly conversationRoute: Maybe<ConversationPayload>;
  /**
   * Records that the viewer has seen the conversation up to a message, a note, or both. It never goes back, and repeating it
   * changes nothing. When the assignee does it, `assigneeReadAt` follows, as with `conversationRead`. For agents:
   * API keys get FORBIDDEN.
   */
  readonly conversationSeen: Maybe<ConversationPayload>;
  /**
   * Snoozes the conversation until a time, or until its team opens: it leaves its queue and does not count against the
   * assignee's capacity.
   */
  readonly conversationSnooze: Maybe<ConversationPayload>;
  /** Removes the assignee. The conversation does not go to a queue. */
  readonly conversationUnassign: Maybe<ConversationPayload>;
  /** Ends that the viewer watches the conversation. For agents: API keys get FORBIDDEN. */
  readonly conversationUnwatch: Maybe<ConversationPayload>;
  /** Ends a snooze early. */
  readonly conversationWake: Maybe<ConversationPayload>;
  /**
   * Makes the viewer watch the conversation until it closes: they are notified when the contact writes, when somebody else
   * sends a message, and when it closes. An agent may watch 1,000 conversations, and a conversation may be watched by 100
   * agents. Nobody else learns of it. For agents: API keys get FORBIDDEN.
   */
  readonly conversationWatch: Maybe<ConversationPayload>;
  /**
   * Starts a job that does one action with many conversations, one after another, each as the mutation for one conversation
   * does it, with the caller as its actor. Which conversations these are is decided now; whether the caller may change one is
   * decided when its turn comes. Each account has one job at a time; up to 19 more wait for it.
   */
  readonly conversationsChange: Maybe<JobPayload>;
  /**
   * Stores what the viewer has written in a conversation, closed ones included, or removes it if that is nothing. Sending a
   * message or adding a note leaves drafts as they are. For agents.
   */
  readonly draftSet: Maybe<DraftPayload>;
  /**
   * Ends a job before its next conversation; what it has done stays. Whoever started it may do so, and so may managers. It does
   * nothing to a job that has finished.
   */
  readonly jobCancel: Maybe<JobPayload>;
  /**
   * Starts a job that brings back the conversations that another has changed, the one changed last first: to the former
   * assignee or back into the queue, team and priority, snooze, tags. What followed from the changes stays, and so do the
   * conversations that somebody has changed since, which fail with CONFLICT. A close cannot be undone. An undoing job can be
   * undone in turn.
   */
  readonly jobUndo: Maybe<JobPayload>;
  /**
   * Exchanges an agent's email address and password for a token, or keeps the session in a cookie of the browser: see
   * `LoginInput.cookie`.
   */
  readonly login: Maybe<LoginPayload>;
  /**
   * Ends the caller's session and closes its sockets with code 4403, which may arrive before the answer does. An agent who
   * has no other session is OFFLINE at once. After the next log-in, the first connection within 12 hours brings back what
   * they were. If the session was that of the request's cookie, the cookie is removed.
   */
  readonly logout: Maybe<LogoutPayload>;
  /**
   * Receives a message from a contact. A channel, or an integration that stands in for one, calls it for every message.
   * It is safe to repeat: give each message an `externalId`.
   */
  readonly messageReceive: Maybe<MessageReceivePayload>;
  /** Receives up to 100 messages in order. Each has its own result, and one that is refused does not stop the others. */
  readonly messageReceiveBatch: Maybe<MessageReceiveBatchPayload>;
  /** Sends a message to the contact. An agent who sends into an unassigned conversation becomes its assignee. */
  readonly messageSend: Maybe<MessagePayload>;
  /** Reports the delivery status of an outbound message. Channels and integrations call it. */
  readonly messageStatusReport: Maybe<MessagePayload>;
  /** Adds an internal note, which is never sent to the contact. */
  readonly noteAdd: Maybe<NotePayload>;
  /** Deletes a note: its place and its author stay, and nothing of what it said. Its author and managers may. */
  readonly noteDelete: Maybe<NotePayload>;
  /** Changes a note, in a closed conversation too. Only its author may. Agents whom it mentions anew are told. */
  readonly noteUpdate: Maybe<NotePayload>;
  /** Marks notifications of the viewer as read. Ids that are not theirs change nothing. For agents: API keys get FORBIDDEN. */
  readonly notificationsRead: Maybe<NotificationsReadPayload>;
  /** Keeps something for the viewer under a namespace, or removes it. API keys cannot use this mutation. */
  readonly preferencesSet: Maybe<AgentPayload>;
  /**
   * Sets the caller's presence; managers and API keys may also set another agent's. It applies to all of the agent's
   * devices, and stays when they reconnect. An agent who comes online receives what waits in the queues.
   *
   * An agent without a live connection stays what was set until that is changed, or until a connection has come and gone:
   * see `Presence`.
   */
  readonly presenceSet: Maybe<AgentPayload>;
  /**
   * Creates a saved reply. Agents write those of their own teams, managers those of every team and of everybody. Front ends learn of
   * changes by reading `savedReplies` again: they are no events.
   */
  readonly savedReplyCreate: Maybe<SavedReplyPayload>;
  /** Deletes a saved reply. What was written with it stays. */
  readonly savedReplyDelete: Maybe<SavedReplyPayload>;
  /** Changes a saved reply. */
  readonly savedReplyUpdate: Maybe<SavedReplyPayload>;
  /** Creates a saved view. Only managers can share it. API keys cannot use this mutation. */
  readonly savedViewCreate: Maybe<SavedViewPayload>;
  /** Deletes a saved view. A private one is deleted by whoever created it, a shared one by managers. */
  readonly savedViewDelete: Maybe<SavedViewPayload>;
  /**
   * Changes a saved view. A private one is changed by whoever created it, a shared one by managers. Its position is the viewer's
   * own, and everybody who sees the view can set theirs.
   */
  readonly savedViewUpdate: Maybe<SavedViewPayload>;
  /** Deletes a secret. Steps that use it fail from then on. */
  readonly secretDelete: Maybe<SecretDeletePayload>;
  /**
   * Stores a secret for the HTTP requests of workflows, and replaces the one that has the same name. Its value is never
   * shown again.
   */
  readonly secretSet: Maybe<SecretPayload>;
  /**
   * Ends one of the caller's sessions, on this device or on another, with everything that `logout` does. Managers end all
   * sessions of another agent by disabling them, or by setting a new password.
   */
  readonly sessionEnd: Maybe<SessionEndPayload>;
  /** Starts a workflow from a conversation by its shortcut. Everybody who may see the conversation may do so. */
  readonly shortcutRun: Maybe<ShortcutRunPayload>;
  /** Creates a team. */
  readonly teamCreate: Maybe<TeamPayload>;
  /** Changes a team. New members and a higher capacity receive what waits in its queue. */
  readonly teamUpdate: Maybe<TeamPayload>;
  /** Changes what the viewer says about themselves. Fields that are left out stay unchanged. API keys cannot use this mutation. */
  readonly viewerUpdate: Maybe<AgentPayload>;
  /** Creates a workflow as a draft. */
  readonly workflowCreate: Maybe<WorkflowPayload>;
  /**
   * Imports a workflow from YAML: creates it as a draft, or changes the draft of the workflow that has its name. A name
   * in it that the workspace does not know is not an error here: it is one of the workflow's problems and has to be
   * resolved before publishing. For managers.
   */
  readonly workflowImport: Maybe<WorkflowPayload>;
  /** Publishes the draft as the next version, which cannot be changed; new runs start with it. */
  readonly workflowPublish: Maybe<WorkflowPayload>;
  /**
   * Shows what a run of a document would do, and changes nothing. The document runs even if the trigger's condition does
   * not match; the payload says whether it does. Assignments are decided by the present state of the workspace. No HTTP
   * requests are sent: a step that would send one takes its failure exit. For managers.
   */
  readonly workflowSimulate: Maybe<WorkflowSimulatePayload>;
  /** Stops a workflow: it starts no new runs. */
  readonly workflowStop: Maybe<WorkflowPayload>;
  /** Changes the draft of a workflow. The published version stays in use until you publish again. */
  readonly workflowUpdate: Maybe<WorkflowPayload>;
  /** Creates a new secret URL for a workflow with the trigger `webhook`. The old URL stops working at once. */
  readonly workflowWebhookRotate: Maybe<WorkflowPayload>;
  /** Changes the settings that apply to everybody. */
  readonly workspaceUpdate: Maybe<WorkspacePayload>;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationActivitySetArgs = {
  input: ActivitySetInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationAgentCreateArgs = {
  input: AgentCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationAgentUpdateArgs = {
  input: AgentUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationApiKeyCreateArgs = {
  input: ApiKeyCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationApiKeyRevokeArgs = {
  input: ApiKeyRevokeInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationChannelCreateArgs = {
  input: ChannelCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationChannelUpdateArgs = {
  input: ChannelUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationContactCreateArgs = {
  input: ContactCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationContactFieldCreateArgs = {
  input: ContactFieldCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationContactFieldDeleteArgs = {
  input: ContactFieldDeleteInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationContactFieldUpdateArgs = {
  input: ContactFieldUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationContactUpdateArgs = {
  input: ContactUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationAssignArgs = {
  input: ConversationAssignInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationCloseArgs = {
  input: ConversationCloseInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationOpenArgs = {
  input: ConversationOpenInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationReadArgs = {
  input: ConversationReadInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationRouteArgs = {
  input: ConversationRouteInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationSeenArgs = {
  input: ConversationSeenInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationSnoozeArgs = {
  input: ConversationSnoozeInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationUnassignArgs = {
  input: ConversationUnassignInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationUnwatchArgs = {
  input: ConversationUnwatchInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationWakeArgs = {
  input: ConversationWakeInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationWatchArgs = {
  input: ConversationWatchInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationConversationsChangeArgs = {
  input: ConversationsChangeInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationDraftSetArgs = {
  input: DraftSetInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationJobCancelArgs = {
  input: JobCancelInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationJobUndoArgs = {
  input: JobUndoInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationLoginArgs = {
  input: LoginInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationLogoutArgs = {
  input: LogoutInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationMessageReceiveArgs = {
  input: MessageReceiveInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationMessageReceiveBatchArgs = {
  input: MessageReceiveBatchInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationMessageSendArgs = {
  input: MessageSendInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationMessageStatusReportArgs = {
  input: MessageStatusReportInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationNoteAddArgs = {
  input: NoteAddInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationNoteDeleteArgs = {
  input: NoteDeleteInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationNoteUpdateArgs = {
  input: NoteUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationNotificationsReadArgs = {
  input: NotificationsReadInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationPreferencesSetArgs = {
  input: PreferencesSetInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationPresenceSetArgs = {
  input: PresenceSetInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSavedReplyCreateArgs = {
  input: SavedReplyCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSavedReplyDeleteArgs = {
  input: SavedReplyDeleteInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSavedReplyUpdateArgs = {
  input: SavedReplyUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSavedViewCreateArgs = {
  input: SavedViewCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSavedViewDeleteArgs = {
  input: SavedViewDeleteInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSavedViewUpdateArgs = {
  input: SavedViewUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSecretDeleteArgs = {
  input: SecretDeleteInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSecretSetArgs = {
  input: SecretSetInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationSessionEndArgs = {
  input: SessionEndInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationShortcutRunArgs = {
  input: ShortcutRunInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationTeamCreateArgs = {
  input: TeamCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationTeamUpdateArgs = {
  input: TeamUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationViewerUpdateArgs = {
  input: ViewerUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowCreateArgs = {
  input: WorkflowCreateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowImportArgs = {
  input: WorkflowImportInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowPublishArgs = {
  input: WorkflowPublishInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowSimulateArgs = {
  input: WorkflowSimulateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowStopArgs = {
  input: WorkflowStopInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowUpdateArgs = {
  input: WorkflowUpdateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkflowWebhookRotateArgs = {
  input: WorkflowWebhookRotateInput;
};


/**
 * Everything that can be changed. Every payload is nullable: an internal error in one mutation leaves the results of the
 * others intact.
 */
export type MutationWorkspaceUpdateArgs = {
  input: WorkspaceUpdateInput;
};

/** An object that has an id. Read it with `node`. */
export type Node = {
  /** An opaque id. It never changes, and no two objects of any kind have the same. */
  readonly id: Scalars['ID']['output'];
};

/** An internal note. Contacts never see it. */
export type Note = Node & {
  readonly __typename: 'Note';
  /** The files that belong to it. */
  readonly attachments: ReadonlyArray<Attachment>;
  /** Who wrote it. */
  readonly author: Author;
  /** The conversation it was added to. */
  readonly conversation: Conversation;
  /** When it was added. */
  readonly createdAt: Scalars['Time']['output'];
  /** When it was deleted: then its text is empty, and it has neither mentions nor attachments. Null if it was not. */
  readonly deletedAt: Maybe<Scalars['Time']['output']>;
  /** When it was edited last; null if it is as it was added. */
  readonly editedAt: Maybe<Scalars['Time']['output']>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The agents that it mentions. */
  readonly mentions: ReadonlyArray<Agent>;
  /** The text. */
  readonly text: Scalars['String']['output'];
};

/** A new internal note. */
export type NoteAddInput = {
  /** The files that belong to it. */
  readonly attachments?: InputMaybe<ReadonlyArray<AttachmentInput>>;
  /** The conversation. */
  readonly conversationId: Scalars['ID']['input'];
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first result, as far as the caller may see it now.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /**
   * The agents that it mentions. One who does not see the conversation is mentioned all the same, and is not notified, then or
   * later.
   */
  readonly mentionIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** The saved reply that the text was written with: its use is counted. One that you do not see is ignored. */
  readonly savedReplyId?: InputMaybe<Scalars['ID']['input']>;
  /** The text. */
  readonly text: Scalars['String']['input'];
};

/** Somebody added an internal note. */
export type NoteAdded = ConversationEvent & Event & {
  readonly __typename: 'NoteAdded';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The note. */
  readonly note: Note;
};

/** Somebody edited or deleted a note. */
export type NoteChanged = ConversationEvent & Event & {
  readonly __typename: 'NoteChanged';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The conversation to which it happened. */
  readonly conversation: Conversation;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Whether it was deleted; else it was edited. */
  readonly deleted: Scalars['Boolean']['output'];
  /** The note, as it is now. What it said before is nowhere. */
  readonly note: Note;
};

/** A page of a list (Relay). */
export type NoteConnection = {
  readonly __typename: 'NoteConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<NoteEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Note>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A note to delete. */
export type NoteDeleteInput = {
  /** The note. */
  readonly id: Scalars['ID']['input'];
};

/** A node with its cursor (Relay). */
export type NoteEdge = {
  readonly __typename: 'NoteEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Note;
};

/** A note after the change. */
export type NotePayload = {
  readonly __typename: 'NotePayload';
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** The note. After a CONFLICT, of a note that has been deleted, it is the note as it is. */
  readonly note: Maybe<Note>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A change of a note. What is left out stays. */
export type NoteUpdateInput = {
  /** The note. */
  readonly id: Scalars['ID']['input'];
  /**
   * The agents that it mentions, in place of those it did. Null or an empty list: nobody. One who does not see the conversation
   * is mentioned all the same, and is not notified, then or later.
   */
  readonly mentionIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** The text. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
};

/**
 * Something that one agent is notified of; nobody else can read it. While it is unread, a newer one of the same kind
 * and conversation takes its place. The newest 1,000 of an agent are kept, for 90 days. What it is about is null when the
 * agent does not see the conversation any more.
 */
export type Notification = Node & {
  readonly __typename: 'Notification';
  /** The agent, contact, run or API key that caused it; null with the conversation. */
  readonly actor: Maybe<Actor>;
  /** When it happened. */
  readonly at: Scalars['Time']['output'];
  /** The conversation; null if the viewer does not see it any more. */
  readonly conversation: Maybe<Conversation>;
  /** An opaque id. Later notifications have others. */
  readonly id: Scalars['ID']['output'];
  /** What the agent is notified of. */
  readonly kind: NotificationKind;
  /** The message that was written, or that failed; null with the conversation, and if there is none. */
  readonly message: Maybe<Message>;
  /** The note that mentions the agent; null with the conversation, and if there is none. */
  readonly note: Maybe<Note>;
  /** When the agent read it, or saw the conversation; null while it is unread. */
  readonly readAt: Maybe<Scalars['Time']['output']>;
};

/**
 * Says that the viewer has a new notification. Only its agent gets it. It has no cursor and is not in the event log: whoever
 * missed it finds the notification in `notifications`.
 */
export type NotificationAdded = {
  readonly __typename: 'NotificationAdded';
  /** The notification. */
  readonly notification: Notification;
};

/** A page of a list (Relay). */
export type NotificationConnection = {
  readonly __typename: 'NotificationConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<NotificationEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Notification>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A node with its cursor (Relay). */
export type NotificationEdge = {
  readonly __typename: 'NotificationEdge';
  /** The cursor. Use it as `after` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Notification;
};

/**
 * What an agent is notified of. MENTION: a note mentions them. ASSIGNED: somebody or something else assigned a conversation
 * to them. MESSAGE: the contact wrote in a conversation that is assigned to them, and nothing there was unread to them
 * before. FAILED: a message that they sent was not delivered, or one of somebody else in a conversation that is assigned to
 * them. WATCHED: in a conversation that they watch the contact wrote, somebody else sent a message, or it closed. To
 * managers, STRANDED: nobody takes care of a conversation any more, by no act of a person. TAKEN_BACK: a conversation was
 * taken from its agent because they were away or did not answer, or stays with its agent because that happened too often.
 */
export type NotificationKind =
  | 'ASSIGNED'
  | 'FAILED'
  | 'MENTION'
  | 'MESSAGE'
  | 'STRANDED'
  | 'TAKEN_BACK'
  | 'WATCHED';

/** Which notifications were read: those that every part that is given names, and that are unread. */
export type NotificationsReadInput = {
  /** All, where nothing else is given. */
  readonly all?: InputMaybe<Scalars['Boolean']['input']>;
  /** Those about this conversation. */
  readonly conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** These. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** This one and all before it. */
  readonly upToId?: InputMaybe<Scalars['ID']['input']>;
};

/** What is left unread. */
export type NotificationsReadPayload = {
  readonly __typename: 'NotificationsReadPayload';
  /** How many notifications are still unread; null if the mutation was refused. */
  readonly unread: Maybe<Scalars['Int']['output']>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** What becomes of a conversation while its team is closed. KEEP: it waits in the queue until the team opens. */
export type OutsideHours =
  | 'KEEP';

/** The position of a page in its list (Relay). */
export type PageInfo = {
  readonly __typename: 'PageInfo';
  /** The cursor of the page's last node. Use it as `after` to get the next page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before this page. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the page's first node. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** How many agents were passed over for one reason. */
export type PassedOverCount = {
  readonly __typename: 'PassedOverCount';
  /** How many agents. */
  readonly count: Scalars['Int']['output'];
  /** The reason. */
  readonly reason: PassedOverReason;
};

/**
 * Why an agent was not assigned; where several reasons apply, the first in this order. NOT_OWNER: the conversation waits
 * for the contact's owner. TAKEN_BACK: the conversation was being taken from this agent. OUT_OF_HOURS: the team is
 * closed. NOT_CHOSEN: the agent was eligible, but the strategy chose another.
 */
export type PassedOverReason =
  | 'AT_CAPACITY'
  | 'BUSY'
  | 'DISABLED'
  | 'LANGUAGE'
  | 'MISSING_SKILL'
  | 'NOT_CHOSEN'
  | 'NOT_OWNER'
  | 'OFFLINE'
  | 'OUT_OF_HOURS'
  | 'TAKEN_BACK';

/** Something to keep for the viewer. */
export type PreferencesSetInput = {
  /** Whose it is, such as the name of a front end or of a part of it. It is what its front end chooses it to be. */
  readonly namespace: Scalars['String']['input'];
  /** Any JSON. All that is kept for an agent may take 32 KiB together. Null removes what is kept under the namespace. */
  readonly value?: InputMaybe<Scalars['JSON']['input']>;
};

/**
 * Whether an agent is available for new conversations.
 *
 * An agent's live connections are the websockets and the event streams of their sessions, on all of their devices. When
 * the last one has been gone for the workspace's `presenceGrace`, the agent becomes OFFLINE. A page that reloads within
 * the grace changes nothing. The next connection within 12 hours brings back what the agent was before; an agent who
 * chose to be OFFLINE stays so. The connections of API keys do not count.
 */
export type Presence =
  | 'BUSY'
  | 'OFFLINE'
  | 'ONLINE';

/** An agent's presence changed, or until when they have it. */
export type PresenceChanged = Event & {
  readonly __typename: 'PresenceChanged';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The agent. */
  readonly agent: Agent;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The presence after the change. */
  readonly presence: Presence;
};

/** A presence to set. */
export type PresenceSetInput = {
  /** The agent. Left out: the caller. Another agent's is for managers and API keys. */
  readonly agentId?: InputMaybe<Scalars['ID']['input']>;
  /** The new presence. */
  readonly presence: Presence;
  /**
   * When the presence ends. The agent is then again what they were before or, if they are away then, comes back so. Left
   * out: it stays until it is changed.
   */
  readonly until?: InputMaybe<Scalars['Time']['input']>;
};

/** A time throughout which an agent had one presence. */
export type PresenceSpan = {
  readonly __typename: 'PresenceSpan';
  /** How long it lasted, or has lasted until now. */
  readonly duration: Scalars['Duration']['output'];
  /** The presence. */
  readonly presence: Presence;
  /** When it began. */
  readonly since: Scalars['Time']['output'];
  /** When it ended; null for the present one. */
  readonly until: Maybe<Scalars['Time']['output']>;
};

/** A page of a list (Relay). */
export type PresenceSpanConnection = {
  readonly __typename: 'PresenceSpanConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<PresenceSpanEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<PresenceSpan>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A node with its cursor (Relay). */
export type PresenceSpanEdge = {
  readonly __typename: 'PresenceSpanEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: PresenceSpan;
};

/**
 * The priority of a conversation, which is a head start in its queue. Unless the team's policy says otherwise it is 24
 * hours for URGENT, 4 hours for HIGH, none for NORMAL, and minus 4 hours for LOW.
 */
export type Priority =
  | 'HIGH'
  | 'LOW'
  | 'NORMAL'
  | 'URGENT';

/** Everything that can be read. */
export type Query = {
  readonly __typename: 'Query';
  /** Agents in the order they were created, including disabled ones. */
  readonly agents: Maybe<AgentConnection>;
  /** API keys in the order they were created, including revoked ones. For managers. */
  readonly apiKeys: Maybe<ApiKeyConnection>;
  /** Channels in the order they were created, including disabled ones. */
  readonly channels: Maybe<ChannelConnection>;
  /** The contact with this id; null if there is none, or if the viewer may not see it. */
  readonly contact: Maybe<Contact>;
  /** The contact that this channel knows by this external id; null if there is none. */
  readonly contactByIdentity: Maybe<Contact>;
  /** Contacts, newest first. Requires visibility ALL; agents with less reach contacts through their conversations. */
  readonly contacts: Maybe<ContactConnection>;
  /** The conversation with this id; null if there is none, or if the viewer may not see it. */
  readonly conversation: Maybe<Conversation>;
  /**
   * The conversation with this number, the one that people say aloud; null if there is none, or if the viewer may not
   * see it.
   */
  readonly conversationByNumber: Maybe<Conversation>;
  /**
   * The conversations that the viewer may see. Use `first` with `after`, or `last` with `before`; without either you get
   * the first 25. Using both is the error BAD_REQUEST. A page may hold fewer conversations than you ask for while there
   * are more: go on from its cursors.
   */
  readonly conversations: Maybe<ConversationConnection>;
  /**
   * What the viewer has written and not sent yet, the newest first: at most 200 drafts. A draft is removed 30 days after its
   * last change. Nobody else sees it. For agents.
   */
  readonly drafts: Maybe<ReadonlyArray<Draft>>;
  /** The position of the newest committed event. Query it together with a snapshot, then subscribe with it as `after`. */
  readonly head: Scalars['Cursor']['output'];
  /** The counts that an inbox shows beside its lists, in one read. */
  readonly inboxCounts: Maybe<InboxCounts>;
  /** The job with this id; null if there is none, or if neither the viewer has started it nor manages. */
  readonly job: Maybe<Job>;
  /** The agent that the token belongs to; null for an API key. */
  readonly me: Maybe<Agent>;
  /** The object with this id; null if there is none, or if the viewer may not see it. */
  readonly node: Maybe<Node>;
  /**
   * The objects with these ids, in the order of the ids; null for each that does not exist, or that the viewer may not
   * see. Fields of one name may differ in type between kinds of object, such as `email` or `status`: give them aliases.
   */
  readonly nodes: Maybe<ReadonlyArray<Maybe<Node>>>;
  /** The viewer's notifications, newest first. For agents: API keys get FORBIDDEN. */
  readonly notifications: Maybe<NotificationConnection>;
  /**
   * Saved replies in the order they were created: everybody's, and those of the viewer's teams. Managers, API keys and agents with
   * visibility ALL read those of every team.
   */
  readonly savedReplies: Maybe<SavedReplyConnection>;
  /**
   * A saved reply with its variables filled in for a conversation, in the text that is nearest to the contact's language; null if
   * the viewer does not see both. Nothing is sent.
   */
  readonly savedReplyRender: Maybe<RenderedReply>;
  /**
   * The viewer's own views and the shared ones, in the order in which the viewer has arranged them. An API key has no
   * views of its own.
   */
  readonly savedViews: Maybe<ReadonlyArray<SavedView>>;
  /** Secrets in the order of their names. Their values cannot be read. For managers. */
  readonly secrets: Maybe<ReadonlyArray<Secret>>;
  /** The program that answers. */
  readonly server: Server;
  /** The viewer's sessions that have not ended, the newest first: at most 100. Nobody else sees them. An API key has none. */
  readonly sessions: Maybe<ReadonlyArray<Session>>;
  /** Teams in the order they were created. */
  readonly teams: Maybe<TeamConnection>;
  /**
   * How many conversations each of these views has for the viewer. Views that the viewer does not see are left out. A
   * count is at most ten seconds old, and viewers for whom it is the same share it.
   */
  readonly viewCounts: Maybe<ReadonlyArray<ViewCount>>;
  /** The agent or API key that the token belongs to. */
  readonly viewer: Viewer;
  /** The workflow with this id; null if there is none. */
  readonly workflow: Maybe<Workflow>;
  /** The workflow run with this id; null if there is none, or if the viewer may not see it. */
  readonly workflowRun: Maybe<WorkflowRun>;
  /**
   * The runs of all workflows, newest first. A page may hold fewer runs than you ask for, or none, while there are more:
   * use its end cursor to go on. For managers.
   */
  readonly workflowRuns: Maybe<WorkflowRunConnection>;
  /** Workflows in the order they were created. */
  readonly workflows: Maybe<WorkflowConnection>;
  /** The settings that apply to everybody. */
  readonly workspace: Workspace;
};


/** Everything that can be read. */
export type QueryAgentsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryApiKeysArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryChannelsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryContactArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryContactByIdentityArgs = {
  channelId: Scalars['ID']['input'];
  externalId: Scalars['String']['input'];
};


/** Everything that can be read. */
export type QueryContactsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ContactFilter>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryConversationArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryConversationByNumberArgs = {
  number: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryConversationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ConversationFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: ConversationOrder;
};


/** Everything that can be read. */
export type QueryJobArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QueryNotificationsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  unread?: InputMaybe<Scalars['Boolean']['input']>;
};


/** Everything that can be read. */
export type QuerySavedRepliesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  search?: InputMaybe<Scalars['String']['input']>;
  teamId?: InputMaybe<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QuerySavedReplyRenderArgs = {
  conversationId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryTeamsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryViewCountsArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/** Everything that can be read. */
export type QueryWorkflowArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryWorkflowRunArgs = {
  id: Scalars['ID']['input'];
};


/** Everything that can be read. */
export type QueryWorkflowRunsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<WorkflowRunFilter>;
  first?: Scalars['Int']['input'];
};


/** Everything that can be read. */
export type QueryWorkflowsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<WorkflowFilter>;
  first?: Scalars['Int']['input'];
};

/** Why a conversation waits in a queue, and what would end that. */
export type QueueState = {
  readonly __typename: 'QueueState';
  /**
   * How long it will probably wait: by how fast agents took the last 50 conversations from the queue, and until the team
   * opens. Null if too few were taken lately, or if people pick them.
   */
  readonly estimate: Maybe<Scalars['Duration']['output']>;
  /** About how far off the estimate is, by how much the waits of the last conversations differ. */
  readonly estimateError: Maybe<Scalars['Duration']['output']>;
  /** How many agents cannot take it, by reason. */
  readonly passedOver: ReadonlyArray<PassedOverCount>;
  /** Its position in the queue, starting at 1. */
  readonly position: Maybe<Scalars['Int']['output']>;
  /** The reasons as sentences that people can read. */
  readonly sentence: Scalars['String']['output'];
  /** Since when it waits for an agent. This stays the same when it moves to another queue. */
  readonly since: Scalars['Time']['output'];
};

/** A saved reply for a conversation. */
export type RenderedReply = {
  readonly __typename: 'RenderedReply';
  /** The files that come with it. */
  readonly files: ReadonlyArray<File>;
  /** The language of the text. */
  readonly language: Scalars['String']['output'];
  /** The variables of which the text shows nothing because they have no value, such as contact.first_name. */
  readonly missing: ReadonlyArray<Scalars['String']['output']>;
  /** Why the variables could not be filled in, as a sentence; the text is then as it was written. Null: they could. */
  readonly problem: Maybe<Scalars['String']['output']>;
  /** The text, with its variables filled in. */
  readonly text: Scalars['String']['output'];
};

/** What an agent or an API key may do. Each role includes those after it. */
export type Role =
  | 'AGENT'
  | 'MANAGER'
  | 'OWNER';

/** The team and priority to give conversations. */
export type RouteAction = {
  /** The priority. Left out: unchanged. */
  readonly priority?: InputMaybe<Priority>;
  /** The team. Null: no team. Left out: unchanged. */
  readonly teamId?: InputMaybe<Scalars['ID']['input']>;
};

/**
 * A text that agents insert into what they write, in one or several languages. It can have variables in the language of texts of
 * workflows: {{ contact.first_name | default: "there" }}. The variables are those of `contact`, `conversation`, `message`,
 * `assignee`, `team`, `channel` and `workspace`, `now`, and `agent.name` and `agent.email` of who writes.
 */
export type SavedReply = Node & {
  readonly __typename: 'SavedReply';
  /** When it was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** The files that come with it. */
  readonly files: ReadonlyArray<File>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** What agents type to find it, without a slash in front. It is unique in its team; upper and lower case make no difference. */
  readonly shortcut: Scalars['String']['output'];
  /** The team whose members use it; null if it is for everybody. */
  readonly team: Maybe<Team>;
  /** The texts, as they were written. The first is for contacts who speak none of the languages. */
  readonly texts: ReadonlyArray<SavedReplyText>;
  /** What it is called. */
  readonly title: Scalars['String']['output'];
  /** When it was changed last. Every change has a later time than the one before. */
  readonly updatedAt: Scalars['Time']['output'];
  /** When the last one was; null if there was none. */
  readonly usedAt: Maybe<Scalars['Time']['output']>;
  /** How many messages and notes were written with it. */
  readonly uses: Scalars['Int']['output'];
};

/** A page of saved replies. */
export type SavedReplyConnection = {
  readonly __typename: 'SavedReplyConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<SavedReplyEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<SavedReply>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A new saved reply. */
export type SavedReplyCreateInput = {
  /** The files that come with it: uploaded with `POST /files`, and seen by you. */
  readonly fileIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first result, as far as the caller may see it now.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What agents type to find it: one word, unique in its team. A slash in front is left out. */
  readonly shortcut: Scalars['String']['input'];
  /** The team whose members use it. Left out: it is for everybody. */
  readonly teamId?: InputMaybe<Scalars['ID']['input']>;
  /** The texts, at least one, each in another language: 20,000 characters together. */
  readonly texts: ReadonlyArray<SavedReplyTextInput>;
  /** What it is called. */
  readonly title: Scalars['String']['input'];
};

/** A saved reply to delete. */
export type SavedReplyDeleteInput = {
  /** The saved reply. */
  readonly id: Scalars['ID']['input'];
};

/** A saved reply of a page. */
export type SavedReplyEdge = {
  readonly __typename: 'SavedReplyEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: SavedReply;
};

/** A saved reply after the change. */
export type SavedReplyPayload = {
  readonly __typename: 'SavedReplyPayload';
  /** The saved reply. After a CONFLICT it is the saved reply as it is; after its deletion, as it was. */
  readonly savedReply: Maybe<SavedReply>;
  /** Why the mutation was refused; it then changed nothing. Each error of a text names its place in the list. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** The text of a saved reply in a language. */
export type SavedReplyText = {
  readonly __typename: 'SavedReplyText';
  /** The language (BCP 47), such as de-AT. */
  readonly language: Scalars['String']['output'];
  /** The text, with its variables. */
  readonly text: Scalars['String']['output'];
};

/** The text of a saved reply in a language. */
export type SavedReplyTextInput = {
  /** The language (BCP 47), such as de-AT. */
  readonly language: Scalars['String']['input'];
  /** The text, with its variables. */
  readonly text: Scalars['String']['input'];
};

/** A change of a saved reply. What is left out stays. */
export type SavedReplyUpdateInput = {
  /** The files, in place of those there were. */
  readonly fileIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** The saved reply. */
  readonly id: Scalars['ID']['input'];
  /** The `updatedAt` that you read. The mutation is refused with CONFLICT if the saved reply has changed since. */
  readonly ifUpdatedAt?: InputMaybe<Scalars['Time']['input']>;
  /** What agents type to find it: one word, unique in its team. A slash in front is left out. */
  readonly shortcut?: InputMaybe<Scalars['String']['input']>;
  /** The team whose members use it; null: it is for everybody. */
  readonly teamId?: InputMaybe<Scalars['ID']['input']>;
  /** The texts, in place of those there were: at least one, each in another language, 20,000 characters together. */
  readonly texts?: InputMaybe<ReadonlyArray<SavedReplyTextInput>>;
  /** What it is called. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

/**
 * A filter and an order of conversations under a name. It gives no rights: whoever looks at it sees the conversations that
 * they may see. Whoever created it sees it and, if it is shared, everybody.
 */
export type SavedView = Node & {
  readonly __typename: 'SavedView';
  /** When it was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** Who created it. */
  readonly createdBy: Agent;
  /**
   * The filter, as `conversations(filter:)` takes it. What it names may be gone: a team or an agent that no longer exists
   * finds nothing.
   */
  readonly filter: Scalars['JSON']['output'];
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The name. */
  readonly name: Scalars['String']['output'];
  /** The order, as `conversations(orderBy:)` takes it. */
  readonly order: ConversationOrder;
  /** Its position in the viewer's list of views, starting at 1. */
  readonly position: Maybe<Scalars['Int']['output']>;
  /** Whether everybody sees it. */
  readonly shared: Scalars['Boolean']['output'];
  /** When it was last changed, apart from its position. */
  readonly updatedAt: Scalars['Time']['output'];
};

/** A new saved view. */
export type SavedViewCreateInput = {
  /** The filter. `mine` is about whoever looks at the view. */
  readonly filter: ConversationFilter;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first view, as far as the caller may see it now.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The name. */
  readonly name: Scalars['String']['input'];
  /** The order. */
  readonly order?: ConversationOrder;
  /** True: everybody sees it. For managers. */
  readonly shared?: Scalars['Boolean']['input'];
};

/** A saved view to delete. */
export type SavedViewDeleteInput = {
  /** The view. */
  readonly id: Scalars['ID']['input'];
};

/** A saved view after the change; after a deletion, as it was. Null if the viewer does not see it any more. */
export type SavedViewPayload = {
  readonly __typename: 'SavedViewPayload';
  /** The view. */
  readonly savedView: Maybe<SavedView>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes of a saved view. What is left out stays unchanged. */
export type SavedViewUpdateInput = {
  /** The filter, which replaces the former as a whole. */
  readonly filter?: InputMaybe<ConversationFilter>;
  /** The view. */
  readonly id: Scalars['ID']['input'];
  /** The name. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The order. */
  readonly order?: InputMaybe<ConversationOrder>;
  /** Its new position in the viewer's list, starting at 1; a position beyond the end is the end. */
  readonly position?: InputMaybe<Scalars['Int']['input']>;
  /** True: everybody sees it. False: only who created it does. For managers. */
  readonly shared?: InputMaybe<Scalars['Boolean']['input']>;
};

/** A named value, such as a token, that the HTTP requests of workflows use. The value cannot be read. */
export type Secret = {
  readonly __typename: 'Secret';
  /** When the secret was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** The name by which steps use it: `{{ secrets.NAME }}`. */
  readonly name: Scalars['String']['output'];
  /** When the value was last set. */
  readonly updatedAt: Scalars['Time']['output'];
};

/** A secret to delete. */
export type SecretDeleteInput = {
  /** The name of the secret. */
  readonly name: Scalars['String']['input'];
};

/** The result of deleting a secret. */
export type SecretDeletePayload = {
  readonly __typename: 'SecretDeletePayload';
  /** The name of the deleted secret. */
  readonly name: Maybe<Scalars['String']['output']>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A secret after the change. */
export type SecretPayload = {
  readonly __typename: 'SecretPayload';
  /** The secret. */
  readonly secret: Maybe<Secret>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A secret to store. It replaces the one that has the same name. */
export type SecretSetInput = {
  /**
   * The name, by which steps use it: `{{ secrets.NAME }}`. It consists of letters, digits and _, and begins with a
   * letter.
   */
  readonly name: Scalars['String']['input'];
  /** The value, 8 to 4,000 characters. */
  readonly value: Scalars['String']['input'];
};

/**
 * The program that answers. Websockets are told the same by the payload of `connection_ack`, as `{"server": {"version": …,
 * "build": …}}`: a page that reconnects to another build can load itself anew.
 */
export type Server = {
  readonly __typename: 'Server';
  /** Which build of it: two servers with the same program have the same, and each other program has another. */
  readonly build: Scalars['String']['output'];
  /** The release, such as 0.1.0. */
  readonly version: Scalars['String']['output'];
};

/**
 * An agent's log-in, on one device or in one browser. It ends when it is not used for 14 days, at the end of its lifetime, by
 * `logout` or `sessionEnd`, when the agent's password is set elsewhere, and when the agent is disabled.
 */
export type Session = Node & {
  readonly __typename: 'Session';
  /**
   * The address that the log-in came from, for IPv6 the network of 64 bits; null if it is unknown. Behind a proxy it is the
   * proxy's unless the server trusts that.
   */
  readonly address: Maybe<Scalars['String']['output']>;
  /** When the agent logged in. */
  readonly createdAt: Scalars['Time']['output'];
  /** Whether it is the session of this request. */
  readonly current: Scalars['Boolean']['output'];
  /** When it ends unless it is used before. Each use extends it, up to its lifetime. */
  readonly expiresAt: Scalars['Time']['output'];
  /** The id. */
  readonly id: Scalars['ID']['output'];
  /** When it was used last, to the minute. An open websocket or event stream counts as use. */
  readonly lastUsedAt: Scalars['Time']['output'];
  /** How the client named itself at the log-in, by its User-Agent header, at most 200 characters; null if it did not. */
  readonly userAgent: Maybe<Scalars['String']['output']>;
};

/** Which session to end. */
export type SessionEndInput = {
  /** The session, one of the caller's own. */
  readonly id: Scalars['ID']['input'];
};

/** The result of ending a session. */
export type SessionEndPayload = {
  readonly __typename: 'SessionEndPayload';
  /** Why no session was ended. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A workflow that agents can start from a conversation. */
export type Shortcut = {
  readonly __typename: 'Shortcut';
  /** The fields that agents fill in, in order. */
  readonly form: ReadonlyArray<ShortcutField>;
  /** The title that agents see. */
  readonly title: Scalars['String']['output'];
  /** The workflow that it starts. */
  readonly workflow: Workflow;
};

/** One field of a shortcut's form. */
export type ShortcutField = {
  readonly __typename: 'ShortcutField';
  /** The value that is used if it is left out. */
  readonly default: Maybe<Scalars['JSON']['output']>;
  /** The label that agents see. */
  readonly label: Scalars['String']['output'];
  /** The key of the field in the form of shortcutRun. */
  readonly name: Scalars['String']['output'];
  /** Whether it has to be filled in. */
  readonly required: Scalars['Boolean']['output'];
  /** The type of its value. */
  readonly type: FieldType;
  /** The values to choose from: one for a TEXT, any number for a LIST. Null if every value is allowed. */
  readonly values: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/** A shortcut to run. */
export type ShortcutRunInput = {
  /** The conversation, which has to be open. */
  readonly conversationId: Scalars['ID']['input'];
  /** The form as it was filled in: an object with a key for each field. */
  readonly form?: InputMaybe<Scalars['JSON']['input']>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first run.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The workflow. */
  readonly workflowId: Scalars['ID']['input'];
};

/** A run that was started by a shortcut. */
export type ShortcutRunPayload = {
  readonly __typename: 'ShortcutRunPayload';
  /** The conversation. */
  readonly conversation: Maybe<Conversation>;
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** The run, as far as it got at once. */
  readonly run: Maybe<WorkflowRun>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** A made-up contact. Unlike the sender of a message, its values have to be valid. */
export type SimulatedContactInput = {
  /** A picture of the contact. */
  readonly avatar?: InputMaybe<Scalars['URL']['input']>;
  /** The country as an ISO 3166 alpha-2 code, such as AT. */
  readonly country?: InputMaybe<Scalars['String']['input']>;
  /** The email address. */
  readonly email?: InputMaybe<Scalars['String']['input']>;
  /** The contact's id on the channel, such as a phone number or a user name. */
  readonly externalId?: InputMaybe<Scalars['String']['input']>;
  /** Custom fields, as an object with a key for each. */
  readonly fields?: InputMaybe<Scalars['JSON']['input']>;
  /** The first name. */
  readonly firstName?: InputMaybe<Scalars['String']['input']>;
  /** The language as a BCP 47 tag, such as de-AT. */
  readonly language?: InputMaybe<Scalars['String']['input']>;
  /** The last name. */
  readonly lastName?: InputMaybe<Scalars['String']['input']>;
  /** One of the workspace's lifecycle stages. */
  readonly lifecycleStage?: InputMaybe<Scalars['String']['input']>;
  /** The phone number in the format E.164, such as +436601234567. */
  readonly phone?: InputMaybe<Scalars['String']['input']>;
  /** The tags. */
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A message from the contact. */
export type SimulatedMessageInput = {
  /** The text. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
};

/** How long to snooze conversations. */
export type SnoozeAction = {
  /** When they are to wake. It has to be in the future. Give either this or untilTeamOpens. */
  readonly until?: InputMaybe<Scalars['Time']['input']>;
  /** Each is to wake when its team opens. */
  readonly untilTeamOpens?: InputMaybe<Scalars['Boolean']['input']>;
};

/**
 * How much a team prefers the contact's owner. OFF: not at all. PREFER: the owner if they are eligible, else the strategy
 * chooses. REQUIRE_UNTIL: the conversation waits for the owner for a time, then the strategy chooses. The owner counts
 * only as a member of the team who is not disabled and has the skills.
 */
export type Stickiness =
  | 'OFF'
  | 'PREFER'
  | 'REQUIRE_UNTIL';

/** What a stream of events carries. New members may be added: ignore those that you do not know. */
export type StreamItem = AgentChanged | ContactChanged | ConversationActivity | ConversationAssigned | ConversationClosed | ConversationHidden | ConversationOpened | ConversationQueued | ConversationRead | ConversationRouted | ConversationSnoozed | ConversationUnassigned | ConversationWoken | DraftChanged | JobChanged | MessageReceived | MessageSent | MessageStatusChanged | NoteAdded | NoteChanged | NotificationAdded | PresenceChanged | StreamReady | TeamChanged | WorkflowRunChanged;

/** Says that the stream has delivered every event up to this cursor. */
export type StreamReady = {
  readonly __typename: 'StreamReady';
  /** Subscribe with this cursor as `after` to go on from here. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** Everything that can be followed live. */
export type Subscription = {
  readonly __typename: 'Subscription';
  /**
   * Every event that the viewer may see, in commit order, each exactly once. With `after`, the stream sends all events
   * since that cursor, then StreamReady, then live events, with none missing in between. Without `after`, it sends
   * StreamReady at once, then live events. After 30 seconds in which nothing was sent it sends StreamReady again; its
   * cursor also passes the events that the filter leaves out. Between the events, agents get items without a cursor, such
   * as ConversationActivity, which are not in the log: they are sent once, to streams that are ready and filter no types,
   * and left out where a client reads too slowly. When it cannot go on it leaves no event out but ends, with
   * one of CURSOR_EXPIRED, CURSOR_INVALID, SCOPE_CHANGED, CONSUMER_TOO_SLOW and INTERNAL, and the last cursor in the
   * error's extensions.
   */
  readonly events: StreamItem;
};


/** Everything that can be followed live. */
export type SubscriptionEventsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<EventFilter>;
};

/** Foyer itself: a queue, a timer or a rule. */
export type System = {
  readonly __typename: 'System';
  /** The part of Foyer that acted. */
  readonly name: Scalars['String']['output'];
};

/** Tags of contacts to add and to remove. */
export type TagsAction = {
  /** Tags to add. */
  readonly addTags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Tags to remove. */
  readonly removeTags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** Agents who share a queue and an assignment policy. */
export type Team = Node & {
  readonly __typename: 'Team';
  /** When the team next closes; null if it is closed, or if it never closes. */
  readonly closesAt: Maybe<Scalars['Time']['output']>;
  /** The team's business hours; null if it is always open. */
  readonly hours: Maybe<Hours>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** Whether the team is open now. */
  readonly isOpen: Scalars['Boolean']['output'];
  /** How much the team's members have and can take now. */
  readonly load: TeamLoad;
  /** The team's agents, in the order they were created. */
  readonly members: ReadonlyArray<Agent>;
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name: Scalars['String']['output'];
  /**
   * Since when the conversation waits that has waited longest; null if none waits. It need not be the next one: priorities
   * have head starts.
   */
  readonly oldestQueuedAt: Maybe<Scalars['Time']['output']>;
  /** When the team next opens; null if it is open, or if it never opens. */
  readonly opensAt: Maybe<Scalars['Time']['output']>;
  /** How the team assigns conversations. */
  readonly policy: AssignmentPolicy;
  /** The conversations that wait for an agent, next one first. Not available inside a subscription. */
  readonly queue: Maybe<ConversationConnection>;
  /** How many conversations wait. The number is maintained by each change, so reading it costs little. */
  readonly queueLength: Scalars['Int']['output'];
};


/** Agents who share a queue and an assignment policy. */
export type TeamQueueArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

/** A team was created or changed. */
export type TeamChanged = Event & {
  readonly __typename: 'TeamChanged';
  /** Who or what caused the event. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The team. */
  readonly changedTeam: Team;
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
};

/** A page of a list (Relay). */
export type TeamConnection = {
  readonly __typename: 'TeamConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<TeamEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Team>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** The counts of one team. */
export type TeamCount = {
  readonly __typename: 'TeamCount';
  /** Open conversations, including snoozed ones. */
  readonly open: Scalars['Int']['output'];
  /** Conversations that wait for an agent. */
  readonly queued: Scalars['Int']['output'];
  /** The team. */
  readonly team: Team;
};

/** A new team. */
export type TeamCreateInput = {
  /** The team's business hours. Left out: it is always open. */
  readonly hours?: InputMaybe<HoursInput>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first team.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The team's agents. */
  readonly memberIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name: Scalars['String']['input'];
  /** How the team assigns conversations. */
  readonly policy?: InputMaybe<AssignmentPolicyInput>;
};

/** A node with its cursor (Relay). */
export type TeamEdge = {
  readonly __typename: 'TeamEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Team;
};

/**
 * How much the members of a team have and can take, without disabled ones. An agent's capacity is one for all teams, so a
 * member of several teams counts fully in each: `capacity - open` is how many conversations the members could take if
 * all of them were available, and loads of teams that share members cannot be added up.
 */
export type TeamLoad = {
  readonly __typename: 'TeamLoad';
  /** How many members are BUSY. */
  readonly busy: Scalars['Int']['output'];
  /**
   * How many of these the members may have together: the sum of each one's own limit or, without one, the team's; null if
   * a member has no limit. A person may assign beyond it.
   */
  readonly capacity: Maybe<Scalars['Int']['output']>;
  /** How many members are OFFLINE. */
  readonly offline: Scalars['Int']['output'];
  /** How many members are ONLINE. */
  readonly online: Scalars['Int']['output'];
  /** The open conversations, not snoozed, that are assigned to members, whatever the conversation's team. */
  readonly open: Scalars['Int']['output'];
};

/** A team after the change. */
export type TeamPayload = {
  readonly __typename: 'TeamPayload';
  /** The position in the event log after this change. */
  readonly cursor: Maybe<Scalars['Cursor']['output']>;
  /** The team. */
  readonly team: Maybe<Team>;
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
};

/** Changes of a team. What is left out stays unchanged. */
export type TeamUpdateInput = {
  /** Agents to add. */
  readonly addMemberIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** The team's business hours, replaced as a whole. Null: it is always open. */
  readonly hours?: InputMaybe<HoursInput>;
  /** The team. */
  readonly id: Scalars['ID']['input'];
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** How the team assigns conversations. */
  readonly policy?: InputMaybe<AssignmentPolicyInput>;
  /** Agents to remove. They keep their conversations. */
  readonly removeMemberIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/** A failure that the caller can act on. The mutation changed nothing. */
export type UserError = {
  readonly __typename: 'UserError';
  /** The kind of failure, for programs. */
  readonly code: UserErrorCode;
  /** The path to the input, such as ["message", "text"]; null if no single input is the cause. */
  readonly field: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  /** What is wrong and what to do about it, as sentences for people. */
  readonly message: Scalars['String']['output'];
  /**
   * What a program needs to say the message in another language: an object with its `template`, in which `{name}` stands
   * for the value called so, and the values. Null if the message has no values: then it is its own template. Values that
   * are not in the template are for programs, such as the `agentId` of the agent who was faster.
   */
  readonly params: Maybe<Scalars['JSON']['output']>;
};

/** The kinds of failure that a caller can act on. */
export type UserErrorCode =
  | 'AT_CAPACITY'
  | 'BLOCKED'
  | 'CLOSED'
  | 'CONFLICT'
  | 'FORBIDDEN'
  | 'IDEMPOTENCY_MISMATCH'
  | 'INVALID'
  | 'LIMIT_EXCEEDED'
  | 'NOT_FOUND'
  | 'REQUIRED'
  | 'TAKEN';

/** How many conversations a saved view has for the viewer. */
export type ViewCount = {
  readonly __typename: 'ViewCount';
  /**
   * True: there may be more than `count`. Counting ends at 10,000 conversations, and looks at no more than that where an
   * index does not narrow the filter.
   */
  readonly capped: Scalars['Boolean']['output'];
  /** How many conversations, up to 10,000. */
  readonly count: Scalars['Int']['output'];
  /** The view. */
  readonly view: SavedView;
};

/** Whom a token belongs to. */
export type Viewer = Agent | ApiKey;

/** What the viewer says about themselves. */
export type ViewerUpdateInput = {
  /** An uploaded file with an image of which the server made a thumbnail. Null: no picture. Everybody sees it. */
  readonly avatarFileId?: InputMaybe<Scalars['ID']['input']>;
  /** The languages that the viewer speaks, as BCP 47 tags such as de or pt-BR. Null: not known. */
  readonly languages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The name that people see. It cannot be cleared. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** What front ends may put below what the viewer writes. Null: none. */
  readonly signature?: InputMaybe<Scalars['String']['input']>;
  /** An IANA time zone, such as Europe/Vienna. Null: none in particular. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
};

/**
 * Which conversations an agent of role AGENT may see. ALL: every conversation. TEAM: those of the agent's teams, those
 * with neither team nor assignee, and those assigned to the agent. ASSIGNED: only those assigned to the agent.
 */
export type Visibility =
  | 'ALL'
  | 'ASSIGNED'
  | 'TEAM';

/**
 * The opening times of each day of the week, such as 09:00-17:00. A span that ends before it begins ends on the next
 * day; 24:00 is the end of the day. A day without spans is closed.
 */
export type Week = {
  readonly __typename: 'Week';
  /** Friday. */
  readonly fri: ReadonlyArray<Scalars['String']['output']>;
  /** Monday. */
  readonly mon: ReadonlyArray<Scalars['String']['output']>;
  /** Saturday. */
  readonly sat: ReadonlyArray<Scalars['String']['output']>;
  /** Sunday. */
  readonly sun: ReadonlyArray<Scalars['String']['output']>;
  /** Thursday. */
  readonly thu: ReadonlyArray<Scalars['String']['output']>;
  /** Tuesday. */
  readonly tue: ReadonlyArray<Scalars['String']['output']>;
  /** Wednesday. */
  readonly wed: ReadonlyArray<Scalars['String']['output']>;
};

/** The opening times of each day of the week, such as 09:00-17:00. Days that are left out are closed. */
export type WeekInput = {
  /** Friday. */
  readonly fri?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Monday. */
  readonly mon?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Saturday. */
  readonly sat?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Sunday. */
  readonly sun?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Thursday. */
  readonly thu?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Tuesday. */
  readonly tue?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Wednesday. */
  readonly wed?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A document that says what happens after an event: a trigger and steps. What you read is exactly what was written. */
export type Workflow = Node & {
  readonly __typename: 'Workflow';
  /** When it was created. */
  readonly createdAt: Scalars['Time']['output'];
  /** The draft. It equals the published document if there is no change to publish. Null for role AGENT. */
  readonly definition: Maybe<Scalars['JSON']['output']>;
  /** What the workflow is for. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** The draft as a drawing. Null for role AGENT. */
  readonly diagram: Maybe<WorkflowDiagram>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name: Scalars['String']['output'];
  /** What has to be resolved before the draft can be published. */
  readonly problems: ReadonlyArray<WorkflowProblem>;
  /** The document that new runs start with; null if it was never published. Null for role AGENT. */
  readonly publishedDefinition: Maybe<Scalars['JSON']['output']>;
  /** Its runs, newest first. Not available inside a subscription. */
  readonly runs: Maybe<WorkflowRunConnection>;
  /** Whether it starts runs. */
  readonly status: WorkflowStatus;
  /** When it was last changed. */
  readonly updatedAt: Scalars['Time']['output'];
  /** The number of the published version. It is 0 before the first publish, and each publish adds 1. */
  readonly version: Scalars['Int']['output'];
  /**
   * What in the draft may be a mistake, such as a path on which nobody is assigned. Warnings do not prevent publishing.
   * Empty for role AGENT, and while there are problems.
   */
  readonly warnings: ReadonlyArray<WorkflowProblem>;
  /**
   * When its secret URL was created. Publishing a workflow with the trigger `webhook` creates one. Null if it has none,
   * and for role AGENT.
   */
  readonly webhookCreatedAt: Maybe<Scalars['Time']['output']>;
  /** The draft as YAML, with names instead of ids. workflowImport reads it. Null for role AGENT. */
  readonly yaml: Maybe<Scalars['String']['output']>;
};


/** A document that says what happens after an event: a trigger and steps. What you read is exactly what was written. */
export type WorkflowRunsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  status?: InputMaybe<WorkflowRunStatus>;
};

/** A page of a list (Relay). */
export type WorkflowConnection = {
  readonly __typename: 'WorkflowConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<WorkflowEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<Workflow>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A new workflow. */
export type WorkflowCreateInput = {
  /** The document. It has to match the JSON Schema of workflows. */
  readonly definition: Scalars['JSON']['input'];
  /** What the workflow is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first workflow.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name: Scalars['String']['input'];
};

/** A workflow document as a drawing. */
export type WorkflowDiagram = {
  readonly __typename: 'WorkflowDiagram';
  /** A flowchart in the language of Mermaid. */
  readonly mermaid: Scalars['String']['output'];
  /** A complete SVG document. It has no scripts and loads nothing. */
  readonly svg: Scalars['String']['output'];
};

/** A node with its cursor (Relay). */
export type WorkflowEdge = {
  readonly __typename: 'WorkflowEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: Workflow;
};

/** Which workflows to list. A workflow has to match every part that is given. */
export type WorkflowFilter = {
  /** Words that have to occur in the name. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
  /** Only workflows in one of these states. */
  readonly statuses?: InputMaybe<ReadonlyArray<WorkflowStatus>>;
};

/** A workflow in YAML to import. */
export type WorkflowImportInput = {
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the workflow.
   */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /**
   * The name of the workflow to create or change; upper and lower case make no difference. Default: the name in the
   * document.
   */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** The document. Anchors, aliases and tags of YAML are not supported. */
  readonly yaml: Scalars['String']['input'];
};

/** A workflow after the change. */
export type WorkflowPayload = {
  readonly __typename: 'WorkflowPayload';
  /**
   * Why the mutation was refused; it then changed nothing. Each error of the document names the step and the path in it.
   * Empty if it succeeded.
   */
  readonly userErrors: ReadonlyArray<UserError>;
  /**
   * The path of the secret URL on this server, `/hooks/…`, if this change created it. It is shown only once. Senders
   * POST JSON to it.
   */
  readonly webhookPath: Maybe<Scalars['String']['output']>;
  /** The workflow. */
  readonly workflow: Maybe<Workflow>;
};

/** A problem or a warning in a workflow document. */
export type WorkflowProblem = {
  readonly __typename: 'WorkflowProblem';
  /** What is wrong and what to do about it, as sentences for people. */
  readonly message: Scalars['String']['output'];
  /** The path to it in the document. */
  readonly path: ReadonlyArray<Scalars['String']['output']>;
  /** The key of the step in which it is; null if it is not in a step. */
  readonly step: Maybe<Scalars['String']['output']>;
};

/** A workflow to publish. */
export type WorkflowPublishInput = {
  /** The workflow. */
  readonly id: Scalars['ID']['input'];
};

/**
 * One run of a workflow. `variables`, `error` and `steps` are null for role AGENT, since they may hold what only
 * managers may read.
 */
export type WorkflowRun = Node & {
  readonly __typename: 'WorkflowRun';
  /** The contact for whom it runs. */
  readonly contact: Contact;
  /** The conversation in which it runs; null if it has none, and inside a subscription, where the event has it. */
  readonly conversation: Maybe<Conversation>;
  /** The key of the step in which it waits; null if it does not wait. */
  readonly currentStep: Maybe<Scalars['String']['output']>;
  /** Why they ended it, as a sentence: for example, that Ana sent a message. */
  readonly endReason: Maybe<Scalars['String']['output']>;
  /** When it ended; null if it goes on. */
  readonly endedAt: Maybe<Scalars['Time']['output']>;
  /** Who ended it, if it is TAKEN_OVER or CANCELLED; null if it ended by itself. */
  readonly endedBy: Maybe<Actor>;
  /** Why it failed; null if it did not. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** An opaque id. */
  readonly id: Scalars['ID']['output'];
  /** When it started. */
  readonly startedAt: Scalars['Time']['output'];
  /** Its state. */
  readonly status: WorkflowRunStatus;
  /** The run log: the steps that were executed, in order. */
  readonly steps: Maybe<ReadonlyArray<WorkflowRunStep>>;
  /** The variables that its steps set, as an object. */
  readonly variables: Maybe<Scalars['JSON']['output']>;
  /** The version that it started with, and keeps. */
  readonly version: Scalars['Int']['output'];
  /** The workflow. */
  readonly workflow: Workflow;
};

/**
 * A workflow run started, began to wait, or ended. There is at most one such event for a run in a commit, with the last
 * state the run reached in it.
 */
export type WorkflowRunChanged = Event & {
  readonly __typename: 'WorkflowRunChanged';
  /** Who or what caused the event; for a run that is TAKEN_OVER or CANCELLED, who ended it. */
  readonly actor: Actor;
  /** The time at which the event was committed. */
  readonly at: Scalars['Time']['output'];
  /** The position of the event in the log. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The run. */
  readonly run: WorkflowRun;
  /** The state that the run reached with this event. */
  readonly runStatus: WorkflowRunStatus;
};

/** A page of a list (Relay). */
export type WorkflowRunConnection = {
  readonly __typename: 'WorkflowRunConnection';
  /** The nodes of the page with their cursors. */
  readonly edges: ReadonlyArray<WorkflowRunEdge>;
  /** The nodes of the page. */
  readonly nodes: ReadonlyArray<WorkflowRun>;
  /** The position of the page in the list. */
  readonly pageInfo: PageInfo;
};

/** A node with its cursor (Relay). */
export type WorkflowRunEdge = {
  readonly __typename: 'WorkflowRunEdge';
  /** The cursor. Use it as `after` or `before` to get a page that begins here. */
  readonly cursor: Scalars['String']['output'];
  /** The node. */
  readonly node: WorkflowRun;
};

/** Which runs to list. A run has to match every part that is given. */
export type WorkflowRunFilter = {
  /** Only runs for this contact. */
  readonly contactId?: InputMaybe<Scalars['ID']['input']>;
  /** Only runs in this conversation. */
  readonly conversationId?: InputMaybe<Scalars['ID']['input']>;
  /** Only runs that started at this time or later. */
  readonly startedAfter?: InputMaybe<Scalars['Time']['input']>;
  /** Only runs that started before this time. */
  readonly startedBefore?: InputMaybe<Scalars['Time']['input']>;
  /** Only runs in this state. */
  readonly status?: InputMaybe<WorkflowRunStatus>;
  /** Only runs of one of these workflows. */
  readonly workflowIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

/**
 * The state of a run. RUNNING: it executes steps. WAITING: it waits, for example for an answer. COMPLETED: it reached
 * its end. FAILED: an error ended it. CANCELLED: it was ended, for example by a close. TAKEN_OVER: an agent took over
 * the conversation.
 */
export type WorkflowRunStatus =
  | 'CANCELLED'
  | 'COMPLETED'
  | 'FAILED'
  | 'RUNNING'
  | 'TAKEN_OVER'
  | 'WAITING';

/** One executed step. If somebody ended the run, the last entry is the step it was in, which has no exit. */
export type WorkflowRunStep = {
  readonly __typename: 'WorkflowRunStep';
  /** When the step was left. */
  readonly at: Scalars['Time']['output'];
  /** The step's input and its result. Its keys depend on the kind of step. */
  readonly detail: Maybe<Scalars['JSON']['output']>;
  /** What went wrong; null if nothing did. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** The exit that was taken: next, a named exit, or the target of a branch. */
  readonly exit: Maybe<Scalars['String']['output']>;
  /** The key of the step in the document. */
  readonly key: Scalars['String']['output'];
  /** The kind of step. */
  readonly type: Scalars['String']['output'];
};

/** A document, and the circumstances to try it in. */
export type WorkflowSimulateInput = {
  /**
   * The contact's answers to the questions, in turn. Null: the contact does not answer in time. When there are no more
   * answers, the run waits in the question.
   */
  readonly answers?: InputMaybe<ReadonlyArray<InputMaybe<Scalars['String']['input']>>>;
  /** The time of the simulation. Default: now. */
  readonly at?: InputMaybe<Scalars['Time']['input']>;
  /** A made-up contact. Without `contactId` and `contact`, the run is for a contact of whom nothing is known. */
  readonly contact?: InputMaybe<SimulatedContactInput>;
  /** An existing contact. Use this or `contact`, not both. */
  readonly contactId?: InputMaybe<Scalars['ID']['input']>;
  /** The document. */
  readonly definition: Scalars['JSON']['input'];
  /** The contact's last message. */
  readonly message?: InputMaybe<SimulatedMessageInput>;
};

/** What a run of the document would do. */
export type WorkflowSimulatePayload = {
  readonly __typename: 'WorkflowSimulatePayload';
  /** The first 50 agents who were considered for the last assignment; null if a step named the agent. */
  readonly candidates: Maybe<ReadonlyArray<AssignmentCandidate>>;
  /** Why the run would fail; null if it would not. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** Whether the trigger's condition holds. The document runs either way. */
  readonly matches: Maybe<Scalars['Boolean']['output']>;
  /** The explanation of the last assignment, as a sentence; null if nothing was to be assigned. */
  readonly reason: Maybe<Scalars['String']['output']>;
  /** The state in which the run would end, or WAITING in a question without an answer. */
  readonly status: Maybe<WorkflowRunStatus>;
  /** The steps that the run would execute, in order. The last one has no exit if the run would wait in it. */
  readonly steps: Maybe<ReadonlyArray<WorkflowRunStep>>;
  /** Why the document cannot run. Each error of the document names the step and the path in it. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
  /** The agent who would be assigned last. */
  readonly wouldAssign: Maybe<Agent>;
  /** The team that the conversation would be routed to last. */
  readonly wouldRouteTo: Maybe<Team>;
  /** The texts that the contact would receive, including questions with their choices. */
  readonly wouldSend: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

/**
 * Whether a workflow starts runs. DRAFT: it was never published. PUBLISHED: it starts runs. STOPPED: it starts no new
 * ones.
 */
export type WorkflowStatus =
  | 'DRAFT'
  | 'PUBLISHED'
  | 'STOPPED';

/** A workflow to stop. */
export type WorkflowStopInput = {
  /** True: cancel its runs now. False: let them finish. */
  readonly cancelRuns?: Scalars['Boolean']['input'];
  /** The workflow. */
  readonly id: Scalars['ID']['input'];
};

/** Changes of a workflow's draft. What is left out stays unchanged; null clears. */
export type WorkflowUpdateInput = {
  /** The document. It has to match the JSON Schema of workflows. */
  readonly definition?: InputMaybe<Scalars['JSON']['input']>;
  /** What the workflow is for. */
  readonly description?: InputMaybe<Scalars['String']['input']>;
  /** The workflow. */
  readonly id: Scalars['ID']['input'];
  /** The `updatedAt` that you read. The mutation is refused with CONFLICT if the workflow has changed since. */
  readonly ifUpdatedAt?: InputMaybe<Scalars['Time']['input']>;
  /** The name. It is unique; upper and lower case make no difference. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** A workflow that is to get a new secret URL. */
export type WorkflowWebhookRotateInput = {
  /** The workflow. */
  readonly id: Scalars['ID']['input'];
};

/** The settings that apply to everybody. */
export type Workspace = {
  readonly __typename: 'Workspace';
  /** Messages such as "thanks" that open no new conversation when they arrive within a channel's grace after close. */
  readonly acknowledgements: ReadonlyArray<Scalars['String']['output']>;
  /**
   * How long after an agent's last message a conversation closes if the contact does not answer; null if it stays open. One
   * that is snoozed or waits for an agent does not close; when a snooze ends, the time begins anew.
   */
  readonly autoClose: Maybe<Scalars['Duration']['output']>;
  /** The custom fields of contacts, in the order they were created. */
  readonly contactFields: ReadonlyArray<ContactField>;
  /**
   * The team that gets a conversation which nobody and no workflow has routed; null if such a conversation stays without
   * a team.
   */
  readonly defaultTeam: Maybe<Team>;
  /** The lifecycle stages that a contact may be in, in order. */
  readonly lifecycleStages: ReadonlyArray<Scalars['String']['output']>;
  /** The name of the workspace. */
  readonly name: Scalars['String']['output'];
  /** How long an agent whose last connection is gone keeps their presence before they become OFFLINE. */
  readonly presenceGrace: Scalars['Duration']['output'];
  /** An IANA time zone, such as Europe/Vienna. */
  readonly timeZone: Scalars['String']['output'];
};

/** The workspace after the change. */
export type WorkspacePayload = {
  readonly __typename: 'WorkspacePayload';
  /** Why the mutation was refused; it then changed nothing. Empty if it succeeded. */
  readonly userErrors: ReadonlyArray<UserError>;
  /** The workspace. */
  readonly workspace: Maybe<Workspace>;
};

/** Changes of the workspace. What is left out stays unchanged; null clears. */
export type WorkspaceUpdateInput = {
  /** Messages such as "thanks" that open no new conversation when they arrive within a channel's grace after close. */
  readonly acknowledgements?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /**
   * How long after an agent's last message a conversation closes if the contact does not answer, from PT1M to P365D. It
   * holds for conversations that are open already, too. Null: it stays open.
   */
  readonly autoClose?: InputMaybe<Scalars['Duration']['input']>;
  /**
   * The team that gets a conversation which nobody and no workflow has routed. Null: such a conversation stays without a
   * team.
   */
  readonly defaultTeamId?: InputMaybe<Scalars['ID']['input']>;
  /** The lifecycle stages that a contact may be in, in order. */
  readonly lifecycleStages?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** The name of the workspace. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /**
   * How long an agent whose last connection is gone keeps their presence, up to PT10M; at first PT45S. A change applies to
   * connections that go from then on.
   */
  readonly presenceGrace?: InputMaybe<Scalars['Duration']['input']>;
  /** An IANA time zone, such as Europe/Vienna. */
  readonly timeZone?: InputMaybe<Scalars['String']['input']>;
};
