/** Where the bytes of a document are, for readers that fetch ranges themselves (pdf.js). */
import { authorization, BASE, send } from './client'

export function original(id: string): { url: string; httpHeaders: Record<string, string> } {
  return { url: `${BASE}/contents/${id}/original`, httpHeaders: authorization() }
}

/** Saves the bytes as a file, the way a browser saves any. A link carries no key, so the bytes are fetched first. */
export async function saveOriginal(id: string, name: string): Promise<void> {
  const address = URL.createObjectURL(await (await send(`/contents/${id}/original`)).blob())
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  URL.revokeObjectURL(address)
}
