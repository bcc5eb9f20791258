import { useState } from 'react'
import { useSetScanner, useTestScanner } from '@/api/actions'
import { useScanner } from '@/api/queries'
import type { Scanner as State, ScannerSettings } from '@/api/types'
import { t } from '@/text/en'
import { Failed, Notice, sentence } from '@/ui/States'
import { toast } from '@/ui/toast'

/** Which program looks at files before they are opened. */
export function Scanner() {
  const { data: state, error, refetch } = useScanner()
  return (
    <section>
      <h2>{t.settings.scanner}</h2>
      <p className="quiet">{t.settings.scannerHint}</p>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {state && <Form key={`${state.address} ${state.unscanned}`} state={state} />}
    </section>
  )
}

function Form({ state }: { state: State }) {
  const set = useSetScanner()
  const test = useTestScanner()
  const [address, setAddress] = useState(state.address)
  const [unscanned, setUnscanned] = useState(state.unscanned)
  const wanted: ScannerSettings = { address: address.trim(), unscanned }
  const same = wanted.address === state.address && unscanned === state.unscanned
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate(wanted, {
          onSuccess: (now) => toast(t.settings.scannerSaved(now.address !== '')),
          onError: (error) => toast(sentence(error), { kind: 'bad' }),
        })
      }}
    >
      <div className="token-form">
        <input
          className="field"
          aria-label={t.settings.scannerAddress}
          placeholder={t.settings.scannerExample}
          value={address}
          disabled={state.fixed}
          spellCheck={false}
          onChange={(event) => {
            setAddress(event.target.value)
            test.reset()
          }}
        />
        <button
          type="button"
          className="button"
          disabled={wanted.address === '' || test.isPending}
          onClick={() => test.mutate(wanted.address)}
        >
          {t.settings.scannerTest}
        </button>
        <button type="submit" className="button" disabled={state.fixed || same || set.isPending}>
          {t.settings.save}
        </button>
      </div>
      <Outcome state={state} test={test} same={same} />
      <label className="setting">
        <span>{t.settings.scannerUnscanned}</span>
        <select
          className="field"
          value={unscanned}
          disabled={state.fixed}
          onChange={(event) => setUnscanned(event.target.value as State['unscanned'])}
        >
          {Object.entries(t.settings.scannerUnscannedChoices).map(([each, label]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {state.fixed && <p className="quiet">{t.settings.scannerFixed}</p>}
    </form>
  )
}

/** What the test said, else how the scanner that is set does. */
function Outcome({
  state,
  test,
  same,
}: {
  state: State
  test: ReturnType<typeof useTestScanner>
  same: boolean
}) {
  if (test.error) return <Notice kind="warn" title={sentence(test.error)} />
  if (test.data) return <Notice title={t.settings.scannerAnswers(test.data.version)} />
  if (!same) return null
  if (state.problem !== undefined) return <Notice kind="warn" title={state.problem} />
  if (state.version !== undefined) return <p className="quiet">{t.settings.scannerAnswers(state.version)}</p>
  return null
}
