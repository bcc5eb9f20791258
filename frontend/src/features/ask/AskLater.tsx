import { useQuestions, useKeepQuestion } from '@/api/sync'
import { useStatus } from '@/api/queries'
import { t } from '@/text/en'
import { ago } from '@/text/format'
import { useChoices } from '@/ui/settings'
import { Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** For a question that this device cannot decide: the remote answers too, once it can be reached, beside what is here. */
export function AskLater({ question }: { question: string }) {
  const remote = useStatus().data?.sync[0]
  const { workspace } = useChoices()
  const keep = useKeepQuestion()
  const asked = useQuestions().data?.find(({ query, later }) => later && query === question)
  if (!remote) return null
  const theirs = asked?.answers.filter(({ here }) => !here) ?? []
  if (!asked) {
    return (
      <p>
        <button
          type="button"
          className="button"
          disabled={keep.isPending}
          onClick={() =>
            keep.mutate(
              { query: question, ...(workspace === '' ? {} : { workspaceIds: [workspace] }), later: true },
              { onError: (error) => toast(sentence(error), { kind: 'bad' }) },
            )
          }
        >
          {t.sync.later.ask}
        </button>
      </p>
    )
  }
  if (theirs.length === 0) return <Notice title={t.sync.later.waiting(remote.name)} />
  return theirs.map(({ device, at, answer }) => (
    <section key={device} className="ask-later" aria-label={t.sync.later.from(remote.name)}>
      <p className="quiet">
        {t.sync.later.from(remote.name)} · {ago(at)}
      </p>
      <div className="ask-response reading" dir="auto">
        <p>{answer.answered ? answer.response.replace(/\s*【\d+】/g, '') : t.sync.later.nothing}</p>
      </div>
      {answer.citedContent.length > 0 && (
        <p className="quiet">
          {[...new Set(answer.citedContent.map(({ fileName }) => fileName))].join(' · ')}
        </p>
      )}
    </section>
  ))
}
