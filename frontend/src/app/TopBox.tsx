import { CornerDownLeft, Search, X } from 'lucide-react'
import { useEffect, type KeyboardEvent } from 'react'
import { BOX_ID, settleBox, showInBox, typeInBox, useBox } from '@/navigation/box'
import { go, type Route } from '@/navigation/route'
import { t } from '@/text/en'
import { isQuestion } from '@/text/question'
import { Keys } from '@/ui/Keys'

/** One box for words and questions. Words search as they are typed; a question waits for Enter. */
export function TopBox({ route }: { route: Route }) {
  const text = useBox()
  const question = isQuestion(text)
  const said = route.name === 'search' ? route.query : route.name === 'ask' ? route.question : ''
  useEffect(() => showInBox(said), [said, route.name])

  function ask() {
    if (text.trim() === '') return
    settleBox()
    go({ name: 'ask', question: text.trim() })
  }

  function key(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') {
      event.preventDefault()
      if (question || event.ctrlKey || event.metaKey) ask()
      else firstRow()?.focus()
    } else if (event.key === 'ArrowDown') {
      event.preventDefault()
      firstRow()?.focus()
    } else if (event.key === 'Escape') {
      if (text === '') event.currentTarget.blur()
      else typeInBox('')
    }
  }

  return (
    <header className="top">
      <div className={`box${question ? ' asking' : ''}`} role="search">
        <Search size={17} aria-hidden />
        <input
          id={BOX_ID}
          aria-label={t.box.label}
          placeholder={t.box.placeholder}
          value={text}
          maxLength={10_000}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          onChange={(event) => typeInBox(event.target.value)}
          onKeyDown={key}
        />
        {text === '' ? (
          <Keys keys="mod+K" />
        ) : (
          <>
            <button
              type="button"
              className="box-clear"
              aria-label={t.box.clear}
              onClick={() => typeInBox('')}
            >
              <X size={15} />
            </button>
            <button type="button" className="box-ask" onClick={ask}>
              {t.box.ask}
              <CornerDownLeft size={13} aria-hidden />
            </button>
          </>
        )}
      </div>
    </header>
  )
}

function firstRow() {
  return document.querySelector<HTMLElement>('#content [data-row]')
}
