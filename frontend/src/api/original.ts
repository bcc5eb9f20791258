/** Where the bytes of a document are, for readers that fetch ranges themselves (pdf.js). */
import { authorization, BASE } from './client'

export function original(id: string): { url: string; httpHeaders: Record<string, string> } {
  return { url: `${BASE}/contents/${id}/original`, httpHeaders: authorization() }
}
