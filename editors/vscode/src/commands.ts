// The palette's commands. They ask the server and show what it answers.
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Lines, LineCost } from "./lines.ts";
import { look, lookAtHeight } from "./heights.ts";
import { selectNetwork } from "./networks.ts";
import type { RenderPreview } from "./render.ts";
import type { Replay } from "./replay.ts";
import { outputOf } from "./server.ts";
import type { Session } from "./session.ts";
import type { SimulationView } from "./simulation.ts";
import type { StateExplorer } from "./state.ts";
import { inTerminal, newContract } from "./terminal.ts";
import { grouped, splitLiterals } from "./text.ts";
import type { WatchList } from "./watch.ts";

export interface Views {
  lines: Lines;
  render: RenderPreview;
  simulation: SimulationView;
  state: StateExplorer;
  replay: Replay;
  watched: WatchList;
}

interface SimulateArguments {
  uri: string;
  function: string;
  args?: string[];
  from?: string;
}

export function registerCommands(context: vscode.ExtensionContext, session: Session, views: Views): void {
  const register = (name: string, run: (...args: never[]) => unknown) => context.subscriptions.push(vscode.commands.registerCommand(name, run));
  register("amigos.restart", () => session.restart());
  register("amigos.showLogs", () => session.log.show());
  register("amigos.openDocs", () => vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.joinPath(context.extensionUri, "README.md")));
  register("amigos.simulateAtCursor", () => simulateAtCursor("amigos.simulate"));
  register("amigos.showGasPerLine", () => withClient(session, (client) => gasPerLine(client, views.lines)));
  register("amigos.hideGasPerLine", () => views.lines.show([]));
  register("amigos.showGas", () => ofPackage("amigos.gas"));
  register("amigos.explain", () => explain(session));
  register("amigos.showState", () => ofPackage("amigos.state"));
  register("amigos.selectNetwork", () => selectNetwork(session));
  register("amigos.lookAtHeight", () => lookAtHeight(session));
  register("amigos.lookAtNewest", () => look(session));
  register("amigos.runExamples", () => examplesAtCursor());
  register("amigos.replayCalls", () => views.replay.run());
  register("amigos.watchVariable", (node?: Parameters<WatchList["add"]>[0]) => views.watched.add(node));
  register("amigos.stopWatching", (node?: Parameters<WatchList["remove"]>[0]) => views.watched.remove(node));
  register("amigos.menu", () => menu(session));
  register("amigos.openRender", () => views.render.open());
  register("amigos.openSimulation", () => openSimulation(views.simulation));
  register("amigos.refreshState", () => views.state.refresh());
  register("amigos.newContract", () => newContract(session));
  register("amigos.deployPackage", () => ofPackage("amigos.deploy"));
  register("amigos.runTests", () => vscode.commands.executeCommand("testing.runCurrentFile"));
  register("amigos.openWalkthrough", () => vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#amigos.start`, false));
  register("amigos.startHub", () => inTerminal(session, { cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ".", command: ["amigos", "doctor"] }, true));
  register("amigos.showReferences", (uri: string, position: Place, places: { uri: string; range: { start: Place; end: Place } }[]) => showReferences(uri, position, places));
}

async function withClient(session: Session, use: (client: LanguageClient) => Promise<void>): Promise<void> {
  if (session.client) await use(session.client);
  else void vscode.window.showWarningMessage("Amigos: the server is not running.");
}

async function execute<T>(client: LanguageClient, command: string, ...args: unknown[]): Promise<T> {
  return client.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
}

/** The lens with a command at or above the cursor. */
async function lensAbove(command: string): Promise<vscode.CodeLens | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const lenses = (await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", editor.document.uri, 1000)) ?? [];
  const line = editor.selection.active.line;
  return lenses
    .filter((lens) => lens.command?.command === command && lens.range.start.line <= line)
    .sort((a, b) => b.range.start.line - a.range.start.line)[0];
}

