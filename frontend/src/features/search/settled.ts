import { useEffect, useState } from 'react'

/** The value once it has rested for ms. The first one passes at once. */
export function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settled === '' ? 0 : ms)
    return () => clearTimeout(timer)
  }, [value, ms, settled])
  return settled
}
