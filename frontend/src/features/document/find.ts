/** Finding words in the pages of a document, letter case and accents ignored. */
import type { Page, Span } from '@/api/types'

export interface Found extends Span {
  page: number
}

const MOST = 1000

/** Every place of what is sought, in reading order. Offsets are code points. */
export function findIn(pages: Page[], sought: string): Found[] {
  const needle = fold(sought.trim())
  if (needle.length === 0) return []
  const found: Found[] = []
  for (const { number, text } of [...pages].sort((a, b) => a.number - b.number)) {
    const hay = fold(text)
    for (let at = 0; at + needle.length <= hay.length && found.length < MOST; at++) {
      if (needle.every((character, i) => hay[at + i] === character)) {
        found.push({ page: number, start: at, end: at + needle.length })
        at += needle.length - 1
      }
    }
  }
  return found
}

/** One folded character for each code point, so that offsets stay. */
function fold(text: string): string[] {
  return Array.from(text, (point) => {
    if (/\s/.test(point)) return ' '
    const plain = point.normalize('NFD').replace(/\p{M}/gu, '')
    return (plain === '' ? point : plain).toLowerCase()
  })
}
