/** What the live store reads. Components show fields of these fragments; the server executes the stream once for all tabs. */
import { graphql } from "../api/gql.ts";

/** What `matches`, `placeOf` and a row of a list need. */
export const conversationRow = graphql(`
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
`);

export const messageText = graphql(`
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
`);

export const authorName = graphql(`
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
`);

/** What happened, as a line of a timeline shows it. */
export const timelineEvent = graphql(`
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
`);

export const eventStream = graphql(`
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
`);

export const conversationPage = graphql(`
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
`);

export const timelinePage = graphql(`
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
`);
