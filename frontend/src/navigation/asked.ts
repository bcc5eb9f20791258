/** The questions of this window, newest first. They live as long as the tab and leave no trace on disk. */
const KEY = 'sheaf.asked'
const KEPT = 5

export function asked(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as string[]
  } catch {
    return []
  }
}

export function rememberAsked(question: string): void {
  sessionStorage.setItem(
    KEY,
    JSON.stringify([question, ...asked().filter((q) => q !== question)].slice(0, KEPT)),
  )
}
