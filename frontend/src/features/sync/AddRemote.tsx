import { useState } from 'react'
import { useAddRemote, useProbe } from '@/api/sync'
import type { RemoteProbe, RemoteSpec } from '@/api/types'
import { t } from '@/text/en'
import { Dialog } from '@/ui/Dialog'
import { Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** From an invitation to a remote: what it is, whether it really is the one, and what should be here. */
export function AddRemote({ onClose }: { onClose: () => void }) {
  const probe = useProbe()
  const add = useAddRemote()
  const [spec, setSpec] = useState<RemoteSpec>({})
  const seen = probe.data

  const look = (next: RemoteSpec) => {
    setSpec(next)
    probe.mutate(next)
  }
  if (seen && !seen.trusted) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={t.sync.adding.pinTitle}
        description={t.sync.adding.pinBody(seen.url)}
      >
        <p className="fingerprint">
          <code>{grouped(seen.fingerprint)}</code>
        </p>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t.sync.adding.pinNo}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={probe.isPending}
            onClick={() => look({ ...spec, pin: seen.fingerprint })}
          >
            {t.sync.adding.pinYes}
          </button>
        </div>
      </Dialog>
    )
  }
  if (seen?.account) {
    return (
      <ChooseWorkspaces
        probe={seen}
        error={add.error}
        busy={add.isPending}
        onClose={onClose}
        onChoose={(keep) =>
          add.mutate(keep === undefined ? spec : { ...spec, keep }, {
            onSuccess: ({ name }) => {
              toast(t.sync.adding.added(name))
              onClose()
            },
          })
        }
      />
    )
  }
  return <Where error={probe.error} busy={probe.isPending} onClose={onClose} onLook={look} />
}

/** The first step: an invitation, or an address with a token. */
function Where({
  error,
  busy,
  onClose,
  onLook,
}: {
  error: unknown
  busy: boolean
  onClose: () => void
  onLook: (spec: RemoteSpec) => void
}) {
  const [byHand, setByHand] = useState(false)
  const [invitation, setInvitation] = useState('')
  const [url, setUrl] = useState('')
  const [token, setToken] = useState('')
  const ready = byHand ? url.trim() !== '' && token.trim() !== '' : invitation.trim() !== ''
  return (
    <Dialog open onClose={onClose} title={t.sync.adding.title} description={t.sync.adding.body}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          onLook(byHand ? { url: url.trim(), token: token.trim() } : { invitation: invitation.trim() })
        }}
      >
        {byHand ? (
          <>
            <label>
              {t.sync.adding.url}
              <input
                className="field"
                type="url"
                value={url}
                placeholder={t.sync.adding.urlHint}
                spellCheck={false}
                onChange={(event) => setUrl(event.target.value)}
              />
            </label>
            <label>
              {t.sync.adding.tokenLabel}
              <input
                className="field"
                type="password"
                autoComplete="off"
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            </label>
          </>
        ) : (
          <label>
            {t.sync.adding.invitation}
            <textarea
              className="field invitation"
              rows={4}
              value={invitation}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setInvitation(event.target.value)}
            />
          </label>
        )}
        {error !== null && <p className="form-error">{sentence(error)}</p>}
        <div className="dialog-actions">
          <button type="button" className="link sync-other" onClick={() => setByHand(!byHand)}>
            {byHand ? t.sync.adding.byInvitation : t.sync.adding.byHand}
          </button>
          <button type="submit" className="button primary" disabled={!ready || busy}>
            {busy ? t.sync.adding.looking : t.sync.adding.next}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** The last step. Undefined stands for all workspaces, and those to come. */
function ChooseWorkspaces({
  probe,
  error,
  busy,
  onClose,
  onChoose,
}: {
  probe: RemoteProbe
  error: unknown
  busy: boolean
  onClose: () => void
  onChoose: (keep: string[] | undefined) => void
}) {
  const workspaces = probe.account?.workspaces ?? []
  const [all, setAll] = useState(true)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(workspaces.map(({ id }) => id)))
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.sync.adding.chooseTitle}
      description={t.sync.adding.chooseBody(probe.account?.email ?? '', new URL(probe.url).host)}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          onChoose(all ? undefined : [...chosen])
        }}
      >
        {probe.fingerprint === '' && <Notice title={t.sync.adding.open} />}
        {workspaces.length === 0 ? (
          <p>{t.sync.adding.none}</p>
        ) : (
          <fieldset className="sync-choice">
            <legend className="hidden-text">{t.sync.adding.chooseTitle}</legend>
            <label>
              <input type="radio" name="keep" checked={all} onChange={() => setAll(true)} />
              {t.sync.adding.all}
            </label>
            <label>
              <input type="radio" name="keep" checked={!all} onChange={() => setAll(false)} />
              {t.sync.adding.some}
            </label>
            <ul>
              {workspaces.map(({ id, name, role }) => (
                <li key={id}>
                  <label>
                    <input
                      type="checkbox"
                      disabled={all}
                      checked={all || chosen.has(id)}
                      onChange={() => toggle(id)}
                    />
                    <span className="cut" dir="auto">
                      {name}
                    </span>
                    <span className="quiet">{t.sync.role(role)}</span>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        )}
        {error !== null && <p className="form-error">{sentence(error)}</p>}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {t.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t.sync.adding.action}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

/** Two lines in groups of four, as people compare it. */
function grouped(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, '$1 ').replace(/^(.{39}) /, '$1\n')
}
