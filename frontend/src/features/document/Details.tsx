import { useContents } from '@/api/queries'
import type { ContentDetail } from '@/api/types'
import { hashOf } from '@/navigation/route'
import { t } from '@/text/en'
import { ago, bytes, formatName, number } from '@/text/format'
import { copy } from '@/ui/States'
import { StatusBadge } from '@/ui/StateBadge'

function DocumentLink({ id, name }: { id: string; name: string }) {
  return <a href={hashOf({ name: 'document', place: { id, page: 1 } })}>{name}</a>
}

/** What came attached to a message, the messages of a mailbox, the files of an archive. */
function Contained({ id }: { id: string }) {
  const { data } = useContents({ parent: id, sort: 'name' })
  if (!data) return null
  return (
    <>
      <dt>{t.document.contains}</dt>
      <dd>
        <ul>
          {data.contents.map(({ contentId, fileName }) => (
            <li key={contentId} dir="auto">
              <DocumentLink id={contentId} name={fileName} />
            </li>
          ))}
        </ul>
      </dd>
    </>
  )
}

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}

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
        {content.parentId !== undefined && content.partOf !== undefined && (
          <>
            <dt>{t.document.liesIn}</dt>
            <dd dir="auto">
              <DocumentLink id={content.parentId} name={content.partOf} />
            </dd>
          </>
        )}
        {content.parts !== undefined && content.parts > 0 && <Contained id={content.contentId} />}
        {content.language !== undefined && (
          <>
            <dt>{t.document.language}</dt>
            <dd>{languageName(content.language)}</dd>
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
