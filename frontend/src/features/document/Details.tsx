import type { ContentDetail } from '@/api/types'
import { t } from '@/text/en'
import { ago, bytes, formatName, number } from '@/text/format'
import { copy } from '@/ui/States'
import { StatusBadge } from '@/ui/StateBadge'

export function Details({ content }: { content: ContentDetail }) {
  const { path } = content
  return (
    <aside className="details" aria-label={t.document.details}>
      <dl>
        <dt>{t.document.name}</dt>
        <dd dir="auto">{content.fileName}</dd>
        {content.title && (
          <>
            <dt>{t.document.title}</dt>
            <dd dir="auto">{content.title}</dd>
          </>
        )}
        <dt>{t.document.place}</dt>
        <dd dir="auto">{path ?? t.document.upload}</dd>
        <dt>{t.document.format}</dt>
        <dd>{formatName(content.fileFormat)}</dd>
        <dt>{t.document.size}</dt>
        <dd>{bytes(content.size)}</dd>
        <dt>{t.document.pageCount}</dt>
        <dd>{number(content.pageCount)}</dd>
        {content.readByOcr && (
          <>
            <dt>{t.document.ocr}</dt>
            <dd>{t.document.ocrPages(content.readByOcr)}</dd>
          </>
        )}
        <dt>{t.document.status}</dt>
        <dd>
          <StatusBadge status={content.status} />
        </dd>
        <dt>{t.document.updated}</dt>
        <dd>{ago(content.updatedAt)}</dd>
        <dt>{t.document.added}</dt>
        <dd>{ago(content.createdAt)}</dd>
        <dt>{t.document.digest}</dt>
        <dd>
          <code>{content.sha256.slice(0, 16)}…</code>
        </dd>
      </dl>
      {path && (
        <button type="button" className="button" onClick={() => void copy(path)}>
          {t.document.copyPath}
        </button>
      )}
    </aside>
  )
}
