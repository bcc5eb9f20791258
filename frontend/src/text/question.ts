/** Whether what is typed reads as a question rather than as words to look for. */
const openers = new Set(
  (
    'who whom whose what which when where why how is are was were do does did can could should would will has have ' +
    'wer was wann wo warum wie welche welcher qui que quand pourquoi comment combien quién qué cuándo dónde cómo'
  ).split(' '),
)

export function isQuestion(text: string): boolean {
  const trimmed = text.trim()
  if (/[?？؟]$/.test(trimmed)) return true
  const words = trimmed.toLowerCase().split(/\s+/)
  return words.length >= 3 && openers.has(words[0] ?? '')
}
