/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A file for a message or a note: either the URL of one that is elsewhere, or the id of one that was uploaded. */
export type AttachmentInput = {
  /** The size in bytes. Only with `url`. */
  readonly bytes?: number | null | undefined;
  /** A file that was uploaded with `POST /files` and that you see. */
  readonly fileId?: string | null | undefined;
  /** The media type, such as image/png. Only with `url`. */
  readonly mimeType?: string | null | undefined;
  /** The file name. Only with `url`. */
  readonly name?: string | null | undefined;
  /** Where the file is. Exactly one of `url` and `fileId` is required. */
  readonly url?: string | null | undefined;
};

/**
 * The kinds of channel. API: an integration stands in for the messaging service and calls messageReceive and
 * messageStatusReport.
 */
export type ChannelKind =
  | 'API';

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

/** Which conversations to list. A conversation has to match every part that is given. */
export type ConversationFilter = {
  /** Only those assigned to one of these agents. */
  readonly assigneeIds?: ReadonlyArray<string> | null | undefined;
  /** Only those in which the contact's last message came on one of these channels. */
  readonly channelIds?: ReadonlyArray<string> | null | undefined;
  /** Only those with one of these contacts. */
  readonly contactIds?: ReadonlyArray<string> | null | undefined;
  /** True: only those with a note that mentions the viewer. False: only the others. No note mentions API keys. */
  readonly mentions?: boolean | null | undefined;
  /**
   * True: only those assigned to the viewer. False: only the others. An API key has none. With `assigneeIds`, both have to
   * match.
   */
  readonly mine?: boolean | null | undefined;
  /** Only those with one of these priorities. */
  readonly priorities?: ReadonlyArray<Priority> | null | undefined;
  /** True: only those that wait for an agent in a queue. False: only the others. */
  readonly queued?: boolean | null | undefined;
  /**
   * Up to eight different words that have to occur in messages, notes or the contact's name. The last word may be the
   * beginning of one.
   */
  readonly search?: string | null | undefined;
  /** True: only snoozed ones. False: only those that are not snoozed. */
  readonly snoozed?: boolean | null | undefined;
  /** Only open or only closed ones. */
  readonly status?: ConversationStatus | null | undefined;
  /**
   * True: only those that nobody takes care of, which are open and not snoozed and have neither an assignee, a place in
   * a queue nor a workflow run that goes on. False: only the others.
   */
  readonly stranded?: boolean | null | undefined;
  /** Only those of one of these teams. */
  readonly teamIds?: ReadonlyArray<string> | null | undefined;
  /** True: only those without an assignee. False: only those with one. */
  readonly unassigned?: boolean | null | undefined;
  /**
   * True: only those with something that is unread to the viewer (see `Conversation.unread`). False: only the others. Nothing is
   * unread to API keys.
   */
  readonly unread?: boolean | null | undefined;
  /** True: only those in which the contact waits for an answer. False: only the others. */
  readonly waiting?: boolean | null | undefined;
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

/** Whether a conversation is open. */
export type ConversationStatus =
  | 'CLOSED'
  | 'OPEN';

/** Whether a message came from the contact (INBOUND) or was sent to the contact (OUTBOUND). */
export type Direction =
  | 'INBOUND'
  | 'OUTBOUND';

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
  readonly cookie?: boolean;
  /** The email address. Upper and lower case make no difference. */
  readonly email: string;
  /** The password. */
  readonly password: string;
  /**
   * Whether the cookie outlasts the browser, for as long as the session can last. Otherwise the browser forgets it when it
   * is closed. Without `cookie` this has no effect.
   */
  readonly remember?: boolean;
};

