import { useStatus } from '@/api/queries'
import { t } from '@/text/en'
import { Choice } from '@/ui/Choice'
import { choose, useChoices } from '@/ui/settings'
import { copy, Notice } from '@/ui/States'
import { LanguageModel } from './LanguageModel'
import { Passwords } from './Passwords'
import { Indexing } from './Indexing'
import { Scanner } from './Scanner'
import { Tokens } from './Tokens'
import { Workspaces } from './Workspaces'
import './settings.css'

/** One column, saved as one goes. */
export function Settings() {
  const { data: status } = useStatus()
  const choices = useChoices()
  return (
    <div className="screen">
      <div className="column settings">
        <header className="screen-head">
          <h1>{t.settings.title}</h1>
        </header>
        <section>
          <h2>{t.settings.look}</h2>
          <Choice
            label={t.settings.theme}
            options={t.settings.themes}
            value={choices.theme}
            onChoose={(theme) => choose({ theme })}
          />
          <Choice
            label={t.settings.reading}
            options={t.settings.readings}
            value={choices.reading}
            onChoose={(reading) => choose({ reading })}
          />
        </section>
        {status && (
          <>
            <Indexing indexing={status.indexing} />
            <section>
              <h2>{t.settings.model}</h2>
              {status.model.error || status.model.name === '' ? (
                <Notice kind="warn" title={t.settings.modelNone}>
                  {status.model.error}
                </Notice>
              ) : (
                <div className="setting">
                  <span>{t.settings.modelName}</span>
                  <span>
                    <strong>{status.model.name}</strong>
                    <span className="quiet block">{t.settings.modelDimensions(status.model.dimensions)}</span>
                  </span>
                </div>
              )}
            </section>
            <section>
              <h2>{t.settings.data}</h2>
              <div className="setting">
                <span>{t.settings.dataDir}</span>
                <span className="setting-path">
                  <code>{status.dataDir}</code>
                  <button type="button" className="link" onClick={() => void copy(status.dataDir)}>
                    {t.common.copy}
                  </button>
                </span>
              </div>
              <div className="setting">
                <span>{t.settings.version}</span>
                <span>{status.version}</span>
              </div>
            </section>
          </>
        )}
        <LanguageModel />
        <Passwords />
        <Scanner />
        <Tokens />
        <Workspaces />
      </div>
    </div>
  )
}
