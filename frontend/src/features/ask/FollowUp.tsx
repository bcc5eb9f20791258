import { CornerDownLeft } from 'lucide-react'
import { useState } from 'react'
import { go } from '@/navigation/route'
import { t } from '@/text/en'

export function FollowUp() {
  const [text, setText] = useState('')
  return (
    <form
      className="follow"
      onSubmit={(event) => {
        event.preventDefault()
        const question = text.trim()
        if (question === '') return
        setText('')
        go({ name: 'ask', question })
      }}
    >
      <input
        aria-label={t.ask.follow}
        placeholder={t.ask.follow}
        value={text}
        maxLength={10_000}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button plain" disabled={text.trim() === ''}>
        {t.ask.followAction}
        <CornerDownLeft size={13} aria-hidden />
      </button>
    </form>
  )
}
