/** An answer's text, split into words and the citations that stand between them as 【0】, 【1】 … */
export type ResponsePart = { text: string } | { cite: number }

export function splitResponse(response: string): ResponsePart[][] {
  return response
    .split(/\n{2,}/)
    .map((paragraph) => parts(paragraph.trim()))
    .filter((paragraph) => paragraph.length > 0)
}

function parts(paragraph: string): ResponsePart[] {
  const found: ResponsePart[] = []
  let at = 0
  for (const match of paragraph.matchAll(/\s*【(\d+)】/g)) {
    if (match.index > at) found.push({ text: withoutMarker(paragraph.slice(at, match.index)) })
    found.push({ cite: Number(match[1]) })
    at = match.index + match[0].length
  }
  if (at < paragraph.length) found.push({ text: withoutMarker(paragraph.slice(at)) })
  return found
}

/** A quoted list item keeps its sentence and loses its dash. */
function withoutMarker(text: string): string {
  return text.replace(/^(\s*)[-*•]\s+/, '$1')
}
