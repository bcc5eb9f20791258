/**
 * An answer's text, split into words, the citations that stand between them as 【0】, 【1】 …, and the mark of a sentence
 * that no document bears out.
 */
export type ResponsePart = { text: string } | { cite: number } | { unborne: true }

/** A paragraph; an item is a line of a list. */
export interface ResponseParagraph {
  item: boolean
  parts: ResponsePart[]
}

export function splitResponse(response: string): ResponseParagraph[] {
  return response
    .split(/\n{2,}|\n(?=- )/)
    .map((paragraph) => ({ item: paragraph.startsWith('- '), parts: split(paragraph.trim()) }))
    .filter(({ parts }) => parts.length > 0)
}

function split(paragraph: string): ResponsePart[] {
  const found: ResponsePart[] = []
  let at = 0
  for (const match of paragraph.matchAll(/\s*(?:【(\d+)】|\(not found in the documents\))/g)) {
    if (match.index > at) found.push({ text: withoutMarker(paragraph.slice(at, match.index)) })
    found.push(match[1] === undefined ? { unborne: true } : { cite: Number(match[1]) })
    at = match.index + match[0].length
  }
  if (at < paragraph.length) found.push({ text: withoutMarker(paragraph.slice(at)) })
  return found
}

/** A quoted list item keeps its sentence and loses its dash. */
function withoutMarker(text: string): string {
  return text.replace(/^(\s*)[-*•]\s+/, '$1')
}
