// The Render preview: the page of the package that is looked at, as Markdown beside it; it follows the cursor's package and the network's blocks.
import * as vscode from "vscode";
import type { Session } from "./session.ts";

const scheme = "amigos-render";
const uri = vscode.Uri.from({ scheme, path: "/Render.md" });

export class RenderPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly session: Session;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly watchers: vscode.Disposable[];
  private shown: vscode.Uri | undefined;
  private moment = "";
  readonly onDidChange = this.changed.event;

  constructor(session: Session) {
    this.session = session;
    this.watchers = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (!this.shown || editor?.document.languageId !== "go" || editor.document.uri.scheme !== "file") return;
        const same = vscode.Uri.joinPath(editor.document.uri, "..").toString() === vscode.Uri.joinPath(this.shown, "..").toString();
        this.shown = editor.document.uri;
        if (!same) void this.refresh();
      }),
      session.onStatus((status) => {
        const moment = `${status.network} ${status.height} ${status.at}`;
        if (!this.shown || moment === this.moment) return;
        this.moment = moment;
        void this.refresh();
      }),
      session.onDidStart(() => void this.refresh()),
    ];
  }

  async open(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "go" || document.uri.scheme !== "file") {
      void vscode.window.showInformationMessage("Amigos: open a Go file of a contract first.");
      return;
    }
    this.shown = document.uri;
    await this.refresh();
    await vscode.commands.executeCommand("markdown.showLockedPreviewToSide", uri);
  }

  /** Asks for the page again. The preview's document is closed by the editor now and then, and is opened again here. */
  private async refresh(): Promise<void> {
    if (!this.shown) return;
    this.changed.fire(uri);
    await vscode.workspace.openTextDocument(uri);
  }

  async provideTextDocumentContent(): Promise<string> {
    const client = this.session.client;
    if (!client || !this.shown) return "*the server is not running*";
    try {
      const argument = { uri: this.shown.toString(), path: "" };
      const answer = await client.sendRequest<{ text: string; package: string }>("workspace/executeCommand", { command: "amigos.render", arguments: [argument] });
      return answer.text || `*\`Render\` of \`${answer.package}\` says nothing*`;
    } catch (error) {
      return `*${error instanceof Error ? error.message : String(error)}*`;
    }
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.changed.dispose();
  }
}
