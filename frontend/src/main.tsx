import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/literata/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/ui.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App'
import { startTheme } from './ui/settings'

startTheme()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
