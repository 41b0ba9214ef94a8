import { graphql } from "relay-runtime";

export const events = graphql`
  subscription EventsSubscription($after: Cursor, $filter: EventFilter) {
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
          ...Conversation_row
        }
      }
    }
  }
`;

export const close = graphql`
  mutation EventsCloseMutation($input: ConversationCloseInput!) {
    conversationClose(input: $input) {
      conversation {
        id
        status
      }
      cursor
      userErrors {
        code
        message
        field
      }
    }
  }
`;
