/** One short sentence at a time at the foot of the window, with at most one action. */
export interface ToastText {
  id: number
  text: string
  kind: 'plain' | 'bad'
  action?: { label: string; act: () => void } | undefined
}

let shown: ToastText[] = []
let next = 1
const listeners = new Set<() => void>()

export const toasts = {
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  current: () => shown,
}

function set(list: ToastText[]) {
  shown = list
  listeners.forEach((listener) => listener())
}

export function dismiss(id: number): void {
  set(shown.filter((toast) => toast.id !== id))
}

/** Sentences with an action stay longer: undo must be reachable by keyboard. */
export function toast(
  text: string,
  options: { kind?: 'plain' | 'bad'; action?: ToastText['action'] } = {},
): void {
  const id = next++
  set([...shown.slice(-2), { id, text, kind: options.kind ?? 'plain', action: options.action }])
  setTimeout(() => dismiss(id), options.action || options.kind === 'bad' ? 10_000 : 4000)
}
