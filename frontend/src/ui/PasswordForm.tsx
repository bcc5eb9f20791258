import { useState } from 'react'
import { useGivePassword } from '@/api/actions'
import { t } from '@/text/en'
import { sentence } from './States'
import { toast } from './toast'
import './password.css'

/** Takes the password of one document, or without an id one that is tried on every document that needs it. */
export function PasswordForm({ contentId }: { contentId?: string }) {
  const give = useGivePassword()
  const [password, setPassword] = useState('')
  const [keep, setKeep] = useState(false)
  const [everywhere, setEverywhere] = useState(contentId === undefined)
  return (
    <form
      className="password-form"
      onSubmit={(event) => {
        event.preventDefault()
        give.mutate(
          { password, keep, contentId: everywhere ? undefined : contentId },
          {
            onSuccess: () => {
              setPassword('')
              give.reset()
              toast(t.password.given)
            },
            onError: (error) => {
              give.reset()
              toast(sentence(error), { kind: 'bad' })
            },
          },
        )
      }}
    >
      <input
        className="field"
        type="password"
        autoComplete="off"
        aria-label={t.password.label}
        placeholder={t.password.label}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <button type="submit" className="button primary" disabled={password === '' || give.isPending}>
        {contentId === undefined ? t.password.add : t.password.give}
      </button>
      {contentId !== undefined && (
        <label>
          <input
            type="checkbox"
            checked={everywhere}
            onChange={(event) => setEverywhere(event.target.checked)}
          />
          {t.password.everywhere}
        </label>
      )}
      <label>
        <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
        {t.password.keep}
      </label>
      <p className="quiet">{keep ? t.password.keepHint : t.password.memoryHint}</p>
    </form>
  )
}
