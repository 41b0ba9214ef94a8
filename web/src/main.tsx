import "./styles/tokens.css";
import "./styles/parts.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";

createRoot(document.getElementById("root")!).render(<App />);
