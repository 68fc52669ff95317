// What each line cost in the last execution that was looked at: dim text at the ends of the lines, until they are edited.
import * as vscode from "vscode";
import { grouped } from "./text.ts";

/** A line of a file (from 0), its gas, and how often it was reached. */
export interface LineCost {
  uri: string;
  line: number;
  gas: number;
  hits: number;
}

export class Lines implements vscode.Disposable {
  private readonly look = vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor("editorInlayHint.foreground"), margin: "0 1em 0 2em" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly watchers: vscode.Disposable[];
  private readonly costs = new Map<string, LineCost[]>();

  constructor() {
    this.watchers = [
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && this.costs.delete(document.uri.toString())) this.draw();
      }),
    ];
  }

  /** Shows these costs and forgets those before. */
  show(costs: LineCost[]): void {
    this.costs.clear();
    for (const cost of costs) {
      const key = vscode.Uri.parse(cost.uri).toString();
      this.costs.set(key, [...(this.costs.get(key) ?? []), cost]);
    }
    void vscode.commands.executeCommand("setContext", "amigos.linesShown", costs.length > 0);
    this.draw();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const costs = (this.costs.get(document.uri.toString()) ?? []).filter((cost) => cost.line < document.lineCount && (cost.gas > 0 || cost.hits > 0));
      editor.setDecorations(
        this.look,
        costs.map((cost) => ({
          range: document.lineAt(cost.line).range,
          renderOptions: { after: { contentText: costText(cost) } },
        })),
      );
    }
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.look.dispose();
  }
}

/** `gas 1,242`, `gas 310 · 4 times`. */
function costText({ gas, hits }: LineCost): string {
  return `gas ${grouped(gas)}${hits > 1 ? ` · ${grouped(hits)} times` : ""}`;
}
