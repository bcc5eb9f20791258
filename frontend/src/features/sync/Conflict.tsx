import { ArrowLeft, Check, CopyPlus } from 'lucide-react'
import { useMemo } from 'react'
import { useConflict, useResolve } from '@/api/sync'
import type { Conflict as Conflicting, ConflictVersion } from '@/api/types'
import { ApiError } from '@/api/client'
import { back } from '@/navigation/route'
import { t } from '@/text/en'
import { ago, bytes } from '@/text/format'
import { Failed, Notice, sentence, Skeletons } from '@/ui/States'
import { toast } from '@/ui/toast'
import { differences, type Stretch } from './differences'

const leave = () => back({ name: 'sync' })

/** Two versions side by side with what differs, and the choice between them. */
export function Conflict({ id }: { id: string }) {
  const { data, error, refetch } = useConflict(id)
  const gone = error instanceof ApiError && error.code === 'not_found'
  return (
    <div className="screen">
      <div className="column wide sync">
        <button type="button" className="link sync-back" onClick={leave}>
          <ArrowLeft size={15} aria-hidden /> {t.sync.conflict.back}
        </button>
        {gone ? (
          <Notice title={t.sync.conflict.gone} />
        ) : error && !data ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : data ? (
          <Versions conflict={data} />
        ) : (
          <Skeletons lines={8} height={18} />
        )}
      </div>
    </div>
  )
}

function Versions({ conflict }: { conflict: Conflicting }) {
  const { contentId, fileName, versions } = conflict
  const resolve = useResolve(() => {
    toast(t.sync.conflict.resolved(fileName))
    leave()
  })
  const seen = versions.map(({ device, counter }) => ({ device, counter }))
  const decide = (resolution: { keep: 'version' | 'both'; version?: { device: string; counter: number } }) =>
    resolve.mutate(
      { id: contentId, seen, ...resolution },
      { onError: (error) => toast(sentence(error), { kind: 'bad' }) },
    )
  const first = versions[0]
  const texts = useMemo(
    () => versions.map(({ text }) => differences(first?.text ?? '', text)),
    [versions, first?.text],
  )
  const readable = versions.every(({ text }) => text !== '')
  const same = readable && versions.every(({ text }) => text === first?.text)
  return (
    <>
      <header className="screen-head">
        <div>
          <h1 dir="auto">
            {versions.length === 2
              ? t.sync.conflict.title(fileName)
              : t.sync.conflict.many(fileName, versions.length)}
          </h1>
          <p>{t.sync.conflict.hint}</p>
        </div>
        <button
          type="button"
          className="button"
          disabled={resolve.isPending}
          title={t.sync.conflict.both}
          onClick={() => decide({ keep: 'both' })}
        >
          <CopyPlus size={15} aria-hidden /> {t.sync.conflict.keepBoth}
        </button>
      </header>
      {same && <Notice title={t.sync.conflict.same} />}
      <div className="sync-versions">
        {versions.map((version, i) => (
          <Version
            key={`${version.device}.${version.counter}`}
            version={version}
            // What stands in the first only is marked there, what stands in another only is marked in that.
            stretches={i === 0 ? (texts[1]?.left ?? []) : (texts[i]?.right ?? [])}
            action={i === 0 ? t.sync.conflict.keepThis : t.sync.conflict.keepThat}
            disabled={resolve.isPending}
            onKeep={() =>
              decide({ keep: 'version', version: { device: version.device, counter: version.counter } })
            }
          />
        ))}
      </div>
    </>
  )
}

function Version({
  version,
  stretches,
  action,
  disabled,
  onKeep,
}: {
  version: ConflictVersion
  stretches: Stretch[]
  action: string
  disabled: boolean
  onKeep: () => void
}) {
  const { own, writtenAt, size, here, answers, text } = version
  const title = own ? t.sync.conflict.here : t.sync.conflict.there
  return (
    <article className="card sync-version" aria-label={`${title}, ${ago(writtenAt)}`}>
      <header className="card-head">
        <div className="card-title">
          <h2>{title}</h2>
          <p className="quiet tabular">
            {ago(writtenAt)}
            {size >= 0 && ` · ${bytes(size)}`}
            {answers && ` · ${t.sync.conflict.answers}`}
          </p>
        </div>
        <button type="button" className="button primary" disabled={disabled} onClick={onKeep}>
          <Check size={15} aria-hidden /> {action}
        </button>
      </header>
      {text === '' ? (
        <p className="quiet">{here ? t.sync.conflict.unreadable : t.sync.conflict.absent}</p>
      ) : (
        <div className="sync-text reading" dir="auto" tabIndex={0} role="region" aria-label={title}>
          {stretches.map(({ text, only }, i) =>
            only ? <mark key={i}>{text}</mark> : <span key={i}>{text}</span>,
          )}
        </div>
      )}
    </article>
  )
}
