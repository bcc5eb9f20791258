import './choice.css'

/** One of a few, shown side by side. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onChoose,
  children,
}: {
  label: string
  options: Record<Value, string>
  value: Value
  onChoose: (value: Value) => void
  /** What stands beside it: what the choice means. */
  children?: React.ReactNode
}) {
  return (
    <fieldset className="choice">
      <legend>{label}</legend>
      <div className="segments">
        {(Object.entries(options) as [Value, string][]).map(([each, name]) => (
          <label key={each}>
            <input type="radio" name={label} checked={each === value} onChange={() => onChoose(each)} />
            <span>{name}</span>
          </label>
        ))}
      </div>
      {children}
    </fieldset>
  )
}
