/**
 * What stands in the box at the top. It is apart from the address because browsers limit how often an address may
 * change: the address follows when typing rests.
 */
import { useSyncExternalStore } from 'react'
import { go } from './route'

const REST_MS = 350

let text = ''
let rest: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function set(next: string) {
  text = next
  listeners.forEach((listener) => listener())
}

export function useBox(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => text,
  )
}

/** A key press: results show at once, the address follows. */
export function typeInBox(next: string): void {
  set(next)
  clearTimeout(rest)
  if (!location.hash.startsWith('#/search')) go({ name: 'search', query: next })
  else rest = setTimeout(() => go({ name: 'search', query: next }, 'replace'), REST_MS)
}

/** The address changed by other means: the box shows what it says. */
export function showInBox(next: string): void {
  clearTimeout(rest)
  if (next !== text) set(next)
}

/** Stops a change of the address that still waits, because another address was chosen. */
export function settleBox(): void {
  clearTimeout(rest)
}

export const BOX_ID = 'box'

export function focusBox(): void {
  const box = document.getElementById(BOX_ID) as HTMLInputElement | null
  box?.focus()
  box?.select()
}
