// The Render preview: the page of the package that is looked at, as Markdown beside it; it follows the cursor's package and the network's blocks.
import * as vscode from "vscode";
import type { Session } from "./session.ts";

const scheme = "amigos-render";
const uri = vscode.Uri.from({ scheme, path: "/render.md" });

export class RenderPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly session: Session;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly watchers: vscode.Disposable[];
  private shown: vscode.Uri | undefined;
  private height = -1;
  readonly onDidChange = this.changed.event;

  constructor(session: Session) {
    this.session = session;
    this.watchers = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (!this.shown || editor?.document.languageId !== "go" || editor.document.uri.scheme !== "file") return;
        this.shown = editor.document.uri;
        this.changed.fire(uri);
      }),
      session.onStatus((status) => {
        if (!this.shown || status.height === this.height) return;
        this.height = status.height ?? -1;
        this.changed.fire(uri);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme === scheme) this.shown = undefined;
      }),
    ];
  }

  async open(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "go") {
      void vscode.window.showInformationMessage("Amigos: open a Go file of a contract first.");
      return;
    }
    this.shown = document.uri;
    this.changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }

  async provideTextDocumentContent(): Promise<string> {
    const client = this.session.client;
    if (!client || !this.shown) return "*the server is not running*";
    try {
      const argument = { uri: this.shown.toString(), path: "" };
      const answer = await client.sendRequest<{ text: string }>("workspace/executeCommand", { command: "amigos.render", arguments: [argument] });
      return answer.text || "*`Render` says nothing*";
    } catch (error) {
      return `*${error instanceof Error ? error.message : String(error)}*`;
    }
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.changed.dispose();
  }
}