/** A message to the contact: a text, attachments, or both. */
export type MessageSendInput = {
  /** The files to send with it. */
  readonly attachments?: ReadonlyArray<AttachmentInput> | null | undefined;
  /** The channel to send on. Default: the channel of the contact's last message. */
  readonly channelId?: string | null | undefined;
  /** The conversation. */
  readonly conversationId: string;
  /**
   * A key of your choice that makes the mutation safe to repeat: with the same key and input it changes nothing and
   * returns the first result, as far as the caller may see it now.
   */
  readonly idempotencyKey?: string | null | undefined;
  /**
   * The message that is the conversation's newest as far as you know, or null if it has none yet. If there is a newer one,
   * whoever wrote it, nothing is sent: the answer is CONFLICT, with the newest message. Leave it out to send in any case.
   */
  readonly ifLatestMessageId?: string | null | undefined;
  /** The saved reply that the text was written with: its use is counted. One that you do not see is ignored. */
  readonly savedReplyId?: string | null | undefined;
  /** The text. */
  readonly text?: string | null | undefined;
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

/**
 * The priority of a conversation, which is a head start in its queue. Unless the team's policy says otherwise it is 24
 * hours for URGENT, 4 hours for HIGH, none for NORMAL, and minus 4 hours for LOW.
 */
export type Priority =
  | 'HIGH'
  | 'LOW'
  | 'NORMAL'
  | 'URGENT';

/** What an agent or an API key may do. Each role includes those after it. */
export type Role =
  | 'AGENT'
  | 'MANAGER'
  | 'OWNER';

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

export type StartQueryVariables = Exact<{ [key: string]: never; }>;


export type StartQuery = { readonly __typename: 'Query', readonly head: string, readonly viewer:
    | { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly email: string, readonly role: Role, readonly presence: Presence }
    | { readonly __typename: 'ApiKey' }
  , readonly workspace: { readonly __typename: 'Workspace', readonly name: string }, readonly inboxCounts: { readonly __typename: 'InboxCounts', readonly open: number, readonly mine: number, readonly unassigned: number, readonly snoozed: number, readonly byTeam: ReadonlyArray<{ readonly __typename: 'TeamCount', readonly open: number, readonly queued: number, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } }> } | null };

export type LoginMutationVariables = Exact<{
  input: LoginInput;
}>;


export type LoginMutation = { readonly __typename: 'Mutation', readonly login: { readonly __typename: 'LoginPayload', readonly agent: { readonly __typename: 'Agent', readonly id: string } | null, readonly userErrors: ReadonlyArray<{ readonly __typename: 'UserError', readonly code: UserErrorCode, readonly field: ReadonlyArray<string> | null, readonly message: string }> } | null };

export type MessageSendMutationVariables = Exact<{
  input: MessageSendInput;
}>;


export type MessageSendMutation = { readonly __typename: 'Mutation', readonly messageSend: { readonly __typename: 'MessagePayload', readonly message: { readonly __typename: 'Message', readonly id: string } | null, readonly userErrors: ReadonlyArray<{ readonly __typename: 'UserError', readonly message: string }> } | null };

export type ConversationRowFragment = { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
      | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
      | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
      | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
      | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
    , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null };

export type MessageTextFragment = { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
  , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> };

type AuthorName_Agent_Fragment = { readonly __typename: 'Agent', readonly id: string, readonly name: string };

type AuthorName_ApiKey_Fragment = { readonly __typename: 'ApiKey', readonly id: string, readonly name: string };

type AuthorName_Contact_Fragment = { readonly __typename: 'Contact', readonly id: string, readonly displayName: string };

type AuthorName_WorkflowRun_Fragment = { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } };

export type AuthorNameFragment =
  | AuthorName_Agent_Fragment
  | AuthorName_ApiKey_Fragment
  | AuthorName_Contact_Fragment
  | AuthorName_WorkflowRun_Fragment
;

