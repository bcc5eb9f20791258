import { useState } from 'react'
import { useCreateToken, useRevokeToken } from '@/api/actions'
import { useTokens } from '@/api/queries'
import { t } from '@/text/en'
import { ago } from '@/text/format'
import { copy, Failed, Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

const abilities = {
  read: ['workspaces-read', 'sessions-read', 'content-read', 'content-query', 'datasets-read'],
  write: [
    'workspaces-read',
    'workspaces-write',
    'sessions-read',
    'sessions-write',
    'content-read',
    'content-write',
    'content-query',
    'datasets-read',
  ],
  all: ['*'],
}

type Ability = keyof typeof abilities

/** Tokens for other programs. A secret is shown once, right after it was made. */
export function Tokens() {
  const { data: tokens, error, refetch } = useTokens()
  const create = useCreateToken()
  const revoke = useRevokeToken()
  const [name, setName] = useState('')
  const [may, setMay] = useState<Ability>('read')
  const secret = create.data?.token

  return (
    <section>
      <h2>{t.settings.tokens}</h2>
      <p className="quiet">{t.settings.tokensHint}</p>
      {error && <Failed error={error} retry={() => void refetch()} />}
      <ul className="token-list">
        {tokens?.map((token) => (
          <li key={token.id}>
            <span className="cut">
              <strong>{token.name === undefined || token.name === '' ? token.id : token.name}</strong>
            </span>
            <span className="quiet">
              {token.lastUsedAt ? t.settings.tokenUsed(ago(token.lastUsedAt)) : t.settings.tokenNever}
            </span>
            <button
              type="button"
              className="button plain danger"
              onClick={() =>
                revoke.mutate(token.id, {
                  onSuccess: () => toast(t.settings.tokenRevoked),
                  onError: (error) => toast(sentence(error), { kind: 'bad' }),
                })
              }
            >
              {t.settings.tokenRevoke}
            </button>
          </li>
        ))}
      </ul>
      {secret !== undefined && (
        <Notice
          title={t.settings.tokenOnce}
          actions={
            <button type="button" className="button primary" onClick={() => void copy(secret)}>
              {t.common.copy}
            </button>
          }
        >
          <code className="secret">{secret}</code>
        </Notice>
      )}
      <form
        className="token-form"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate(
            { name: name.trim(), abilities: abilities[may] },
            { onSuccess: () => setName(''), onError: (error) => toast(sentence(error), { kind: 'bad' }) },
          )
        }}
      >
        <input
          className="field"
          aria-label={t.settings.tokenName}
          placeholder={t.settings.tokenName}
          value={name}
          maxLength={255}
          onChange={(event) => setName(event.target.value)}
        />
        <select
          className="field"
          aria-label={t.settings.abilities}
          value={may}
          onChange={(event) => setMay(event.target.value as Ability)}
        >
          {(Object.entries(t.settings.ability) as [Ability, string][]).map(([each, label]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </select>
        <button type="submit" className="button" disabled={name.trim() === '' || create.isPending}>
          {t.settings.tokenCreate}
        </button>
      </form>
    </section>
  )
}
