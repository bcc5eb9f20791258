const WIDTH = 240
const HEIGHT = 32

/** A line of recent values, the newest at the right edge. */
export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const top = Math.max(...values, 1e-9)
  const step = WIDTH / Math.max(59, values.length - 1)
  const left = WIDTH - step * (values.length - 1)
  const points = values.map((value, i) => {
    const y = HEIGHT - 2 - (value / top) * (HEIGHT - 4)
    return `${(left + i * step).toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <polygon points={`${left.toFixed(1)},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline points={points.join(' ')} />
    </svg>
  )
}
