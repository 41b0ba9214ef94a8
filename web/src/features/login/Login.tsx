import { useId, useState, type FormEvent, type KeyboardEvent } from "react";
import { login } from "../../app/documents.ts";
import { request, RequestError } from "../../app/request.ts";
import styles from "./Login.module.css";

/** The log-in. Nothing of the workspace is shown before it. */
export function Login({ onDone }: { readonly onDone: () => void }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(true);
  const [capsLock, setCapsLock] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const id = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const { login: answer } = await request(login, { input: { email, password, cookie: true, remember } });
      const [refused] = answer?.userErrors ?? [];
      if (refused) setProblem(refused.message);
      else onDone();
    } catch (error) {
      setProblem(error instanceof RequestError ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }

  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <div className={styles.page}>
      <main className={styles.form}>
        <div className="row">
          <Logo />
          <b className="strong">{location.hostname}</b>
        </div>
        <h1 className={styles.title}>Welcome back</h1>
        <form className="fieldset" onSubmit={submit}>
          <div className="f">
            <label htmlFor={`${id}-email`}>Email</label>
            <input
              id={`${id}-email`}
              className="input"
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(e) => setEmail(e.target.value)}
            />
          </div>
          <div className="f">
            <div className="row">
              <label htmlFor={`${id}-password`}>Password</label>
              {capsLock && <span className="end small t3">Caps lock is on</span>}
            </div>
            <input
              id={`${id}-password`}
              className="input"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(e) => setPassword(e.target.value)}
              onKeyUp={watchCapsLock}
            />
          </div>
          <label className="row">
            <input type="checkbox" checked={remember} onChange={(e) => setRemember(e.target.checked)} />
            Stay logged in on this device
          </label>
          {problem && (
            <p role="alert" className="c-red">
              {problem}
            </p>
          )}
          <button className="btn primary wide" type="submit" disabled={busy}>
            Log in
          </button>
        </form>
      </main>
      <aside className={styles.picture} aria-hidden="true">
        <div className={styles.arch}>
          <i />
          <i />
          <i />
          <i />
        </div>
      </aside>
    </div>
  );
}

function Logo() {
  return (
    <span className={styles.logo}>
      <svg width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d="M4 21V10a8 8 0 0 1 16 0v11" />
        <path d="M9.5 21v-9.5a2.5 2.5 0 0 1 5 0V21" />
      </svg>
    </span>
  );
}
