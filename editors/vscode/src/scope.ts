// Which documents the server is for: those below an `amigos.toml`, and those that import a package of the hub.
import * as vscode from "vscode";
import type { TextDocumentFilter } from "vscode-languageclient";
import { importsHub, outermost } from "./text.ts";

/** The folders that hold contracts. It tells its listener when there is one more or one fewer. */
export class Scope implements vscode.Disposable {
  private readonly manifests = new Set<string>();
  private readonly importers = new Set<string>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private started = false;
  readonly onDidChange = this.changed.event;

  /** Looks for manifests in the workspace and above the open documents; then says once that there is something, if there is. */
  async start(): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher("**/amigos.toml", false, true, false);
    this.disposables.push(
      watcher,
      watcher.onDidCreate((uri) => this.update(() => this.manifests.add(folderOf(uri)))),
      watcher.onDidDelete((uri) => this.update(() => this.manifests.delete(folderOf(uri)))),
      vscode.workspace.onDidOpenTextDocument((document) => void this.look(document)),
      vscode.workspace.onDidSaveTextDocument((document) => void this.look(document)),
    );
    for (const uri of await vscode.workspace.findFiles("**/amigos.toml", "**/node_modules/**")) this.manifests.add(folderOf(uri));
    for (const document of vscode.workspace.textDocuments) await this.look(document);
    this.started = true;
    if (!this.isEmpty) this.changed.fire();
  }

  get isEmpty(): boolean {
    return this.manifests.size === 0 && this.importers.size === 0;
  }

  /** The folders with all that is below them, and the folders whose own files count. */
  private get folders(): { below: string[]; own: string[] } {
    const below = outermost(this.manifests);
    const own = [...this.importers].filter((folder) => !below.some((root) => folder === root || folder.startsWith(`${root}/`)));
    return { below, own: own.sort() };
  }

  /** What the client offers the server: a filter for each folder, and the server's own documents. */
  selector(): TextDocumentFilter[] {
    const { below, own } = this.folders;
    const filter = (folder: string, pattern: string): TextDocumentFilter => ({
      language: "go",
      scheme: "file",
      pattern: { baseUri: vscode.Uri.file(folder).toString(), pattern },
    });
    return [
      ...below.map((folder) => filter(folder, "**/*.go")),
      ...below.map((folder) => ({ ...filter(folder, "**/amigos.toml"), language: "amigos-manifest" })),
      ...own.map((folder) => filter(folder, "*.go")),
      { language: "go", scheme: "amigos" },
    ];
  }

  private async look(document: vscode.TextDocument): Promise<void> {
    if (document.languageId !== "go" || document.uri.scheme !== "file") return;
    const manifest = await manifestAbove(document.uri);
    if (manifest) this.update(() => this.manifests.add(manifest));
    else if (importsHub(document.getText())) this.update(() => this.importers.add(folderOf(document.uri)));
  }

  /** Makes a change and says so if it made a difference to what is offered. */
  private update(change: () => void): void {
    const before = JSON.stringify(this.folders);
    change();
    if (this.started && JSON.stringify(this.folders) !== before) this.changed.fire();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}

/** The folder of a file, with `/` between its parts. */
function folderOf(uri: vscode.Uri): string {
  return vscode.Uri.joinPath(uri, "..").fsPath.replaceAll("\\", "/");
}

/** The nearest folder above a file that holds an `amigos.toml`. */
async function manifestAbove(file: vscode.Uri): Promise<string | undefined> {
  let folder = vscode.Uri.joinPath(file, "..");
  for (;;) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, "amigos.toml"));
      return folder.fsPath.replaceAll("\\", "/");
    } catch {
      const parent = vscode.Uri.joinPath(folder, "..");
      if (parent.path === folder.path) return undefined;
      folder = parent;
    }
  }
}
