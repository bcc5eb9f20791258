import { RotateCw } from 'lucide-react'
import { useRetry } from '@/api/actions'
import type { Failure } from '@/api/types'
import { hashOf } from '@/navigation/route'
import { t } from '@/text/en'
import { baseName } from '@/text/format'
import { grouped } from './grouped'
import { IconButton } from './IconButton'
import { sentence } from './States'
import { toast } from './toast'
import './failures.css'

/** Documents that could not be read, by reason, each with a way to try again. */
export function FailureList({ failures }: { failures: Failure[] }) {
  const retry = useRetry()
  return (
    <div className="failures">
      {grouped(failures, ({ error }) => error).map(([reason, list]) => (
        <section key={reason} aria-label={reason}>
          <h3>{reason}</h3>
          <ul>
            {list.map(({ contentId, path }) => (
              <li key={contentId}>
                <a
                  className="cut"
                  dir="auto"
                  title={path}
                  href={hashOf({ name: 'document', place: { id: contentId, page: 1 } })}
                >
                  {baseName(path)}
                </a>
                <IconButton
                  label={t.activity.retry}
                  disabled={retry.isPending}
                  onClick={() =>
                    retry.mutate(contentId, {
                      onSuccess: () => toast(t.activity.retried),
                      onError: (error) => toast(sentence(error), { kind: 'bad' }),
                    })
                  }
                >
                  <RotateCw size={14} />
                </IconButton>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
