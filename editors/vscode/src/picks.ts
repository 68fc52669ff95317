// Lists that people choose from and that change while they are open.
import type * as vscode from "vscode";

/** Shows a list until something is chosen; nothing if it is left. */
export function picked<T extends vscode.QuickPickItem>(box: vscode.QuickPick<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}