type TimelineEvent_AgentChanged_Fragment = { readonly __typename: 'AgentChanged', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ContactChanged_Fragment = { readonly __typename: 'ContactChanged', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationAssigned_Fragment = { readonly __typename: 'ConversationAssigned', readonly cursor: string, readonly at: string, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence }, readonly decision: { readonly __typename: 'AssignmentDecision', readonly reason: string } | null, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationClosed_Fragment = { readonly __typename: 'ConversationClosed', readonly category: string | null, readonly closedSource: CloseSource, readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationOpened_Fragment = { readonly __typename: 'ConversationOpened', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationQueued_Fragment = { readonly __typename: 'ConversationQueued', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationRead_Fragment = { readonly __typename: 'ConversationRead', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationRouted_Fragment = { readonly __typename: 'ConversationRouted', readonly priority: Priority, readonly previousPriority: Priority, readonly cursor: string, readonly at: string, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationSnoozed_Fragment = { readonly __typename: 'ConversationSnoozed', readonly until: string, readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationUnassigned_Fragment = { readonly __typename: 'ConversationUnassigned', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_ConversationWoken_Fragment = { readonly __typename: 'ConversationWoken', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_MessageReceived_Fragment = { readonly __typename: 'MessageReceived', readonly cursor: string, readonly at: string, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
      | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
      | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
      | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
      | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
    , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_MessageSent_Fragment = { readonly __typename: 'MessageSent', readonly cursor: string, readonly at: string, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
      | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
      | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
      | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
      | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
    , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_MessageStatusChanged_Fragment = { readonly __typename: 'MessageStatusChanged', readonly messageStatus: MessageStatus, readonly cursor: string, readonly at: string, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
      | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
      | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
      | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
      | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
    , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_NoteAdded_Fragment = { readonly __typename: 'NoteAdded', readonly cursor: string, readonly at: string, readonly note: { readonly __typename: 'Note', readonly id: string, readonly text: string, readonly createdAt: string, readonly author:
      | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
      | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
      | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
      | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
     }, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_NoteChanged_Fragment = { readonly __typename: 'NoteChanged', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_PresenceChanged_Fragment = { readonly __typename: 'PresenceChanged', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_TeamChanged_Fragment = { readonly __typename: 'TeamChanged', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

type TimelineEvent_WorkflowRunChanged_Fragment = { readonly __typename: 'WorkflowRunChanged', readonly cursor: string, readonly at: string, readonly actor:
    | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
    | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
    | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
    | { readonly __typename: 'System', readonly name: string }
    | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
   };

export type TimelineEventFragment =
  | TimelineEvent_AgentChanged_Fragment
  | TimelineEvent_ContactChanged_Fragment
  | TimelineEvent_ConversationAssigned_Fragment
  | TimelineEvent_ConversationClosed_Fragment
  | TimelineEvent_ConversationOpened_Fragment
  | TimelineEvent_ConversationQueued_Fragment
  | TimelineEvent_ConversationRead_Fragment
  | TimelineEvent_ConversationRouted_Fragment
  | TimelineEvent_ConversationSnoozed_Fragment
  | TimelineEvent_ConversationUnassigned_Fragment
  | TimelineEvent_ConversationWoken_Fragment
  | TimelineEvent_MessageReceived_Fragment
  | TimelineEvent_MessageSent_Fragment
  | TimelineEvent_MessageStatusChanged_Fragment
  | TimelineEvent_NoteAdded_Fragment
  | TimelineEvent_NoteChanged_Fragment
  | TimelineEvent_PresenceChanged_Fragment
  | TimelineEvent_TeamChanged_Fragment
  | TimelineEvent_WorkflowRunChanged_Fragment
;

export type EventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type EventsSubscription = { readonly __typename: 'Subscription', readonly events:
    | { readonly __typename: 'AgentChanged', readonly cursor: string, readonly at: string, readonly agent: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ContactChanged', readonly cursor: string, readonly at: string, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationActivity' }
    | { readonly __typename: 'ConversationAssigned', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence }, readonly decision: { readonly __typename: 'AssignmentDecision', readonly reason: string } | null, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationClosed', readonly category: string | null, readonly closedSource: CloseSource, readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationHidden', readonly cursor: string, readonly conversationId: string }
    | { readonly __typename: 'ConversationOpened', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationQueued', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationRead', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationRouted', readonly priority: Priority, readonly previousPriority: Priority, readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationSnoozed', readonly until: string, readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationUnassigned', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'ConversationWoken', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'DraftChanged' }
    | { readonly __typename: 'JobChanged' }
    | { readonly __typename: 'MessageReceived', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
          | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
          | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
          | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
          | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
        , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'MessageSent', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
          | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
          | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
          | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
          | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
        , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'MessageStatusChanged', readonly messageStatus: MessageStatus, readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
          | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
          | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
          | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
          | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
        , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'NoteAdded', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly note: { readonly __typename: 'Note', readonly id: string, readonly text: string, readonly createdAt: string, readonly author:
          | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
          | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
          | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
          | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
         }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'NoteChanged', readonly cursor: string, readonly at: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
            | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
            | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
            | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
            | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
          , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'NotificationAdded' }
    | { readonly __typename: 'PresenceChanged', readonly cursor: string, readonly at: string, readonly agent: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence }, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'StreamReady', readonly cursor: string }
    | { readonly __typename: 'TeamChanged', readonly cursor: string, readonly at: string, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
    | { readonly __typename: 'WorkflowRunChanged', readonly cursor: string, readonly at: string, readonly actor:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'System', readonly name: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
       }
   };

export type ConversationPageQueryVariables = Exact<{
  filter?: ConversationFilter | null | undefined;
  orderBy: ConversationOrder;
  first: number;
  after?: string | null | undefined;
}>;


export type ConversationPageQuery = { readonly __typename: 'Query', readonly head: string, readonly conversations: { readonly __typename: 'ConversationConnection', readonly nodes: ReadonlyArray<{ readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
          | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
          | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
          | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
          | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
        , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null }>, readonly pageInfo: { readonly __typename: 'PageInfo', readonly endCursor: string | null, readonly hasNextPage: boolean } } | null };

export type TimelinePageQueryVariables = Exact<{
  id: string;
  last: number;
  before?: string | null | undefined;
}>;


export type TimelinePageQuery = { readonly __typename: 'Query', readonly head: string, readonly conversation: { readonly __typename: 'Conversation', readonly id: string, readonly revision: string, readonly number: number, readonly status: ConversationStatus, readonly priority: Priority, readonly queuedAt: string | null, readonly snoozedUntil: string | null, readonly waitingSince: string | null, readonly openedAt: string, readonly lastActivityAt: string, readonly assigneeReadAt: string | null, readonly timeline: { readonly __typename: 'EventConnection', readonly edges: ReadonlyArray<{ readonly __typename: 'EventEdge', readonly cursor: string, readonly node:
          | { readonly __typename: 'AgentChanged', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ContactChanged', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationAssigned', readonly cursor: string, readonly at: string, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence }, readonly decision: { readonly __typename: 'AssignmentDecision', readonly reason: string } | null, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationClosed', readonly category: string | null, readonly closedSource: CloseSource, readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationOpened', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationQueued', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationRead', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationRouted', readonly priority: Priority, readonly previousPriority: Priority, readonly cursor: string, readonly at: string, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationSnoozed', readonly until: string, readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationUnassigned', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'ConversationWoken', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'MessageReceived', readonly cursor: string, readonly at: string, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
                | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
                | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
                | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
                | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
              , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'MessageSent', readonly cursor: string, readonly at: string, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
                | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
                | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
                | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
                | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
              , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'MessageStatusChanged', readonly messageStatus: MessageStatus, readonly cursor: string, readonly at: string, readonly message: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
                | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
                | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
                | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
                | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
              , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> }, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'NoteAdded', readonly cursor: string, readonly at: string, readonly note: { readonly __typename: 'Note', readonly id: string, readonly text: string, readonly createdAt: string, readonly author:
                | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
                | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
                | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
                | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
               }, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'NoteChanged', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'PresenceChanged', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'TeamChanged', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
          | { readonly __typename: 'WorkflowRunChanged', readonly cursor: string, readonly at: string, readonly actor:
              | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
              | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
              | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
              | { readonly __typename: 'System', readonly name: string }
              | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
             }
         }>, readonly pageInfo: { readonly __typename: 'PageInfo', readonly hasPreviousPage: boolean, readonly hasNextPage: boolean } } | null, readonly contact: { readonly __typename: 'Contact', readonly id: string, readonly revision: string, readonly displayName: string }, readonly channel: { readonly __typename: 'Channel', readonly id: string, readonly name: string, readonly kind: ChannelKind } | null, readonly team: { readonly __typename: 'Team', readonly id: string, readonly name: string } | null, readonly assignee: { readonly __typename: 'Agent', readonly id: string, readonly revision: string, readonly name: string, readonly presence: Presence } | null, readonly lastMessage: { readonly __typename: 'Message', readonly id: string, readonly direction: Direction, readonly text: string | null, readonly status: MessageStatus, readonly failureReason: string | null, readonly idempotencyKey: string | null, readonly createdAt: string, readonly author:
        | { readonly __typename: 'Agent', readonly id: string, readonly name: string }
        | { readonly __typename: 'ApiKey', readonly id: string, readonly name: string }
        | { readonly __typename: 'Contact', readonly id: string, readonly displayName: string }
        | { readonly __typename: 'WorkflowRun', readonly id: string, readonly workflow: { readonly __typename: 'Workflow', readonly id: string, readonly name: string } }
      , readonly attachments: ReadonlyArray<{ readonly __typename: 'Attachment', readonly url: string, readonly name: string | null, readonly mimeType: string | null, readonly bytes: number | null }> } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const AuthorNameFragmentDoc = new TypedDocumentString(`
    fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}
    `, {"fragmentName":"AuthorName"}) as unknown as TypedDocumentString<AuthorNameFragment, unknown>;
export const MessageTextFragmentDoc = new TypedDocumentString(`
    fragment MessageText on Message {
  __typename
  id
  direction
  text
  status
  failureReason
  idempotencyKey
  createdAt
  author {
    ...AuthorName
  }
  attachments {
    url
    name
    mimeType
    bytes
  }
}
    fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}`, {"fragmentName":"MessageText"}) as unknown as TypedDocumentString<MessageTextFragment, unknown>;
export const ConversationRowFragmentDoc = new TypedDocumentString(`
    fragment ConversationRow on Conversation {
  __typename
  id
  revision
  number
  status
  priority
  queuedAt
  snoozedUntil
  waitingSince
  openedAt
  lastActivityAt
  assigneeReadAt
  contact {
    __typename
    id
    revision
    displayName
  }
  channel {
    __typename
    id
    name
    kind
  }
  team {
    __typename
    id
    name
  }
  assignee {
    __typename
    id
    revision
    name
    presence
  }
  lastMessage {
    ...MessageText
  }
}
    fragment MessageText on Message {
  __typename
  id
  direction
  text
  status
  failureReason
  idempotencyKey
  createdAt
  author {
    ...AuthorName
  }
  attachments {
    url
    name
    mimeType
    bytes
  }
}
fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}`, {"fragmentName":"ConversationRow"}) as unknown as TypedDocumentString<ConversationRowFragment, unknown>;
export const TimelineEventFragmentDoc = new TypedDocumentString(`
    fragment TimelineEvent on Event {
  __typename
  cursor
  at
  actor {
    ...AuthorName
    ... on System {
      name
    }
  }
  ... on MessageReceived {
    message {
      ...MessageText
    }
  }
  ... on MessageSent {
    message {
      ...MessageText
    }
  }
  ... on MessageStatusChanged {
    messageStatus
    message {
      ...MessageText
    }
  }
  ... on NoteAdded {
    note {
      __typename
      id
      text
      createdAt
      author {
        ...AuthorName
      }
    }
  }
  ... on ConversationRouted {
    team {
      __typename
      id
      name
    }
    priority
    previousPriority
  }
  ... on ConversationAssigned {
    assignee {
      __typename
      id
      revision
      name
      presence
    }
    decision {
      reason
    }
  }
  ... on ConversationSnoozed {
    until
  }
  ... on ConversationClosed {
    category
    closedSource
  }
}
    fragment MessageText on Message {
  __typename
  id
  direction
  text
  status
  failureReason
  idempotencyKey
  createdAt
  author {
    ...AuthorName
  }
  attachments {
    url
    name
    mimeType
    bytes
  }
}
fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}`, {"fragmentName":"TimelineEvent"}) as unknown as TypedDocumentString<TimelineEventFragment, unknown>;
export const StartDocument = new TypedDocumentString(`
    query Start {
  head
  viewer {
    __typename
    ... on Agent {
      id
      revision
      name
      email
      role
      presence
    }
  }
  workspace {
    name
  }
  inboxCounts {
    open
    mine
    unassigned
    snoozed
    byTeam {
      open
      queued
      team {
        __typename
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StartQuery, StartQueryVariables>;
export const LoginDocument = new TypedDocumentString(`
    mutation Login($input: LoginInput!) {
  login(input: $input) {
    agent {
      __typename
      id
    }
    userErrors {
      code
      field
      message
    }
  }
}
    `) as unknown as TypedDocumentString<LoginMutation, LoginMutationVariables>;
export const MessageSendDocument = new TypedDocumentString(`
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
    `) as unknown as TypedDocumentString<MessageSendMutation, MessageSendMutationVariables>;
export const EventsDocument = new TypedDocumentString(`
    subscription Events($after: Cursor) {
  events(after: $after) {
    __typename
    ... on StreamReady {
      cursor
    }
    ... on ConversationHidden {
      cursor
      conversationId
    }
    ... on Event {
      ...TimelineEvent
    }
    ... on ConversationEvent {
      conversation {
        ...ConversationRow
      }
    }
    ... on ContactChanged {
      contact {
        __typename
        id
        revision
        displayName
      }
    }
    ... on AgentChanged {
      agent {
        __typename
        id
        revision
        name
        presence
      }
    }
    ... on PresenceChanged {
      agent {
        __typename
        id
        revision
        name
        presence
      }
    }
  }
}
    fragment ConversationRow on Conversation {
  __typename
  id
  revision
  number
  status
  priority
  queuedAt
  snoozedUntil
  waitingSince
  openedAt
  lastActivityAt
  assigneeReadAt
  contact {
    __typename
    id
    revision
    displayName
  }
  channel {
    __typename
    id
    name
    kind
  }
  team {
    __typename
    id
    name
  }
  assignee {
    __typename
    id
    revision
    name
    presence
  }
  lastMessage {
    ...MessageText
  }
}
fragment MessageText on Message {
  __typename
  id
  direction
  text
  status
  failureReason
  idempotencyKey
  createdAt
  author {
    ...AuthorName
  }
  attachments {
    url
    name
    mimeType
    bytes
  }
}
fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}
fragment TimelineEvent on Event {
  __typename
  cursor
  at
  actor {
    ...AuthorName
    ... on System {
      name
    }
  }
  ... on MessageReceived {
    message {
      ...MessageText
    }
  }
  ... on MessageSent {
    message {
      ...MessageText
    }
  }
  ... on MessageStatusChanged {
    messageStatus
    message {
      ...MessageText
    }
  }
  ... on NoteAdded {
    note {
      __typename
      id
      text
      createdAt
      author {
        ...AuthorName
      }
    }
  }
  ... on ConversationRouted {
    team {
      __typename
      id
      name
    }
    priority
    previousPriority
  }
  ... on ConversationAssigned {
    assignee {
      __typename
      id
      revision
      name
      presence
    }
    decision {
      reason
    }
  }
  ... on ConversationSnoozed {
    until
  }
  ... on ConversationClosed {
    category
    closedSource
  }
}`) as unknown as TypedDocumentString<EventsSubscription, EventsSubscriptionVariables>;
export const ConversationPageDocument = new TypedDocumentString(`
    query ConversationPage($filter: ConversationFilter, $orderBy: ConversationOrder!, $first: Int!, $after: String) {
  head
  conversations(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    nodes {
      ...ConversationRow
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    fragment ConversationRow on Conversation {
  __typename
  id
  revision
  number
  status
  priority
  queuedAt
  snoozedUntil
  waitingSince
  openedAt
  lastActivityAt
  assigneeReadAt
  contact {
    __typename
    id
    revision
    displayName
  }
  channel {
    __typename
    id
    name
    kind
  }
  team {
    __typename
    id
    name
  }
  assignee {
    __typename
    id
    revision
    name
    presence
  }
  lastMessage {
    ...MessageText
  }
}
fragment MessageText on Message {
  __typename
  id
  direction
  text
  status
  failureReason
  idempotencyKey
  createdAt
  author {
    ...AuthorName
  }
  attachments {
    url
    name
    mimeType
    bytes
  }
}
fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}`) as unknown as TypedDocumentString<ConversationPageQuery, ConversationPageQueryVariables>;
export const TimelinePageDocument = new TypedDocumentString(`
    query TimelinePage($id: ID!, $last: Int!, $before: String) {
  head
  conversation(id: $id) {
    ...ConversationRow
    timeline(last: $last, before: $before) {
      edges {
        cursor
        node {
          ...TimelineEvent
        }
      }
      pageInfo {
        hasPreviousPage
        hasNextPage
      }
    }
  }
}
    fragment ConversationRow on Conversation {
  __typename
  id
  revision
  number
  status
  priority
  queuedAt
  snoozedUntil
  waitingSince
  openedAt
  lastActivityAt
  assigneeReadAt
  contact {
    __typename
    id
    revision
    displayName
  }
  channel {
    __typename
    id
    name
    kind
  }
  team {
    __typename
    id
    name
  }
  assignee {
    __typename
    id
    revision
    name
    presence
  }
  lastMessage {
    ...MessageText
  }
}
fragment MessageText on Message {
  __typename
  id
  direction
  text
  status
  failureReason
  idempotencyKey
  createdAt
  author {
    ...AuthorName
  }
  attachments {
    url
    name
    mimeType
    bytes
  }
}
fragment AuthorName on Author {
  __typename
  ... on Agent {
    id
    name
  }
  ... on Contact {
    id
    displayName
  }
  ... on ApiKey {
    id
    name
  }
  ... on WorkflowRun {
    id
    workflow {
      __typename
      id
      name
    }
  }
}
fragment TimelineEvent on Event {
  __typename
  cursor
  at
  actor {
    ...AuthorName
    ... on System {
      name
    }
  }
  ... on MessageReceived {
    message {
      ...MessageText
    }
  }
  ... on MessageSent {
    message {
      ...MessageText
    }
  }
  ... on MessageStatusChanged {
    messageStatus
    message {
      ...MessageText
    }
  }
  ... on NoteAdded {
    note {
      __typename
      id
      text
      createdAt
      author {
        ...AuthorName
      }
    }
  }
  ... on ConversationRouted {
    team {
      __typename
      id
      name
    }
    priority
    previousPriority
  }
  ... on ConversationAssigned {
    assignee {
      __typename
      id
      revision
      name
      presence
    }
    decision {
      reason
    }
  }
  ... on ConversationSnoozed {
    until
  }
  ... on ConversationClosed {
    category
    closedSource
  }
}`) as unknown as TypedDocumentString<TimelinePageQuery, TimelinePageQueryVariables>;