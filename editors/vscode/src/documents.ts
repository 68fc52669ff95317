// Read-only documents: results of commands, and the server's own sources (`amigos:` URIs).
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** The scheme of results, and the language that their looks are set by. */
const resultScheme = "amigos-result";

/** Shows texts of the server in a document beside the editor: one document for each kind of result. */
export class Results implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(resultScheme, this);
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async show(kind: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: resultScheme, path: `/${kind}` });
    this.texts.set(uri.toString(), text.endsWith("\n") ? text : `${text}\n`);
    this.changed.fire(uri);
    const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), resultScheme);
    const visible = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === uri.toString());
    await vscode.window.showTextDocument(document, {
      viewColumn: visible?.viewColumn ?? vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

/** Sources that the server shows without a file: fetched packages, the standard library. */
export class VirtualDocuments implements vscode.TextDocumentContentProvider {
  private readonly client: () => LanguageClient | undefined;

  constructor(client: () => LanguageClient | undefined) {
    this.client = client;
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const client = this.client();
    if (!client) throw new Error("the Amigos server is not running");
    const answer = await client.sendRequest<{ text: string }>("amigos/virtualDocument", { uri: uri.toString() }, token);
    return answer.text;
  }
}
