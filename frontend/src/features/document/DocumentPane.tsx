import { ArrowLeft, ExternalLink, FolderSearch, Maximize2, PanelRight, Trash2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useDeleteContent, useRestoreContent } from '@/api/actions'
import { ApiError } from '@/api/client'
import { useContent, usePage } from '@/api/queries'
import type { Content } from '@/api/types'
import { back, go, type Place } from '@/navigation/route'
import { native } from '@/platform'
import { t } from '@/text/en'
import { CodePoints } from '@/text/codepoints'
import { Empty, Failed, Notice, sentence, Skeletons } from '@/ui/States'
import { FileIcon } from '@/ui/FileIcon'
import { IconButton } from '@/ui/IconButton'
import { PasswordForm } from '@/ui/PasswordForm'
import { toast } from '@/ui/toast'
import { Details } from './Details'
import { PdfView } from './PdfView'
import { TextView } from './TextView'
import './document.css'

interface Props {
  place: Place
  /** The document is the whole screen, not beside a list. */
  full?: boolean
  onClose?: () => void
}

/** A document at a place: its pages, or its text, with the place marked. */
export function DocumentPane({ place, full = false, onClose }: Props) {
  const { data: content, error, isPending, refetch } = useContent(place.id)
  const [details, setDetails] = useState(false)
  const [chosen, setChosen] = useState<'pages' | 'text' | null>(null)
  const [broken, setBroken] = useState('')
  const close = onClose ?? (() => back({ name: 'library' }))

  useEffect(() => {
    if (full) return
    const key = (event: KeyboardEvent) => {
      if (
        event.key === 'Escape' &&
        !event.defaultPrevented &&
        !(event.target as HTMLElement).closest('input')
      )
        close()
    }
    window.addEventListener('keydown', key)
    return () => window.removeEventListener('keydown', key)
  })

  const pdf = content?.fileFormat === 'application/pdf' && broken === ''
  const mode = pdf ? (chosen ?? 'pages') : 'text'
  return (
    <section className={`document${full ? ' full' : ''}`} aria-label={content?.fileName ?? t.common.loading}>
      <header className="document-head">
        {full && (
          <IconButton label={t.common.back} onClick={close}>
            <ArrowLeft size={17} />
          </IconButton>
        )}
        {content && (
          <>
            <FileIcon format={content.fileFormat} size={18} />
            <h2 className="cut" dir="auto" title={content.path ?? content.fileName}>
              {content.fileName}
            </h2>
            {pdf && <ModeSwitch mode={mode} onChange={setChosen} />}
            <NativeActions content={content} />
            <TakeOut content={content} onDone={close} />
            <IconButton
              label={details ? t.document.hideDetails : t.document.showDetails}
              on={details}
              onClick={() => setDetails(!details)}
            >
              <PanelRight size={17} />
            </IconButton>
          </>
        )}
        {!full && (
          <>
            <IconButton label={t.document.full} onClick={() => go({ name: 'document', place })}>
              <Maximize2 size={15} />
            </IconButton>
            <IconButton label={t.common.close} onClick={close}>
              <X size={17} />
            </IconButton>
          </>
        )}
      </header>
      <div className="document-body">
        <div className="document-view">
          {content && content.status !== 'failed' && content.pageCount > 0 && (
            <LeftOut className="document-notice" content={content} />
          )}
          {content?.needsPassword && content.status !== 'failed' && (
            <div className="password-bar">
              <PasswordForm contentId={content.contentId} />
            </div>
          )}
          {error ? (
            <div className="document-state">
              {error instanceof ApiError && error.code === 'not_found' ? (
                <Empty icon={FolderSearch} title={t.document.gone} />
              ) : (
                <Failed error={error} retry={() => void refetch()} />
              )}
            </div>
          ) : isPending ? (
            <div className="document-state">
              <Skeletons lines={12} />
            </div>
          ) : content.status === 'failed' ? (
            <div className="document-state">
              <Notice kind="warn" title={t.document.failed}>
                {content.failure}
              </Notice>
              {content.needsPassword && <PasswordForm contentId={content.contentId} />}
            </div>
          ) : content.pageCount === 0 ? (
            <div className="document-state">
              {content.extent === 'none' ? (
                <LeftOut content={content} />
              ) : (
                <Empty icon={FolderSearch} title={t.document.waiting} />
              )}
            </div>
          ) : mode === 'pages' ? (
            <Pdf content={content} place={place} onBroken={setBroken} />
          ) : (
            <TextView
              content={content}
              place={place}
              notice={broken === '' ? undefined : t.document.noOriginal}
            />
          )}
        </div>
        {details && content && <Details content={content} />}
      </div>
    </section>
  )
}

/** Says what of a document was not read, and why. Nothing when everything was. */
function LeftOut({ content, className }: { content: Content; className?: string }) {
  const { extent, warnings = [] } = content
  if (extent !== 'part' && extent !== 'none') return null
  return (
    <div className={className}>
      <Notice title={extent === 'part' ? t.document.partial : t.document.textless}>
        <ul className="left-out">
          {warnings.map((warning) => (
            <li key={warning} dir="auto">
              {warning}
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  )
}

/** The quote is read from the stored page, so that the address carries only its place. */
function Pdf({
  content,
  place,
  onBroken,
}: {
  content: Content
  place: Place
  onBroken: (why: string) => void
}) {
  const { id, page, start, end } = place
  const marked = start !== undefined && end !== undefined
  const { data } = usePage(id, page, content.sha256, marked)
  const quote = marked && data ? new CodePoints(data.text).slice(start, end) : ''
  return (
    <PdfView
      key={content.sha256}
      content={content}
      page={page}
      quote={quote}
      soft={place.found === true}
      onBroken={onBroken}
    />
  )
}

function ModeSwitch({
  mode,
  onChange,
}: {
  mode: 'pages' | 'text'
  onChange: (mode: 'pages' | 'text') => void
}) {
  return (
    <div className="segments" role="group" aria-label={t.document.view}>
      {(['pages', 'text'] as const).map((each) => (
        <button key={each} type="button" aria-pressed={mode === each} onClick={() => onChange(each)}>
          {t.document[each]}
        </button>
      ))}
    </div>
  )
}

function NativeActions({ content }: { content: Content }) {
  const window = native()
  if (!window || !content.path) return null
  const run = (act: Promise<void>) => act.catch((error: unknown) => toast(sentence(error), { kind: 'bad' }))
  return (
    <>
      <IconButton
        label={t.document.showInFolder}
        onClick={() => void run(window.ShowInFolder(content.contentId))}
      >
        <FolderSearch size={17} />
      </IconButton>
      <IconButton label={t.document.open} onClick={() => void run(window.OpenOriginal(content.contentId))}>
        <ExternalLink size={16} />
      </IconButton>
    </>
  )
}

function TakeOut({ content, onDone }: { content: Content; onDone: () => void }) {
  const take = useDeleteContent()
  const restore = useRestoreContent()
  const { contentId, fileName } = content
  return (
    <IconButton
      label={t.document.moveToTrash}
      disabled={take.isPending}
      onClick={() =>
        take.mutate(contentId, {
          onSuccess: () => {
            toast(t.document.trashed(fileName), {
              action: { label: t.common.undo, act: () => restore.mutate(contentId) },
            })
            onDone()
          },
          onError: (error) => toast(sentence(error), { kind: 'bad' }),
        })
      }
    >
      <Trash2 size={16} />
    </IconButton>
  )
}
