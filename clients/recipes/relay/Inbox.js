import { graphql } from "relay-runtime";

export const inbox = graphql`
  query InboxQuery($filter: ConversationFilter) {
    head
    ...Inbox_conversations @arguments(filter: $filter)
  }
`;

export const conversations = graphql`
  fragment Inbox_conversations on Query
  @refetchable(queryName: "InboxPaginationQuery")
  @argumentDefinitions(
    filter: { type: "ConversationFilter" }
    count: { type: "Int", defaultValue: 25 }
    cursor: { type: "String" }
  ) {
    conversations(filter: $filter, orderBy: LAST_ACTIVITY, first: $count, after: $cursor)
      @connection(key: "Inbox_conversations", filters: ["filter"]) {
      edges {
        node {
          id
          number
          ...Conversation_row
        }
      }
    }
  }
`;

export const row = graphql`
  fragment Conversation_row on Conversation {
    status
    contact {
      displayName
    }
    assignee {
      name
    }
  }
`;
