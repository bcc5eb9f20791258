import { useState } from 'react'
import { useSetLanguageModel, useTryLanguageModel } from '@/api/actions'
import { useLanguageModel } from '@/api/queries'
import type { LanguageModel as Model, LanguageModelChange } from '@/api/types'
import { t } from '@/text/en'
import { Failed, Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** Which language model writes answers. Nothing is kept before it is saved; trying it changes nothing. */
export function LanguageModel() {
  const { data, error, refetch } = useLanguageModel()
  return (
    <section>
      <h2>{t.settings.writer}</h2>
      <p className="quiet">{t.settings.writerHint}</p>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data && <Form key={JSON.stringify(data)} model={data} />}
    </section>
  )
}

function Form({ model }: { model: Model }) {
  const [enabled, setEnabled] = useState(model.enabled)
  const [baseUrl, setBaseUrl] = useState(model.baseUrl)
  const [name, setName] = useState(model.model)
  const [key, setKey] = useState('')
  const [contextTokens, setContextTokens] = useState(String(model.contextTokens))
  const [seconds, setSeconds] = useState(String(model.seconds))
  const save = useSetLanguageModel()
  const attempt = useTryLanguageModel()

  const change: LanguageModelChange = {
    baseUrl: baseUrl.trim(),
    model: name.trim(),
    contextTokens: Number(contextTokens),
    seconds: Number(seconds),
    ...(key === '' ? {} : { key }),
  }
  const trial = attempt.data
  return (
    <form
      className="writer"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate({ ...change, enabled }, { onSuccess: () => toast(t.settings.writerSaved) })
      }}
    >
      <label className="setting-check">
        <input type="checkbox" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
        <span>{t.settings.writerOn}</span>
      </label>
      <label className="setting">
        <span>{t.settings.writerAddress}</span>
        <span>
          <input
            className="field"
            type="url"
            placeholder="http://127.0.0.1:11434/v1"
            value={baseUrl}
            onChange={(event) => setBaseUrl(event.target.value)}
          />
          <span className="quiet block">{where(baseUrl) ?? t.settings.writerAddressHint}</span>
        </span>
      </label>
      <label className="setting">
        <span>{t.settings.writerModel}</span>
        <input
          className="field"
          list="writer-models"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id="writer-models">
          {trial?.models.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </label>
      <label className="setting">
        <span>{t.settings.writerKey}</span>
        <input
          className="field"
          type="password"
          autoComplete="off"
          placeholder={model.hasKey ? t.settings.writerKeyKept : t.settings.writerKeyNone}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      <label className="setting">
        <span>{t.settings.writerContext}</span>
        <input
          className="field short"
          type="number"
          min={1024}
          max={1048576}
          value={contextTokens}
          onChange={(event) => setContextTokens(event.target.value)}
        />
      </label>
      <label className="setting">
        <span>{t.settings.writerSeconds}</span>
        <input
          className="field short"
          type="number"
          min={1}
          max={600}
          value={seconds}
          onChange={(event) => setSeconds(event.target.value)}
        />
      </label>
      {attempt.error && <Notice kind="warn" title={sentence(attempt.error)} />}
      {save.error && <Notice kind="warn" title={sentence(save.error)} />}
      {trial && (
        <Notice
          title={
            trial.reply === ''
              ? t.settings.writerOffers(trial.models.join(', '))
              : t.settings.writerReplied(trial.reply.trim(), trial.tookMs)
          }
        />
      )}
      <div className="writer-actions">
        <button
          type="button"
          className="button"
          disabled={baseUrl.trim() === '' || attempt.isPending}
          onClick={() => attempt.mutate(change)}
        >
          {attempt.isPending ? t.settings.writerTrying : t.settings.writerTry}
        </button>
        <button type="submit" className="button primary" disabled={save.isPending}>
          {t.settings.writerSave}
        </button>
      </div>
    </form>
  )
}

/** Whether texts leave this computer; undefined for what is no address. */
function where(address: string): string | undefined {
  try {
    const { hostname, host } = new URL(address)
    const local = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
    return local ? t.settings.writerLocal : t.settings.writerAway(host)
  } catch {
    return undefined
  }
}
