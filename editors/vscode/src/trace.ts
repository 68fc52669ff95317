// The messages between editor and server in the log, as the setting `amigos.trace.server` says.
import * as vscode from "vscode";

/** The log with a level of its own: that of the setting. The client would go by the level of the log itself, which no setting of ours can change. */
export function traceChannel(log: vscode.LogOutputChannel): { channel: vscode.LogOutputChannel; watcher: vscode.Disposable } {
  const changed = new vscode.EventEmitter<vscode.LogLevel>();
  const level = () => (vscode.workspace.getConfiguration("amigos").get("trace.server", "off") === "off" ? vscode.LogLevel.Info : vscode.LogLevel.Trace);
  const channel: vscode.LogOutputChannel = {
    ...log,
    get logLevel() {
      return level();
    },
    onDidChangeLogLevel: changed.event,
    trace: (message, ...more) => log.info(message, ...more),
  };
  const settings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("amigos.trace.server")) changed.fire(level());
  });
  return { channel, watcher: vscode.Disposable.from(settings, changed) };
}
