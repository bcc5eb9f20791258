/**
 * The key to the desk API: a bearer token that lives as long as the browser tab. The page is opened with a one-time
 * code after the hash; it is exchanged once and removed from the address. The desktop window needs no key.
 */
import { inDesktop } from '@/platform'

const KEY = 'sheaf.token'

export function token(): string | null {
  return sessionStorage.getItem(KEY)
}

export function keepToken(value: string): void {
  sessionStorage.setItem(KEY, value)
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY)
}

export function hasKey(): boolean {
  return inDesktop() || token() !== null
}

/** The one-time code of the address, removed from it. */
export function takeCode(): string | null {
  const match = /^#code=([^&]+)/.exec(location.hash)
  if (!match?.[1]) return null
  history.replaceState(null, '', location.pathname + location.search + '#/')
  return decodeURIComponent(match[1])
}
