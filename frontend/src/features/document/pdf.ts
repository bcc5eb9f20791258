/** pdf.js, loaded when the first PDF is opened, with the decoders and fonts that the build lays beside the page. */
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import { original } from '@/api/original'

const load = async () => {
  // The legacy build also runs in the webviews of older systems.
  const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs')
  pdfjs.GlobalWorkerOptions.workerSrc = workerUrl
  return pdfjs
}
let library: ReturnType<typeof load> | undefined

export function pdfjs() {
  library ??= load()
  return library
}

export interface OpenPdf {
  document: PDFDocumentProxy
  /** Width and height of the first page in points: the guess for all others. */
  width: number
  height: number
  close: () => void
}

export async function openPdf(id: string): Promise<OpenPdf> {
  const { getDocument } = await pdfjs()
  const task = getDocument({
    ...original(id),
    cMapUrl: '/pdfjs/cmaps/',
    cMapPacked: true,
    standardFontDataUrl: '/pdfjs/standard_fonts/',
    wasmUrl: '/pdfjs/wasm/',
    iccUrl: '/pdfjs/iccs/',
    isEvalSupported: false,
    enableXfa: false,
    // Ranges are read as they are needed; the rest of a large file is never fetched.
    disableAutoFetch: true,
    disableStream: true,
    verbosity: 0,
  })
  const document = await task.promise
  const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 })
  return { document, width, height, close: () => void task.destroy() }
}

/** The strings of a page's text layer, in the order of its elements. */
export async function pageStrings(page: PDFPageProxy): Promise<string[]> {
  const { items } = await page.getTextContent()
  return items.flatMap((item) => ('str' in item ? [item.str] : []))
}
