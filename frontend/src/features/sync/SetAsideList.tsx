import { Download, RotateCw } from 'lucide-react'
import { useRetrySetAside } from '@/api/sync'
import type { SetAside } from '@/api/types'
import { saveOriginal } from '@/api/original'
import { t } from '@/text/en'
import { IconButton } from '@/ui/IconButton'
import { sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** What does not travel, each with its reason and a way out. */
export function SetAsideList({ remote, items }: { remote: string; items: SetAside[] }) {
  const retry = useRetrySetAside()
  const bad = (error: unknown) => toast(sentence(error), { kind: 'bad' })
  return (
    <section className="sync-aside" aria-label={t.sync.setAside(items.length)}>
      <h4>{t.sync.setAside(items.length)}</h4>
      <ul className="sync-lines">
        {items.map(({ itemId, kind, name, reason }) => (
          <li key={itemId}>
            <span className="sync-reason">
              <strong className="cut" dir="auto">
                {name === '' ? t.sync.unnamed : name}
              </strong>
              <span className="quiet">{reason}</span>
            </span>
            {kind === 'content' && (
              <IconButton
                label={`${t.sync.setAsideExport}: ${name}`}
                onClick={() => void saveOriginal(itemId, name).catch(bad)}
              >
                <Download size={14} />
              </IconButton>
            )}
            <IconButton
              label={`${t.sync.setAsideRetry}: ${name}`}
              disabled={retry.isPending}
              onClick={() => retry.mutate({ remote, item: itemId }, { onError: bad })}
            >
              <RotateCw size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  )
}
