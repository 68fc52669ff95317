// The simulation view: a form made of a function's signature, and what a call of it would do on live state.
import * as vscode from "vscode";
import type { Lines, LineCost } from "./lines.ts";
import type { Session } from "./session.ts";
import { saveAsTest } from "./saved_test.ts";
import { signInTerminal } from "./terminal.ts";
import { escapeHtml, type Shape } from "./text.ts";
import { script, style } from "./simulation_page.ts";

interface Call {
  function: string;
  args: string[];
  from: string;
  height: number;
  value: number;
  gas?: number;
  set: string[];
}

interface Asked {
  what: "simulate" | "trace" | "save" | "commit";
  call: Call;
}

export class SimulationView implements vscode.Disposable {
  private readonly session: Session;
  private readonly lines: Lines;
  private panel: vscode.WebviewPanel | undefined;

  constructor(session: Session, lines: Lines) {
    this.session = session;
    this.lines = lines;
  }

  /** Opens the form for the package of a document, with a function chosen if one is named. */
  async open(uri: vscode.Uri, wanted?: string): Promise<void> {
    const answer = await this.session.execute<{ package: string; functions: Shape[] }>("amigos.functions", { uri: uri.toString() });
    if (!answer) return;
    if (answer.functions.length === 0) {
      void vscode.window.showInformationMessage(`Amigos: \`${answer.package}\` has no exported function to simulate.`);
      return;
    }
    const title = `Simulate ${answer.package.replace(/^hub\.amigos\.dev\//, "").replace(/@v[01]$/, "")}`;
    const panel = vscode.window.createWebviewPanel("amigos.simulation", title, vscode.ViewColumn.Beside, { enableScripts: true, retainContextWhenHidden: true });
    this.panel?.dispose();
    this.panel = panel;
    panel.webview.html = page(answer.package, answer.functions, wanted);
    panel.webview.onDidReceiveMessage(async (asked: Asked) => {
      try {
        await this.run(panel, answer.package, uri, asked);
      } catch (error) {
        await panel.webview.postMessage({ problem: error instanceof Error ? error.message : String(error) });
      }
    });
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
  }

  private async run(panel: vscode.WebviewPanel, name: string, uri: vscode.Uri, { what, call }: Asked): Promise<void> {
    const argument = { ...call, package: name };
    if (what === "save") return saveAsTest(this.session, argument);
    if (what === "commit") {
      const answer = await this.session.execute<{ transaction: unknown }>("amigos.commit", argument);
      if (answer) await signInTerminal(this.session, uri, answer.transaction);
      return;
    }
    const outcome = await this.session.execute<{ text: string; lines?: LineCost[] }>(what === "trace" ? "amigos.trace" : "amigos.simulate", argument);
    if (!outcome) return;
    this.lines.show(outcome.lines ?? []);
    await panel.webview.postMessage({ outcome });
  }

  dispose(): void {
    this.panel?.dispose();
  }
}

/** The page. What it knows of functions comes from the server and is escaped; nothing is loaded. */
function page(name: string, functions: Shape[], wanted: string | undefined): string {
  const nonce = Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join("");
  const data = JSON.stringify({ name, functions, wanted: wanted ?? functions[0]?.name ?? "" }).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">${style}</style></head><body>
<h3>${escapeHtml(name)}</h3>
<label for="function">function</label><select id="function"></select>
<p id="doc"></p>
<div id="args"></div>
<div class="row">
<div><label for="from">from</label><input id="from" value="alice"></div>
<div><label for="height">at height</label><input id="height" inputmode="numeric" placeholder="the newest"></div>
<div><label for="value">value <span>micro-amg</span></label><input id="value" inputmode="numeric"></div>
</div>
<details id="more"><summary>overrides</summary>
<label for="gas">gas limit</label><input id="gas" inputmode="numeric" placeholder="a block's">
<label for="set">variables to set before the call <span>one a line, as in <code>Count=7</code></span></label><textarea id="set" rows="2"></textarea>
</details>
<div class="buttons"><button id="simulate">Simulate</button>
<button id="trace" class="second" title="the gas of each line, at the ends of the lines">Gas per Line</button>
<button id="save" class="second" title="a Go test with the state that the call read: it runs offline">Save as Test</button>
<button id="commit" class="second" title="signed and sent by amigos keys in a terminal">Commit in Terminal</button></div>
<div id="result" aria-live="polite"></div>
<script nonce="${nonce}">const given = ${data};
${script}</script></body></html>`;
}
