// The calls of the past on the code as it stands in the editor: a view with a verdict for each.
import * as vscode from "vscode";
import type { Session } from "./session.ts";
import { grouped, shortPackage } from "./text.ts";

type Verdict = "same" | "differs" | "breaks" | "mended" | "skipped";

interface Ran {
  error?: string | null;
  gas?: number;
}

interface Call {
  height: number;
  hash: string;
  call: string;
  from: string;
  verdict: Verdict;
  reason: string;
  before?: Ran | null;
  after?: Ran | null;
}

interface Answer {
  package: string;
  calls: Call[];
  text: string;
}

const icons: Record<Verdict, [string, string | undefined]> = {
  breaks: ["error", "testing.iconFailed"],
  differs: ["warning", "problemsWarningIcon.foreground"],
  mended: ["pass-filled", "testing.iconPassed"],
  same: ["pass", "testing.iconPassed"],
  skipped: ["circle-slash", undefined],
};
const order = Object.keys(icons);

export class Replay implements vscode.TreeDataProvider<Call>, vscode.Disposable {
  private readonly session: Session;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Call>;
  private calls: Call[] = [];
  private uri: vscode.Uri | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(session: Session) {
    this.session = session;
    this.view = vscode.window.createTreeView("amigos.replayed", { treeDataProvider: this });
  }

  /** Runs the last calls of the package of the document that is looked at; in the view's own button, of the package before. */
  async run(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId === "go" && document.uri.scheme === "file") this.uri = document.uri;
    const client = this.session.client;
    if (!client || !this.uri) {
      void vscode.window.showInformationMessage("Amigos: open a Go file of a contract first.");
      return;
    }
    const request = { command: "amigos.replay", arguments: [{ uri: this.uri.toString() }] };
    try {
      const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: "Amigos: replaying past calls on this code", cancellable: true }, (_, token) =>
        client.sendRequest<Answer>("workspace/executeCommand", request, token),
      );
      this.calls = [...answer.calls].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || b.height - a.height);
      this.view.description = shortPackage(answer.package);
      this.view.message = answer.text.trimEnd().split("\n").at(-1) ?? "";
      await vscode.commands.executeCommand("setContext", "amigos.replayDone", true);
      this.changed.fire();
      await vscode.commands.executeCommand("amigos.replayed.focus");
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) void vscode.window.showWarningMessage(`Amigos: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  getTreeItem(call: Call): vscode.TreeItem {
    const item = new vscode.TreeItem(call.call.replace(/^hub\.amigos\.dev\/(?:[\w/]+\/)?/, ""));
    const [icon, colour] = icons[call.verdict];
    item.iconPath = new vscode.ThemeIcon(icon, colour ? new vscode.ThemeColor(colour) : undefined);
    item.description = [call.verdict, call.reason, gas(call)].filter(Boolean).join(" · ");
    const tooltip = new vscode.MarkdownString();
    tooltip.appendCodeblock(call.call, "go");
    tooltip.appendText(`${call.verdict}${call.reason ? `: ${call.reason}` : ""}\nfrom ${call.from} at height ${grouped(call.height)}${gas(call) ? `\n${gas(call)}` : ""}`);
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: `${call.verdict} ${call.call}` };
    return item;
  }

  getChildren(call?: Call): Call[] {
    return call ? [] : this.calls;
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }
}

/** `gas 1,240`, `gas 1,240 → 1,310`. */
function gas({ before, after }: Call): string {
  const [then, now] = [before?.gas, after?.gas];
  if (then === undefined || now === undefined) return "";
  return then === now ? `gas ${grouped(now)}` : `gas ${grouped(then)} → ${grouped(now)}`;
}
