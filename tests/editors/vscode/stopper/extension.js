// A debugger for tests: `launch` names a program, a line and the values of variables; it stops there and knows them.
const vscode = require("vscode");

class Stopper {
  constructor() {
    this.sent = new vscode.EventEmitter();
    this.onDidSendMessage = this.sent.event;
    this.number = 1;
  }

  handleMessage({ seq, command, arguments: given }) {
    const answer = (body) => this.sent.fire({ seq: this.number++, type: "response", request_seq: seq, success: true, command, body });
    const tell = (event, body) => this.sent.fire({ seq: this.number++, type: "event", event, body });
    switch (command) {
      case "initialize":
        answer({ supportsConfigurationDoneRequest: true });
        return tell("initialized");
      case "launch":
        this.launched = given;
        return answer();
      case "configurationDone":
        answer();
        return tell("stopped", { reason: "entry", threadId: 1, allThreadsStopped: true });
      case "threads":
        return answer({ threads: [{ id: 1, name: "main" }] });
      case "stackTrace":
        return answer({ stackFrames: [{ id: 1, name: "main", source: { path: this.launched.program }, line: this.launched.line, column: 1 }], totalFrames: 1 });
      case "scopes":
        return answer({ scopes: [{ name: "Locals", variablesReference: 1, expensive: false }] });
      case "variables":
        return answer({ variables: Object.entries(this.launched.values).map(([name, value]) => ({ name, value, evaluateName: name, variablesReference: 0 })) });
      case "disconnect":
      case "terminate":
        answer();
        return tell("terminated");
      default:
        return answer();
    }
  }

  dispose() {}
}

exports.activate = (context) => {
  const factory = { createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new Stopper()) };
  context.subscriptions.push(vscode.debug.registerDebugAdapterDescriptorFactory("stopper", factory));
};