/** Runs the examples of one comment at or above the cursor, each on what those before it left. */
async function examplesAtCursor(): Promise<void> {
  const lens = await lensAbove("amigos.scenario");
  if (lens?.command) await vscode.commands.executeCommand(lens.command.command, ...(lens.command.arguments ?? []));
  else void vscode.window.showInformationMessage("Amigos: no examples at or above the cursor: several lines `// Example: F(1)` in one doc comment are run together.");
}

/** The call of the lens at or above the cursor, with its arguments as the user wants them. */
async function callAtCursor(): Promise<SimulateArguments | undefined> {
  const above = await lensAbove("amigos.simulate");
  const wanted = above?.command?.arguments?.[0] as SimulateArguments | undefined;
  if (!wanted) {
    void vscode.window.showInformationMessage("Amigos: no function to simulate at or above the cursor.");
    return undefined;
  }
  const literals = await vscode.window.showInputBox({
    title: `simulate ${wanted.function}`,
    prompt: "arguments as Go literals, with commas between them",
    value: (wanted.args ?? []).join(", "),
  });
  return literals === undefined ? undefined : { ...wanted, args: splitLiterals(literals) };
}

async function simulateAtCursor(command: string): Promise<void> {
  const call = await callAtCursor();
  if (call) await vscode.commands.executeCommand(command, call);
}

/** Simulates the function at the cursor and writes what each line cost behind it. */
async function gasPerLine(client: LanguageClient, lines: Lines): Promise<void> {
  const call = await callAtCursor();
  if (!call) return;
  const outcome = await execute<{ lines?: LineCost[]; error?: string | null }>(client, "amigos.trace", call);
  lines.show(outcome.lines ?? []);
  if (outcome.error) void vscode.window.showWarningMessage(`Amigos: the call failed: ${outcome.error}`);
}

/** A command about the package of the document; what it answers is shown. */
async function ofPackage(command: string): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri) await vscode.commands.executeCommand(command, { uri: uri.toString() });
}

/** The page of the finding at the cursor, or of a code that is asked for. */
async function explain(session: Session): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const here = editor ? vscode.languages.getDiagnostics(editor.document.uri).filter((one) => one.range.start.line === editor.selection.active.line) : [];
  const codeOf = ({ code }: vscode.Diagnostic) => String(typeof code === "object" ? code.value : (code ?? ""));
  const code = here.map(codeOf).find((one) => one !== "") ?? (await vscode.window.showInputBox({ title: "explain", prompt: "a code, such as AM1003" }));
  if (!code || !session.server) return;
  await session.show("explain", await outputOf(session.server.path, ["explain", code]));
}

interface Place {
  line: number;
  character: number;
}

/** The places that a lens counted, as the editor shows references. */
async function showReferences(uri: string, at: Place, places: { uri: string; range: { start: Place; end: Place } }[]): Promise<void> {
  const position = (place: Place) => new vscode.Position(place.line, place.character);
  const locations = places.map((place) => new vscode.Location(vscode.Uri.parse(place.uri), new vscode.Range(position(place.range.start), position(place.range.end))));
  await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), position(at), locations);
}

async function openSimulation(view: SimulationView): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "go") {
    void vscode.window.showInformationMessage("Amigos: open a Go file of a contract first.");
    return;
  }
  let name: string | undefined;
  for (let line = editor.selection.active.line; line >= 0 && !name; line--) name = /^func ([A-Z]\w*)\(/.exec(editor.document.lineAt(line).text)?.[1];
  await view.open(editor.document.uri, name);
}

async function menu(session: Session): Promise<void> {
  const server = session.server;
  const items: (vscode.QuickPickItem & { command: string })[] = [
    { label: "network", description: session.status?.network ?? "", command: "amigos.selectNetwork" },
    { label: "height", description: session.status?.at ? `${grouped(session.status.at)} is looked at` : "the newest", command: "amigos.lookAtHeight" },
    { label: "restart", description: server ? `server ${server.version}` : "the server is not running", detail: server ? `${server.path} (${server.origin})` : "", command: "amigos.restart" },
    { label: "logs", description: session.status?.message ?? "", command: "amigos.showLogs" },
    { label: "documentation", command: "amigos.openDocs" },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: "amigos" });
  if (picked) await vscode.commands.executeCommand(picked.command);
}
