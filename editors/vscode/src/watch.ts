// The watch list: live variables that one wants to see all the while, with what changed in them. The server watches; the list is kept with the workspace.
import * as vscode from "vscode";
import type { Session } from "./session.ts";
import { grouped, shortPackage, type StateNode } from "./text.ts";

/** A watched variable, as the server tells it. */
interface Watched {
  package: string;
  path: string;
  height?: number;
  text?: string;
  parts?: { label: string; text: string }[];
  change?: string;
  problem?: string;
}

type Node = Watched | { label: string; text: string };

interface Answer {
  values: Watched[];
}

const key = "watched";

export class WatchList implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly session: Session;
  private readonly memory: vscode.Memento;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Node>;
  private readonly watchers: vscode.Disposable[];
  private values: Watched[] = [];
  readonly onDidChangeTreeData = this.changed.event;

  constructor(session: Session, memory: vscode.Memento) {
    this.session = session;
    this.memory = memory;
    this.view = vscode.window.createTreeView("amigos.watched", { treeDataProvider: this });
    this.watchers = [session.onWatched((answer) => this.take(answer as Answer)), session.onDidStart(() => void this.restore())];
  }

  /** Watches a variable: one of the state explorer, or one of the package's that is asked for. */
  async add(node?: StateNode): Promise<void> {
    const uri = node?.uri ?? vscode.window.activeTextEditor?.document.uri.toString();
    if (!uri) return;
    const path = node?.path ?? (await this.pick(uri));
    if (path) await this.tell({ uri, path, on: true });
  }

  async remove(node?: Watched): Promise<void> {
    if (node?.path) await this.tell({ package: node.package, path: node.path, on: false });
  }

  private async pick(uri: string): Promise<string | undefined> {
    const answer = await this.session.execute<{ package: string; state: { value?: { name?: string; type?: string }[] } }>("amigos.state", { uri, depth: 1 });
    const fields = Array.isArray(answer?.state) ? (answer.state as { name?: string; type?: string }[]) : (answer?.state.value ?? []);
    const items = fields.map(({ name, type }) => ({ label: name ?? "", description: type ?? "" })).filter(({ label }) => label !== "");
    const picked = await vscode.window.showQuickPick(items, { title: "watch", placeHolder: "a variable of this package" });
    return picked?.label;
  }

  private async tell(argument: { uri?: string; package?: string; path: string; on: boolean }): Promise<void> {
    try {
      const answer = await this.session.execute<Answer>("amigos.watch", argument);
      if (!answer) return;
      this.take(answer);
      await this.memory.update(key, this.values.map(({ package: of, path }) => ({ package: of, path })));
      if (argument.on) await vscode.commands.executeCommand("amigos.watched.focus");
    } catch (error) {
      void vscode.window.showWarningMessage(`Amigos: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A server that has just started watches nothing yet. */
  private async restore(): Promise<void> {
    for (const { package: of, path } of this.memory.get<{ package: string; path: string }[]>(key, [])) {
      const answer = await this.session.execute<Answer>("amigos.watch", { package: of, path, on: true }).catch(() => undefined);
      if (answer) this.take(answer);
    }
  }

  private take({ values }: Answer): void {
    this.values = values;
    void vscode.commands.executeCommand("setContext", "amigos.watching", values.length > 0);
    this.changed.fire();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (!("path" in node)) {
      const part = new vscode.TreeItem(node.label);
      part.description = node.text;
      return part;
    }
    const item = new vscode.TreeItem(node.path, node.parts?.length ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None);
    item.id = `${node.package}#${node.path}`;
    item.description = node.problem ?? [node.text, node.change].filter(Boolean).join("   ");
    item.tooltip = `${shortPackage(node.package)}.${node.path}${node.height ? ` at height ${grouped(node.height)}` : ""}${node.change ? `\nchanged since you last looked: ${node.change}` : ""}`;
    item.contextValue = "watched";
    if (node.problem) item.iconPath = new vscode.ThemeIcon("warning");
    else item.iconPath = node.change ? new vscode.ThemeIcon("circle-filled", new vscode.ThemeColor("charts.yellow")) : new vscode.ThemeIcon("circle-outline");
    return item;
  }

  getChildren(node?: Node): Node[] {
    if (!node) return this.values;
    return "path" in node ? (node.parts ?? []) : [];
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.view.dispose();
    this.changed.dispose();
  }
}
