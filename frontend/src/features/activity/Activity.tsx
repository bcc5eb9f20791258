import { Activity as ActivityIcon, Check, Pause, Play } from 'lucide-react'
import { usePauseAll, useRetry } from '@/api/actions'
import { useFailureGroups, useStatus } from '@/api/queries'
import type { Status } from '@/api/types'
import { useChooseFolder } from '@/choosing/ChooseFolder'
import { t } from '@/text/en'
import { number, rate } from '@/text/format'
import { FailureList } from '@/ui/FailureList'
import { PaceChoice } from '@/ui/PaceChoice'
import { PartialList } from '@/ui/PartialList'
import { ProgressBlock } from '@/ui/ProgressBlock'
import { Empty, Failed, sentence, Skeletons } from '@/ui/States'
import { toast } from '@/ui/toast'
import { Sparkline } from './Sparkline'
import { Slow } from './Slow'
import { useRates } from './rates'
import './activity.css'

/** What is being read now, how fast, what is left, and what could not be read. */
export function Activity() {
  const { data: status, error, refetch } = useStatus()
  const { choose } = useChooseFolder()
  if (!status) {
    return (
      <div className="screen">
        <div className="column">
          {error ? <Failed error={error} retry={() => void refetch()} /> : <Skeletons />}
        </div>
      </div>
    )
  }
  const nothing = status.documents.total === 0 && status.folders.length === 0
  return (
    <div className="screen">
      <div className="column activity">
        <header className="screen-head">
          <div>
            <h1>{t.activity.title}</h1>
          </div>
          {!nothing && <PauseButton paused={status.progress.phase === 'paused'} />}
        </header>
        {nothing ? (
          <Empty icon={ActivityIcon} title={t.activity.nothing}>
            <p>{t.activity.nothingHint}</p>
            <button type="button" className="button primary" onClick={choose}>
              {t.folders.add}
            </button>
          </Empty>
        ) : (
          <>
            <Now status={status} />
            <Totals status={status} />
            <Failures status={status} />
            <Partials status={status} />
          </>
        )}
      </div>
    </div>
  )
}

function PauseButton({ paused }: { paused: boolean }) {
  const pause = usePauseAll()
  return (
    <button
      type="button"
      className="button"
      disabled={pause.isPending}
      onClick={() => pause.mutate(!paused, { onError: (error) => toast(sentence(error), { kind: 'bad' }) })}
    >
      {paused ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
      {paused ? t.activity.resume : t.activity.pause}
    </button>
  )
}

function Now({ status: { progress, indexing } }: { status: Status }) {
  const rates = useRates(progress)
  if (progress.phase === 'idle') {
    return (
      <div className="panel at-rest">
        <Check size={18} aria-hidden />
        <div>
          <strong>{t.activity.idle}</strong>
          <p className="quiet">{t.activity.idleHint}</p>
        </div>
      </div>
    )
  }
  const unit = t.activity.unit[progress.phase]
  return (
    <div className="panel">
      <ProgressBlock progress={progress} />
      {progress.phase === 'paused' && <p className="quiet">{t.activity.pausedHint}</p>}
      {unit !== undefined && progress.ratePerSec > 0 && rates.length > 5 && (
        <div className="rate">
          <Sparkline values={rates} label={t.activity.rate} />
          <span className="quiet tabular">{rate(progress.ratePerSec, unit)}</span>
        </div>
      )}
      {progress.phase === 'reading' && <Slow />}
      <PaceChoice indexing={indexing} />
    </div>
  )
}

function Totals({ status: { documents, chunks, vectors } }: { status: Status }) {
  return (
    <dl className="totals tabular">
      <div>
        <dt>{t.activity.documents}</dt>
        <dd>{number(documents.total)}</dd>
      </div>
      <div>
        <dt>{t.activity.passages}</dt>
        <dd>{number(chunks)}</dd>
      </div>
      <div>
        <dt>{t.activity.vectors}</dt>
        <dd>{number(vectors.ready)}</dd>
      </div>
    </dl>
  )
}

function Failures({ status: { documents } }: { status: Status }) {
  const retry = useRetry()
  const { data: groups } = useFailureGroups(documents.failed > 0)
  if (documents.failed === 0) return <p className="quiet">{t.activity.noFailures}</p>
  return (
    <section className="activity-failures" aria-labelledby="failures">
      <header>
        <h2 id="failures">{t.activity.failures(documents.failed)}</h2>
        <button
          type="button"
          className="button"
          disabled={retry.isPending}
          onClick={() => retry.mutate({}, { onSuccess: () => toast(t.activity.retried) })}
        >
          {t.activity.retryAll}
        </button>
      </header>
      {groups ? <FailureList groups={groups} failures={documents.failures} /> : <Skeletons lines={3} />}
    </section>
  )
}

function Partials({ status: { documents } }: { status: Status }) {
  const { partial, partials, textless } = documents
  return (
    <>
      {partial > 0 && (
        <section className="activity-failures" aria-labelledby="partials">
          <header>
            <h2 id="partials">{t.activity.partial(partial)}</h2>
          </header>
          <p className="quiet">
            {partial > partials.length ? t.activity.partialShown(partials.length) : t.activity.partialHint}
          </p>
          <PartialList partials={partials} />
        </section>
      )}
      {textless > 0 && <p className="quiet">{t.activity.textless(textless)}</p>}
    </>
  )
}
