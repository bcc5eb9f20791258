/**
 * The address after the hash and what it shows. The window serves the page from no real server path, so the hash is
 * the only place for it. Everything that Back should undo is in the address, an opened document beside a list too.
 */
import { useMemo, useSyncExternalStore } from 'react'

/** A stretch of a document: a whole page when start and end are absent. Offsets are code points. */
export interface Place {
  id: string
  page: number
  start?: number | undefined
  end?: number | undefined
  /** A whole passage that was found, not a sentence that is quoted: marked more softly. */
  found?: boolean | undefined
}

export type Route =
  | { name: 'home' }
  | { name: 'ask'; question: string; open?: Place | undefined }
  | { name: 'search'; query: string; open?: Place | undefined }
  | { name: 'document'; place: Place }
  | { name: 'library' }
  | { name: 'folders' }
  | { name: 'activity' }
  | { name: 'sync'; conflict?: string | undefined }
  | { name: 'settings' }

export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const parameters = new URLSearchParams(search)
  const text = parameters.get('q') ?? ''
  const open = parsePlace(parameters.get('open'))
  switch (path) {
    case 'ask':
      return { name: 'ask', question: text, open }
    case 'search':
      return { name: 'search', query: text, open }
    case 'document': {
      const place = parsePlace(parameters.get('at'))
      return place ? { name: 'document', place } : { name: 'home' }
    }
    case 'sync': {
      const conflict = parameters.get('conflict') ?? ''
      return { name: 'sync', ...(isId(conflict) ? { conflict } : {}) }
    }
    case 'library':
    case 'folders':
    case 'activity':
    case 'settings':
      return { name: path }
    default:
      return { name: 'home' }
  }
}

export function hashOf(route: Route): string {
  const parameters = new URLSearchParams()
  if (route.name === 'ask') parameters.set('q', route.question)
  if (route.name === 'search') parameters.set('q', route.query)
  if (route.name === 'document') parameters.set('at', formatPlace(route.place))
  if (route.name === 'sync' && route.conflict) parameters.set('conflict', route.conflict)
  if ('open' in route && route.open) parameters.set('open', formatPlace(route.open))
  const search = parameters.toString()
  return `#/${route.name === 'home' ? '' : route.name}${search === '' ? '' : `?${search}`}`
}

function formatPlace({ id, page, start, end, found }: Place): string {
  return start === undefined || end === undefined
    ? `${id}.${page}`
    : `${id}.${page}.${start}.${end}${found ? '.found' : ''}`
}

function parsePlace(text: string | null): Place | undefined {
  const [id = '', page, start, end, found] = (text ?? '').split('.')
  if (!isId(id)) return undefined
  return { id, page: count(page) || 1, start: count(start), end: count(end), found: found === 'found' }
}

const isId = (text: string) => /^[0-9a-f-]{36}$/.test(text)

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

const listeners = new Set<() => void>()
const tell = () => listeners.forEach((listener) => listener())

function listen(listener: () => void) {
  if (listeners.size === 0) window.addEventListener('popstate', tell)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', tell)
  }
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(listen, () => location.hash)
  return useMemo(() => parseRoute(hash), [hash])
}

/** Goes to a route. Replace is for addresses that change while a person types. */
export function go(route: Route, how: 'push' | 'replace' = 'push'): void {
  const hash = hashOf(route)
  if (hash === location.hash) return
  if (how === 'replace') history.replaceState(history.state, '', hash)
  else history.pushState({ inside: true }, '', hash)
  tell()
}

/** Undoes the last step, or goes to the given route when the address was opened directly. */
export function back(otherwise: Route): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back()
  else go(otherwise, 'replace')
}
