// The status item: fed by the server while it runs, by the extension while it does not.
import * as vscode from "vscode";
import { statusText, type Status } from "./text.ts";

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("amigos.status", vscode.StatusBarAlignment.Left, 10);
  private version = "";

  constructor() {
    this.item.name = "Amigos";
    this.item.command = "amigos.menu";
  }

  starting(): void {
    this.version = "";
    this.set("amigos", "starting", undefined, undefined);
  }

  /** The server runs; its first status is still to come. */
  running(version: string): void {
    this.version = version;
    this.set("amigos", "connecting to the network", undefined, undefined);
  }

  update(status: Status): void {
    const grey = status.health === "offline" ? new vscode.ThemeColor("disabledForeground") : undefined;
    const red = status.health === "error" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    // who looks back must not take what is shown for the present
    const back = typeof status.at === "number" ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.set(statusText(status) + (status.busy ? " $(sync~spin)" : ""), status.message ?? "", grey, red ?? back);
  }

  /** The server is not there, and why. */
  down(problem: string): void {
    this.set("amigos: no server", problem, undefined, new vscode.ThemeColor("statusBarItem.errorBackground"));
  }

  hide(): void {
    this.item.hide();
  }

  private set(text: string, message: string, colour: vscode.ThemeColor | undefined, background: vscode.ThemeColor | undefined): void {
    const tooltip = new vscode.MarkdownString(undefined, true);
    tooltip.isTrusted = { enabledCommands: ["amigos.selectNetwork", "amigos.lookAtHeight", "amigos.restart", "amigos.showLogs"] };
    if (message) tooltip.appendText(`${message}\n\n`);
    if (this.version) tooltip.appendText(`server ${this.version}\n\n`);
    tooltip.appendMarkdown("[network](command:amigos.selectNetwork) · [height](command:amigos.lookAtHeight) · [restart](command:amigos.restart) · [logs](command:amigos.showLogs)");
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.color = colour;
    this.item.backgroundColor = background;
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }
}
