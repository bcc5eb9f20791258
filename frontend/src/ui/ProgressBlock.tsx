import type { Progress } from '@/api/types'
import { t } from '@/text/en'
import { baseName, duration } from '@/text/format'
import './progress.css'

const titles: Record<Progress['phase'], string> = {
  idle: t.activity.idle,
  scanning: t.activity.scanning,
  reading: t.activity.reading,
  embedding: t.activity.embedding,
  paused: t.activity.paused,
}

/** What is being done now, how far it is, and an estimate only when there is an honest one. */
export function ProgressBlock({ progress }: { progress: Progress }) {
  const { phase, done, total, current, secondsLeft, problem } = progress
  const counted = total > 0 && phase !== 'scanning'
  const share = counted ? Math.min(1, done / total) : 0
  return (
    <div className="progress">
      {problem && (
        <p className="badge bad" role="alert">
          {problem}
        </p>
      )}
      <div className="progress-line">
        <strong>{titles[phase]}</strong>
        {counted && <span className="tabular">{t.activity.of(done, total)}</span>}
        {counted && phase !== 'paused' && !problem && (
          <span className="progress-left quiet">
            {secondsLeft === null ? t.activity.noEstimate : t.activity.left(duration(secondsLeft))}
          </span>
        )}
      </div>
      <div
        className={`progress-bar ${phase}`}
        role="progressbar"
        aria-label={titles[phase]}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(counted ? { 'aria-valuenow': Math.floor(share * 100) } : {})}
      >
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <p className="progress-current quiet cut" title={current ?? ''}>
        {current
          ? `${t.activity.now}: ${baseName(current)}`
          : phase === 'embedding'
            ? t.activity.embeddingHint
            : ' '}
      </p>
    </div>
  )
}
