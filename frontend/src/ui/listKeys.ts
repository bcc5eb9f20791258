/**
 * Arrow keys in a list of controls marked with data-row: down and up move, Home and End jump, Space previews. Tab
 * leaves the list. The list keeps no state of its own: the focused row is the position.
 */
import type { KeyboardEvent } from 'react'

interface Options {
  onSpace?: (row: HTMLElement) => void
  onLeave?: () => void
}

export function listKeys({ onSpace, onLeave }: Options = {}) {
  return (event: KeyboardEvent<HTMLElement>) => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-row]')
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
    const at = rows.indexOf(row)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      if (to < 0) onLeave?.()
      else rows[Math.min(to, rows.length - 1)]?.focus()
    } else if (event.key === ' ' && onSpace) {
      event.preventDefault()
      onSpace(row)
    }
  }
}
