/** What a person chose for this device's screens, kept in the browser's own storage. */
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

export interface Choices {
  theme: Theme
  rail: 'narrow' | 'wide'
  reading: 'small' | 'medium' | 'large'
  /** Id of the workspace to search and ask; empty means all of them. */
  workspace: string
}

const KEY = 'sheaf.choices'
const defaults: Choices = { theme: 'system', rail: 'narrow', reading: 'medium', workspace: '' }
const listeners = new Set<() => void>()
let current = load()

function load(): Choices {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choices>) }
  } catch {
    return defaults
  }
}

export function useChoices(): Choices {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}

export function choose(change: Partial<Choices>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // A browser that refuses storage still gets the choice until the page closes.
  }
  apply()
  listeners.forEach((listener) => listener())
}

const dark = () => window.matchMedia('(prefers-color-scheme: dark)')

export function resolvedTheme(): 'light' | 'dark' {
  if (current.theme !== 'system') return current.theme
  return dark().matches ? 'dark' : 'light'
}

function apply(): void {
  document.documentElement.dataset['theme'] = resolvedTheme()
  document.documentElement.dataset['reading'] = current.reading
}

/** Applies the choices to the page and follows the system's theme from then on. */
export function startTheme(): void {
  apply()
  dark().addEventListener('change', apply)
}
