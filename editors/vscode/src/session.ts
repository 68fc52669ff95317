// The running server: started when there is something for it, restarted in order, never twice at once.
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn, State, type LanguageClientOptions, type Middleware } from "vscode-languageclient/node";
import { Results } from "./documents.ts";
import type { Scope } from "./scope.ts";
import { findServer, fits, type Server } from "./server.ts";
import { saveAsTest } from "./saved_test.ts";
import { StatusItem } from "./status.ts";
import { inTerminal, type TerminalCommand } from "./terminal.ts";
import type { Status } from "./text.ts";
import { traceChannel } from "./trace.ts";

/** What the results of the server's commands are called where it is not the command's own name. */
const resultKinds: Record<string, string> = { "amigos.simulate": "simulation" };

export class Session implements vscode.Disposable {
  readonly log = vscode.window.createOutputChannel("Amigos", { log: true });
  private readonly traced = traceChannel(this.log);
  client: LanguageClient | undefined;
  server: Server | undefined;
  status: Status | undefined;
  private readonly started = new vscode.EventEmitter<void>();
  private readonly told = new vscode.EventEmitter<Status>();
  private readonly watched = new vscode.EventEmitter<unknown>();
  /** After each start of the server. */
  readonly onDidStart = this.started.event;
  /** Each status of the server: a new height, a network that went away. */
  readonly onStatus = this.told.event;
  /** The watch list, whenever a value in it is another. */
  readonly onWatched = this.watched.event;
  private readonly item = new StatusItem();
  private readonly results = new Results();
  private readonly files = vscode.workspace.createFileSystemWatcher("**/{*.go,amigos.toml,amigos.lock}");
  private readonly context: vscode.ExtensionContext;
  private readonly scope: Scope;
  /** What is being done: starts and stops follow one another. */
  private turn: Promise<void> = Promise.resolve();
  private waiting = false;

  /** Where the extension may leave files: the workspace's own place, else everybody's. */
  get storage(): vscode.Uri {
    return this.context.storageUri ?? this.context.globalStorageUri;
  }

  /** Shows a text beside the editor. */
  async show(kind: string, text: string): Promise<void> {
    await this.results.show(kind, text);
  }

  /** Runs a command of the server; without a server it says so and gives nothing. */
  async execute<T>(command: string, argument: unknown): Promise<T | undefined> {
    if (this.client) return this.client.sendRequest<T>("workspace/executeCommand", { command, arguments: [argument] });
    void vscode.window.showWarningMessage("Amigos: the server is not running.");
    return undefined;
  }

  constructor(context: vscode.ExtensionContext, scope: Scope) {
    this.context = context;
    this.scope = scope;
  }

  /** Stops the server if it runs and starts it if there is something for it. A second wish while one waits is the same wish. */
  restart(): Promise<void> {
    if (this.waiting) return this.turn;
    this.waiting = true;
    this.turn = this.turn.then(async () => {
      this.waiting = false;
      await this.stop();
      if (!this.scope.isEmpty) await this.start();
    });
    return this.turn;
  }

  /** Ends the server, once what is being done is done. */
  async end(): Promise<void> {
    this.turn = this.turn.then(() => this.stop());
    await this.turn;
  }

  private async start(): Promise<void> {
    this.item.starting();
    try {
      const setting = vscode.workspace.getConfiguration("amigos").get<string>("server.path", "").trim();
      const server = await findServer({ environment: process.env, setting, extensionFolder: this.context.extensionPath });
      this.log.info(`server ${server.version} at ${server.path} (${server.origin})`);
      const own = String(this.context.extension.packageJSON.version);
      if (!fits(server.version, own)) this.warnOfVersion(`server ${server.version} and extension ${own} are of different releases: install both of one release`);
      const client = new LanguageClient("amigos", "Amigos", { command: server.path, args: ["lsp"] }, this.options());
      client.onNotification("amigos/status", (status: Status) => {
        this.status = status;
        this.item.update(status);
        void vscode.commands.executeCommand("setContext", "amigos.lookingBack", typeof status.at === "number");
        this.told.fire(status);
      });
      client.onNotification("amigos/watched", (list: unknown) => this.watched.fire(list));
      this.item.running(server.version);
      await client.start();
      this.client = client;
      this.server = server;
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Stopped && this.client === client) this.item.down("the server ended; `Amigos: Restart Server` starts it again");
        if (newState === State.Running) this.item.running(server.version);
      });
      await vscode.commands.executeCommand("setContext", "amigos.running", true);
      this.started.fire();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.log.error(problem);
      this.item.down(problem);
      void this.offerHelp(problem);
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.server = undefined;
    this.status = undefined;
    this.item.hide();
    await vscode.commands.executeCommand("setContext", "amigos.running", false);
    try {
      await client?.dispose(5000);
    } catch (error) {
      this.log.warn(`the server did not stop as asked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: this.scope.selector(),
      initializationOptions: JSON.parse(JSON.stringify(vscode.workspace.getConfiguration("amigos"))),
      synchronize: {
        configurationSection: "amigos",
        fileEvents: this.files,
      },
      outputChannel: this.log,
      traceOutputChannel: this.traced.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware: this.middleware(),
    };
  }

  /** Lenses and palette carry the server's own commands; what they answer has a text, which is shown. */
  private middleware(): Middleware {
    return {
      executeCommand: async (command, args, next) => {
        const title = `Amigos: ${command.replace(/^amigos\./, "")}`;
        return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async () => {
          if (command === "amigos.saveTest") return saveAsTest(this, args[0] as object);
          const result: unknown = await next(command, args);
          if (typeof result === "object" && result !== null && "terminal" in result) inTerminal(this, result.terminal as TerminalCommand);
          if (typeof result === "object" && result !== null && "text" in result && typeof result.text === "string") {
            await this.results.show(resultKinds[command] ?? command.replace(/^amigos\./, ""), result.text);
          }
          return result;
        });
      },
    };
  }

  /** The server runs all the same; what does not fit may not be there. */
  private warnOfVersion(problem: string): void {
    this.log.warn(problem);
    const logs = "Show Logs";
    void vscode.window.showWarningMessage(`Amigos: ${problem}.`, logs).then((picked) => picked && this.log.show());
  }

  private async offerHelp(problem: string): Promise<void> {
    const settings = "Open Settings";
    const logs = "Show Logs";
    const picked = await vscode.window.showErrorMessage(`Amigos: ${problem}`, settings, logs);
    if (picked === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "amigos.server.path");
    if (picked === logs) this.log.show();
  }

  dispose(): void {
    this.started.dispose();
    this.told.dispose();
    this.watched.dispose();
    this.item.dispose();
    this.results.dispose();
    this.files.dispose();
    this.traced.watcher.dispose();
    this.log.dispose();
  }
}
