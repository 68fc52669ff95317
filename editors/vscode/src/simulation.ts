// The simulation view: a form made of a function's signature, and what a call of it would do on live state.
import * as vscode from "vscode";
import type { Session } from "./session.ts";
import { escapeHtml } from "./text.ts";

interface Shape {
  name: string;
  params: { name: string; type: string }[];
  results: string[];
  doc: string;
  examples: string[][];
}

interface Call {
  function: string;
  args: string[];
  from: string;
  height: number;
  value: number;
}

export class SimulationView implements vscode.Disposable {
  private readonly session: Session;
  private panel: vscode.WebviewPanel | undefined;

  constructor(session: Session) {
    this.session = session;
  }

  /** Opens the form for the package of a document, with a function chosen if one is named. */
  async open(uri: vscode.Uri, wanted?: string): Promise<void> {
    const client = this.session.client;
    if (!client) {
      void vscode.window.showWarningMessage("Amigos: the server is not running.");
      return;
    }
    const answer = await client.sendRequest<{ package: string; functions: Shape[] }>("workspace/executeCommand", {
      command: "amigos.functions",
      arguments: [{ uri: uri.toString() }],
    });
    if (answer.functions.length === 0) {
      void vscode.window.showInformationMessage(`Amigos: \`${answer.package}\` has no exported function to simulate.`);
      return;
    }
    const panel = vscode.window.createWebviewPanel("amigos.simulation", `simulate ${answer.package.split("/").pop() ?? ""}`, vscode.ViewColumn.Beside, {
      enableScripts: true,
      retainContextWhenHidden: true,
    });
    this.panel?.dispose();
    this.panel = panel;
    panel.webview.html = page(answer.package, answer.functions, wanted);
    panel.webview.onDidReceiveMessage(async (call: Call) => {
      try {
        const result = await client.sendRequest<{ text: string }>("workspace/executeCommand", {
          command: "amigos.simulate",
          arguments: [{ package: answer.package, ...call }],
        });
        await panel.webview.postMessage({ text: result.text, raw: JSON.stringify(result, null, 2) });
      } catch (error) {
        await panel.webview.postMessage({ text: error instanceof Error ? error.message : String(error), raw: "" });
      }
    });
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
  }

  dispose(): void {
    this.panel?.dispose();
  }
}

/** The page. What it knows of functions comes from the server and is escaped; nothing is loaded. */
function page(name: string, functions: Shape[], wanted: string | undefined): string {
  const nonce = Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
  const data = JSON.stringify(functions).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); max-width: 60em; }
label { display: block; margin: 0.6em 0 0.2em; }
label span { opacity: 0.7; }
input, select { width: 100%; box-sizing: border-box; padding: 4px; font-family: var(--vscode-editor-font-family); color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, transparent); }
.row { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 0.8em; }
button { margin-top: 1em; padding: 6px 14px; color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: none; cursor: pointer; }
pre { white-space: pre-wrap; font-family: var(--vscode-editor-font-family); background: var(--vscode-textCodeBlock-background); padding: 0.8em; }
</style></head><body>
<h3>${escapeHtml(name)}</h3>
<label for="function">function</label><select id="function"></select>
<p id="doc"></p>
<div id="args"></div>
<div class="row">
<div><label for="from">from</label><input id="from" value="alice"></div>
<div><label for="height">at height <span>(empty: newest)</span></label><input id="height" inputmode="numeric"></div>
<div><label for="value">value <span>(coins)</span></label><input id="value" inputmode="numeric"></div>
</div>
<button id="go">Simulate</button>
<pre id="result" aria-live="polite"></pre>
<details><summary>raw</summary><pre id="raw"></pre></details>
<script nonce="${nonce}">
const api = acquireVsCodeApi();
const functions = ${data};
const byId = (id) => document.getElementById(id);
const list = byId("function");
for (const f of functions) {
  const option = document.createElement("option");
  option.value = f.name;
  option.textContent = f.name + "(" + f.params.map((p) => p.name + " " + p.type).join(", ") + ")";
  list.append(option);
}
list.value = ${JSON.stringify(wanted ?? functions[0]?.name ?? "").replaceAll("<", "\\u003c")};
if (!list.value) list.selectedIndex = 0;
function form() {
  const f = functions.find((one) => one.name === list.value);
  byId("doc").textContent = f.doc;
  const place = byId("args");
  place.textContent = "";
  const example = f.examples[0] || [];
  f.params.forEach((p, i) => {
    const label = document.createElement("label");
    label.textContent = p.name + " ";
    const type = document.createElement("span");
    type.textContent = p.type;
    label.append(type);
    const input = document.createElement("input");
    input.value = example[i] || "";
    input.className = "arg";
    input.setAttribute("aria-label", p.name);
    place.append(label, input);
  });
}
list.addEventListener("change", form);
form();
byId("go").addEventListener("click", () => {
  const args = [...document.querySelectorAll(".arg")].map((i) => i.value.trim()).filter((a, i, all) => a !== "" || i < all.length - 1);
  byId("result").textContent = "";
  api.postMessage({ function: list.value, args, from: byId("from").value || "alice", height: Number(byId("height").value) || 0, value: Number(byId("value").value) || 0 });
});
addEventListener("message", (event) => {
  byId("result").textContent = event.data.text;
  byId("raw").textContent = event.data.raw;
});
</script></body></html>`;
}
