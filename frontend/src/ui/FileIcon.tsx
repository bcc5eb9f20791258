import { File, FileCode, FileSpreadsheet, FileText, FileType, Globe, Image, Presentation } from 'lucide-react'
import { formatName } from '@/text/format'

const icons = {
  PDF: FileType,
  Text: FileText,
  Markdown: FileText,
  'Web page': Globe,
  Table: FileSpreadsheet,
  JSON: FileCode,
  Word: FileText,
  Excel: FileSpreadsheet,
  PowerPoint: Presentation,
  OpenDocument: FileText,
}

export function FileIcon({ format, size = 16 }: { format: string; size?: number }) {
  const name = formatName(format)
  const Icon =
    (icons as Record<string, typeof File | undefined>)[name] ?? (format.startsWith('image/') ? Image : File)
  return (
    <Icon
      size={size}
      strokeWidth={1.6}
      className={`file-icon is-${name.toLowerCase()}`}
      role="img"
      aria-label={name}
    />
  )
}
