import { Copy, MessageSquareText } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useAnswer, useDraft } from '@/api/answer'
import type { Answer, CitedContent, Hit } from '@/api/types'
import { rememberAsked } from '@/navigation/asked'
import { go, type Place, type Route } from '@/navigation/route'
import { t } from '@/text/en'
import { splitResponse } from '@/text/response'
import { IconButton } from '@/ui/IconButton'
import { listKeys } from '@/ui/listKeys'
import { Passage } from '@/ui/Passage'
import { useChoices } from '@/ui/settings'
import { copy, Empty, Failed, Notice, Skeletons } from '@/ui/States'
import { AskLater } from './AskLater'
import { Chip } from './Chip'
import { FollowUp } from './FollowUp'
import { Sources } from './Sources'
import './ask.css'

type AskRoute = Extract<Route, { name: 'ask' }>

/** A question as a heading, its answer with citations, where it stands, and what to ask next. */
export function Ask({ route }: { route: AskRoute }) {
  const { question } = route
  const { workspace } = useChoices()
  const { data, error, isPending, refetch } = useAnswer(question, workspace)
  const draft = useDraft(question, workspace)
  useEffect(() => {
    if (question !== '') rememberAsked(question)
  }, [question])

  if (question === '') {
    return (
      <div className="screen">
        <Empty icon={MessageSquareText} title={t.ask.empty} />
      </div>
    )
  }
  const open = (place: Place) => go({ ...route, open: place }, route.open ? 'replace' : 'push')
  return (
    <div className="screen">
      <article className="column ask" aria-busy={isPending}>
        <h1 dir="auto">{question}</h1>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : isPending && draft !== '' ? (
          <div className="ask-response ask-draft reading" dir="auto" aria-live="off">
            <p>{draft}</p>
            <p className="ask-mode quiet" role="status">
              {t.ask.checking}
            </p>
          </div>
        ) : isPending ? (
          <>
            <p className="hidden-text" role="status">
              {t.ask.thinking}
            </p>
            <Skeletons lines={5} height={18} />
          </>
        ) : (
          <Answered answer={data} open={route.open} onOpen={open} />
        )}
      </article>
    </div>
  )
}

function Answered({
  answer,
  open,
  onOpen,
}: {
  answer: Answer
  open: Place | undefined
  onOpen: (place: Place) => void
}) {
  const cited = answer.citedContent
  const nearest = answer.nearest
  const answered = answer.answered && answer.response !== ''
  const others = answered ? nearest.filter((hit) => !quotes(cited, hit)) : nearest
  return (
    <>
      {answer.warnings?.map((warning) => (
        <Notice key={warning} title={warning} />
      ))}
      {answered ? (
        <>
          <Response response={answer.response} cited={cited} open={open} onOpen={onOpen} />
          <p className="ask-mode quiet">
            {mode(answer.mode)}
            <IconButton label={t.ask.copy} onClick={() => void copy(plain(answer.response))}>
              <Copy size={14} />
            </IconButton>
          </p>
          <Sources cited={cited} open={open} onOpen={onOpen} />
        </>
      ) : (
        <>
          <p className="ask-nothing">{t.ask.nothing}</p>
          <AskLater question={answer.query} />
        </>
      )}
      <Nearest hits={others} unfold={!answered} open={open} onOpen={onOpen} />
      <FollowUp />
    </>
  )
}

function Response({
  response,
  cited,
  open,
  onOpen,
}: {
  response: string
  cited: CitedContent[]
  open: Place | undefined
  onOpen: (place: Place) => void
}) {
  return (
    <div className="ask-response reading" dir="auto">
      {splitResponse(response).map(({ item, parts }, i) => (
        <p key={i} className={item ? 'ask-item' : undefined}>
          {parts.map((part, j) => {
            if ('text' in part) return <span key={j}>{part.text}</span>
            if ('unborne' in part)
              return (
                <mark key={j} className="ask-unborne" title={t.ask.unborneHint}>
                  {t.ask.unborne}
                </mark>
              )
            const source = cited.find(({ citation }) => citation.number === part.cite)
            return source && <Chip key={j} source={source} open={open} onOpen={onOpen} />
          })}
        </p>
      ))}
    </div>
  )
}

function Nearest({
  hits,
  unfold,
  open,
  onOpen,
}: {
  hits: Hit[]
  unfold: boolean
  open: Place | undefined
  onOpen: (place: Place) => void
}) {
  const [asked, setAsked] = useState(false)
  if (hits.length === 0) return unfold ? <p className="quiet">{t.ask.nothingAtAll}</p> : null
  const shown = unfold || asked
  return (
    <section className="ask-nearest">
      {unfold ? (
        <p className="quiet">{t.ask.nothingHint}</p>
      ) : (
        <button type="button" className="link" aria-expanded={asked} onClick={() => setAsked(!asked)}>
          {asked ? t.ask.less : t.ask.more(hits.length)}
        </button>
      )}
      {shown && (
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the rows inside
        <div onKeyDown={listKeys({ onSpace: (row) => row.click() })}>
          {hits.map((hit) => (
            <Passage
              key={`${hit.contentId}.${hit.page}.${hit.start}`}
              hit={hit}
              withName
              active={open?.id === hit.contentId && open.page === hit.page && open.start === hit.start}
              onOpen={() =>
                onOpen({ id: hit.contentId, page: hit.page, start: hit.start, end: hit.end, found: true })
              }
            />
          ))}
        </div>
      )}
    </section>
  )
}

/** How an answer came about. */
function mode(mode: string): string {
  if (mode === 'extractive') return t.ask.extractive
  return mode === 'counted' ? t.ask.counted : t.ask.model(mode)
}

/** Whether a citation stands inside a passage, which then says nothing new. */
function quotes(cited: CitedContent[], { contentId, page, start, end }: Hit): boolean {
  return cited.some(
    ({ contentId: id, citation }) =>
      id === contentId && citation.page === page && citation.start >= start && citation.end <= end,
  )
}

/** The answer for the clipboard, its citations as ¹ ² ³. */
function plain(response: string): string {
  return response.replace(/\s*【(\d+)】/g, (_, n: string) =>
    String(Number(n) + 1).replace(/\d/g, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? digit),
  )
}
