// A language model of our own on loopback: it speaks OpenAI's chat completions and always says the same, word by word.
import { createServer } from 'node:http'
import { once } from 'node:events'

export async function writer(reply) {
  let release = () => {}
  const server = createServer((request, response) => {
    if (request.url === '/v1/models') {
      response.end(JSON.stringify({ data: [{ id: 'gardener-small' }] }))
      return
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const words = reply.split(/(?<= )/)
    const say = (word) =>
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: word } }] })}\n\n`)
    for (const word of words.slice(0, 6)) say(word)
    release = () => {
      for (const word of words.slice(6)) say(word)
      response.end('data: [DONE]\n\n')
    }
    if (!held) release()
  })
  let held = false
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    /** From now on a reply stops after a few words until finish is called. */
    hold: () => (held = true),
    finish: () => release(),
    close: () => server.close(),
  }
}
