import { useHistory } from '@/api/sync'
import type { Remote, SyncEntry } from '@/api/types'
import { t } from '@/text/en'
import { bytes, clock, dayName } from '@/text/format'
import { Failed } from '@/ui/States'

/** The last weeks as a diary: one heading a day, one sentence a line. */
export function History({ remotes }: { remotes: Remote[] }) {
  const { data: days, error, refetch } = useHistory()
  const names = new Map(remotes.flatMap((r) => r.workspaces.map((w) => [w.workspaceId, w.name] as const)))
  const remoteNames = new Map(remotes.map(({ id, name }) => [id, name]))
  return (
    <section className="diary" aria-label={t.sync.history}>
      <h2>{t.sync.history}</h2>
      {error && !days && <Failed error={error} retry={() => void refetch()} />}
      {days?.length === 0 && <p className="quiet">{t.sync.historyNone}</p>}
      {days?.map(({ day, entries }) => (
        <section key={day} aria-label={dayName(day)}>
          <h3>{dayName(day)}</h3>
          <ol>
            {entries.map((entry, i) => (
              <li key={i}>
                <time className="quiet tabular" dateTime={entry.at}>
                  {clock(entry.at)}
                </time>
                <span>
                  <strong className="diary-where">
                    {names.get(entry.workspaceId ?? '') ?? remoteNames.get(entry.remoteId) ?? entry.detail}
                  </strong>{' '}
                  {line(entry)}
                </span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </section>
  )
}

function line({ kind, count, bytes: size, names, detail }: SyncEntry): string {
  const said = t.sync.entry[kind](count, t.sync.such(names, count))
  const large = size > 0 ? ` ${bytes(size)}.` : ''
  return kind === 'setAside' && detail ? `${said} ${detail}${large}` : said + large
}
