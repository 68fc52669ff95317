// Looking back: hovers, hints, state, pages and simulations as of an earlier height.
import * as vscode from "vscode";
import { picked } from "./picks.ts";
import type { Session } from "./session.ts";
import { grouped } from "./text.ts";

interface Choice extends vscode.QuickPickItem {
  /** None: the newest. */
  height?: number;
}

/** Asks for a height and looks at it. */
export async function lookAtHeight(session: Session): Promise<void> {
  const newest = session.status?.height ?? 0;
  const choice = await pick(newest, session.status?.at ?? undefined);
  if (choice) await look(session, choice.height);
}

/** Looks at a height from now on; without one at the newest. */
export async function look(session: Session, height?: number): Promise<void> {
  try {
    await session.execute("amigos.height", height ? { height } : {});
  } catch (error) {
    void vscode.window.showWarningMessage(`Amigos: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function pick(newest: number, at: number | undefined): Promise<Choice | undefined> {
  const back = [1, 10, 100, 1000].filter((blocks) => blocks < newest);
  const usual: Choice[] = [
    { label: "newest", description: `${grouped(newest)}${at ? "" : " · looked at now"}` },
    ...back.map((blocks) => ({ label: blocks === 1 ? "1 block ago" : `${grouped(blocks)} blocks ago`, description: grouped(newest - blocks), height: newest - blocks })),
  ];
  const box = vscode.window.createQuickPick<Choice>();
  box.title = at ? `height: ${grouped(at)} is looked at, the newest is ${grouped(newest)}` : "height";
  box.placeholder = `a height up to ${grouped(newest)}`;
  box.items = usual;
  box.onDidChangeValue((text) => {
    const height = Number(text.replaceAll(/[\s,.]/g, ""));
    box.items = Number.isInteger(height) && height > 0 ? [{ label: `height ${grouped(height)}`, description: height > newest ? "not here yet" : "", height, alwaysShow: true }] : usual;
  });
  return picked(box);
}
