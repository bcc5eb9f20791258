import { KeyRound, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { useRetry, type Retry } from '@/api/actions'
import type { Failure, FailureGroup } from '@/api/types'
import { hashOf } from '@/navigation/route'
import { t } from '@/text/en'
import { baseName } from '@/text/format'
import { IconButton } from './IconButton'
import { PasswordForm } from './PasswordForm'
import { sentence } from './States'
import { toast } from './toast'
import './failures.css'

/**
 * Documents that could not be read, by reason, each with a way to try again. Every reason is told with how many documents
 * it holds for; of the documents only the latest are named.
 */
export function FailureList({ groups, failures }: { groups: FailureGroup[]; failures: Failure[] }) {
  const retry = useRetry()
  const [asking, setAsking] = useState('') // the document whose password is being typed
  const again = (which: Retry) =>
    retry.mutate(which, {
      onSuccess: () => toast(t.activity.retried),
      onError: (error) => toast(sentence(error), { kind: 'bad' }),
    })
  return (
    <div className="failures">
      {groups.map(({ reason, documents, passing }) => {
        const named = failures.filter(({ error }) => error === reason)
        return (
          <section key={reason} aria-label={reason}>
            <header>
              <h3>
                {reason} <span className="quiet tabular">{t.common.documents(documents)}</span>
                {passing > 0 && <span className="quiet"> · {t.coverage.passing}</span>}
              </h3>
              {documents > 1 && (
                <button
                  type="button"
                  className="button plain"
                  disabled={retry.isPending}
                  onClick={() => again({ reason })}
                >
                  {t.activity.retryGroup}
                </button>
              )}
            </header>
            <ul>
              {named.map(({ contentId, path, needsPassword }) => (
                <li key={contentId}>
                  <a
                    className="cut"
                    dir="auto"
                    title={path}
                    href={hashOf({ name: 'document', place: { id: contentId, page: 1 } })}
                  >
                    {baseName(path)}
                  </a>
                  {needsPassword && (
                    <IconButton
                      label={t.password.need(baseName(path))}
                      aria-expanded={asking === contentId}
                      onClick={() => setAsking(asking === contentId ? '' : contentId)}
                    >
                      <KeyRound size={14} />
                    </IconButton>
                  )}
                  <IconButton
                    label={t.activity.retry}
                    disabled={retry.isPending}
                    onClick={() => again({ id: contentId })}
                  >
                    <RotateCw size={14} />
                  </IconButton>
                  {asking === contentId && <PasswordForm contentId={contentId} />}
                </li>
              ))}
              {named.length < documents && (
                <li className="quiet">{t.activity.more(documents - named.length)}</li>
              )}
            </ul>
          </section>
        )
      })}
    </div>
  )
}
