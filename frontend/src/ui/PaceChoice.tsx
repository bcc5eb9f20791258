import { useChangeIndexing } from '@/api/actions'
import type { Indexing } from '@/api/types'
import { t } from '@/text/en'
import { Choice } from './Choice'
import { sentence } from './States'
import { toast } from './toast'

/** How fast reading goes, what that means, and why it goes otherwise just now. */
export function PaceChoice({ indexing }: { indexing: Indexing }) {
  const change = useChangeIndexing()
  return (
    <Choice
      label={t.indexing.pace}
      options={t.indexing.paces}
      value={indexing.pace}
      onChoose={(pace) =>
        change.mutate({ pace }, { onError: (error) => toast(sentence(error), { kind: 'bad' }) })
      }
    >
      <p className="choice-means quiet">{t.indexing.means[indexing.pace]}</p>
      {indexing.reason && (
        <p className="choice-means badge warn" role="status">
          {indexing.reason}
        </p>
      )}
    </Choice>
  )
}
