// Filters the operations by words. Without this script the page shows all of them.
const field = document.getElementById('filter')
const entries = [...document.querySelectorAll('[data-words]')].map((element) => ({
  element,
  words: element.dataset.words.toLowerCase(),
}))

function filter() {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean)
  for (const { element, words } of entries) {
    element.hidden = !wanted.every((word) => words.includes(word))
  }
  for (const section of document.querySelectorAll('nav details, main .family')) {
    section.hidden = wanted.length > 0 && !section.querySelector('[data-words]:not([hidden])')
  }
}

// A link to what the filter hides shows everything again.
function reveal() {
  const target = location.hash && document.getElementById(location.hash.slice(1))
  if (target && target.hidden) {
    field.value = ''
    filter()
    target.scrollIntoView()
  }
}

field.hidden = false
field.addEventListener('input', filter)
addEventListener('hashchange', reveal)
addEventListener('keydown', (event) => {
  if (event.key === '/' && !['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName)) {
    event.preventDefault()
    field.focus()
  }
})
