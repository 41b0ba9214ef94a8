import { connect } from "./graphql-ws.js";
import { live } from "./live.js";
import { patient } from "./patient.js";
import { session } from "./session.js";

const login = `mutation($input: LoginInput!) { login(input: $input) { token userErrors { message } } }`;
const screen = `{ head conversations(filter: { status: OPEN }, first: 25) { nodes { id number contact { displayName } } } }`;

/**
 * A screen of the open conversations that stays fresh, for an agent with email and password. `show` is called with the
 * conversations, `happened` with each event after that, `failed` with an error that a person has to look at. Returns a
 * function that ends it.
 */
export function start(url, { email, password, show, happened, failed }) {
  const ask = async (query, variables, token) => {
    const response = await patient()(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...(await response.json()) };
  };
  const as = session(async () => {
    const { data } = await ask(login, { input: { email, password } });
    const { token, userErrors } = data.login;
    if (!token) throw new Error(userErrors[0].message);
    return token;
  });
  async function read() {
    let answer = await ask(screen, {}, await as.token());
    if (answer.status === 401) {
      as.forget();
      answer = await ask(screen, {}, await as.token());
    }
    if (answer.errors) throw new Error(answer.errors[0].message);
    show(answer.data.conversations.nodes);
    return answer.data.head;
  }
  const socket = connect(url.replace(/^http/, "ws"), as);
  const stop = live(socket, { read, happened, failed });
  return () => {
    stop();
    socket.dispose();
  };
}
