import { graphql } from "../api/gql.ts";

export const start = graphql(`
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
`);

export const login = graphql(`
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
`);
