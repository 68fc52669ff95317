// The state explorer: the live globals of the package that is looked at, as a tree that follows the network.
import * as vscode from "vscode";
import type { Session } from "./session.ts";
import { grouped, shortPackage, stateChildren, type StateNode } from "./text.ts";

export class StateExplorer implements vscode.TreeDataProvider<StateNode>, vscode.Disposable {
  private readonly session: Session;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<StateNode>;
  private readonly watchers: vscode.Disposable[];
  private uri: vscode.Uri | undefined;
  private shown = "";
  readonly onDidChangeTreeData = this.changed.event;

  constructor(session: Session) {
    this.session = session;
    this.view = vscode.window.createTreeView("amigos.state", { treeDataProvider: this });
    this.watchers = [
      vscode.window.onDidChangeActiveTextEditor(() => this.follow()),
      session.onDidStart(() => this.changed.fire()),
      // A new block may have changed what is shown.
      session.onStatus((status) => {
        const moment = `${status.network} ${status.height} ${status.at}`;
        if (moment === this.shown || !this.view.visible) return;
        this.shown = moment;
        this.changed.fire();
      }),
    ];
    this.follow();
  }

  private follow(): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "go" || document.uri.scheme !== "file" || document.uri.toString() === this.uri?.toString()) return;
    this.uri = document.uri;
    this.changed.fire();
  }

  refresh(): void {
    this.changed.fire();
  }

  getTreeItem(node: StateNode): vscode.TreeItem {
    const item = new vscode.TreeItem(node.label, node.children ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
    item.description = node.text;
    item.tooltip = node.type;
    item.id = node.path;
    if (node.uri) item.contextValue = "variable";
    return item;
  }

  async getChildren(node?: StateNode): Promise<StateNode[]> {
    if (node) return node.children ?? [];
    const client = this.session.client;
    if (!client || !this.uri) return [];
    try {
      const argument = { uri: this.uri.toString(), depth: 6 };
      const answer = await client.sendRequest<{ package: string; height: number; state: unknown }>("workspace/executeCommand", { command: "amigos.state", arguments: [argument] });
      const { at, height } = this.session.status ?? {};
      this.view.description = `${shortPackage(answer.package)} · height ${grouped(answer.height)}${typeof at === "number" ? ` of ${grouped(height ?? 0)}` : ""}`;
      const variables = stateChildren("", answer.state).map((variable) => ({ ...variable, uri: argument.uri }));
      this.view.message = variables.length === 0 ? "This package has no variables." : undefined;
      return variables;
    } catch (error) {
      this.view.description = "";
      this.view.message = error instanceof Error ? error.message : String(error);
      return [];
    }
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.view.dispose();
    this.changed.dispose();
  }
}
