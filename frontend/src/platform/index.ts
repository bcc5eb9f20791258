/** The only place that knows of the desktop window. In a browser everything here is absent and says so. */

interface NativeCalls {
  PickFolder: () => Promise<string>
  OpenOriginal: (contentId: string) => Promise<void>
  ShowInFolder: (contentId: string) => Promise<void>
}

interface WindowRuntime {
  EventsOn?: (name: string, act: (...data: unknown[]) => void) => () => void
}

declare global {
  interface Window {
    go?: { desktop?: { Native?: NativeCalls } }
    runtime?: WindowRuntime
  }
}

export function inDesktop(): boolean {
  return window.runtime !== undefined
}

/** The window's own calls, or null in a browser. */
export function native(): NativeCalls | null {
  return window.go?.desktop?.Native ?? null
}

/** What became of things dropped on the window: files are imported by then, folders are still to be asked about. */
export interface Dropped {
  folders: string[]
  imported: string[]
  /** A sentence each. */
  refused: string[]
}

/** Calls act after something was dropped on the window. Returns how to stop. */
export function onDropped(act: (dropped: Dropped) => void): () => void {
  return window.runtime?.EventsOn?.('sheaf:dropped', (dropped) => act(dropped as Dropped)) ?? (() => {})
}

/** Calls act when a second start of the program brought this window to the front. */
export function onSecondInstance(act: (detail: unknown) => void): () => void {
  return window.runtime?.EventsOn?.('sheaf:second-instance', act) ?? (() => {})
}

/** Whether shortcuts use the Command key. */
export function onApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}
