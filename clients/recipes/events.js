/** Follows everything. Add what your screen needs from each kind of event. */
export const events = /* GraphQL */ `
  subscription Events($after: Cursor, $filter: EventFilter) {
    events(after: $after, filter: $filter) {
      __typename
      ... on StreamReady {
        cursor
      }
      ... on ConversationHidden {
        cursor
        conversationId
      }
      ... on Event {
        cursor
      }
      ... on ConversationEvent {
        conversation {
          id
          status
          assignee {
            id
            name
          }
        }
      }
    }
  }
`;
