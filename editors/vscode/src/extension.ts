// The extension: it finds the server, starts it for documents that belong to a contract, and shows what it says.
// Everything that knows about contracts is in the server. Read `scope.ts` (for which documents) and `session.ts` next.
import * as vscode from "vscode";
import { registerCommands } from "./commands.ts";
import { VirtualDocuments } from "./documents.ts";
import { Lines } from "./lines.ts";
import { Scope } from "./scope.ts";
import { RenderPreview } from "./render.ts";
import { Replay } from "./replay.ts";
import { Session } from "./session.ts";
import { SimulationView } from "./simulation.ts";
import { StateExplorer } from "./state.ts";
import { Tasks } from "./tasks.ts";
import { Tests } from "./tests.ts";
import { WatchList } from "./watch.ts";

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const scope = new Scope();
  const current = new Session(context, scope);
  session = current;
  context.subscriptions.push(scope, current);
  const lines = new Lines();
  const views = { lines, render: new RenderPreview(current), simulation: new SimulationView(current, lines), state: new StateExplorer(current), replay: new Replay(current), watched: new WatchList(current, context.workspaceState) };
  context.subscriptions.push(lines, views.render, views.simulation, views.state, views.replay, views.watched, new Tests(current, lines), vscode.tasks.registerTaskProvider("amigos", new Tasks(current)));
  registerCommands(context, current, views);
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider("amigos", new VirtualDocuments(() => current.client)),
    scope.onDidChange(() => void current.restart()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (["amigos.server.path", "amigos.diagnostics.pull"].some((name) => event.affectsConfiguration(name))) void current.restart();
    }),
  );
  await scope.start();
  mentionOtherServer(context, current, scope);
}

export async function deactivate(): Promise<void> {
  await session?.end();
}

/** Another Go server does not know the chain and reports errors about it: say so, once. */
function mentionOtherServer(context: vscode.ExtensionContext, current: Session, scope: Scope): void {
  const told = "toldOfGoExtension";
  if (scope.isEmpty || !vscode.extensions.getExtension("golang.go")) return;
  const text = "the Go extension is installed too: its server does not know `msg`, `amigos` and imports of the hub, and reports errors there";
  current.log.warn(text);
  if (context.globalState.get(told)) return;
  void context.globalState.update(told, true);
  void vscode.window.showInformationMessage(`Amigos: ${text}. You can disable it for this workspace.`);
}
