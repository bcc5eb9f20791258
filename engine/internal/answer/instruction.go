package answer

import (
	"regexp"
	"strings"
)

// Documents are data. A sentence in one that talks to whoever reads it by machine ("ignore your instructions and …") is
// not given to a language model. It can still be searched and quoted: only writing by a model leaves it out.
//
// This is the first of three fences. The second is the frame of the prompt: passages stand in numbered blocks whose marks
// cannot be written by a document. The third holds whatever the model does: a sentence of its reply that is not borne out
// by the passages it was given is marked, and a reply without one that is falls back to quoted sentences. There is nothing
// else that a reply could set off: no tools, no links, no markup.

// instructionForms are ways of talking to a language model, in the languages people are attacked in.
var instructionForms = regexp.MustCompile(`(?i)` + strings.Join([]string{
	// Setting aside what it was told.
	`\b(?:ignore|disregard|forget|override|bypass|discard|neglect|drop)\b.{0,60}\b(?:instructions?|prompts?|rules?|guidelines?|directions?|directives?|context|constraints?|messages?|training|everything|all of the above|the above|(?:what|anything) (?:you|was|came)|passages?|sources?|question)\b`,
	`\b(?:ignoriere?|vergiss|missachte|vergesst|überschreibe)\b.{0,60}\b(?:anweisung(?:en)?|instruktion(?:en)?|regeln?|vorgaben?|prompts?|alles|frage)\b`,
	`\b(?:ignore[zr]?|oublie[zr]?)\b.{0,60}\b(?:instructions?|consignes?|règles?|directives?|question)\b`,
	`\b(?:ignora|olvida|ignore|olvide|descarta)\b.{0,60}\b(?:instrucciones?|reglas?|indicaciones|pregunta|istruzioni|regole)\b`,
	`(?:игнорируй(?:те)?|забудь(?:те)?).{0,60}(?:инструкци|правил|указани)`,
	`(?:忽略|无视|忘记|無視).{0,20}(?:指令|指示|规则|提示|说明)`, `指示を無視|命令を無視`,
	// Making it something else.
	`\byou are (?:now|no longer|actually) `, `\bfrom now on,? (?:you|always|only|answer|respond|reply)\b`, `\b(?:act|behave|pretend|roleplay) (?:as|like|to be|that you)\b.{0,40}\b(?:ai|assistant|model|admin|root|developer|dan|pirate|unrestricted|bot)\b`,
	`\b(?:developer|debug|god|dan|jailbreak|maintenance|admin(?:istrator)?) mode\b`, `\bdu bist (?:jetzt|nun|ab sofort)\b`,
	// Naming it, its prompt or its reply.
	`\b(?:system|hidden|initial|original) (?:prompt|message|instructions?)\b`, `\b(?:new|updated|important|special|real|additional|secret) (?:instructions?|directives?|rules? for (?:the )?(?:ai|assistant|model))\b`,
	`\b(?:ai|llm|language model|assistant|chat ?bot|gpt|claude|model|copilot)s?\b.{0,50}\b(?:must|should|shall|will|has to|have to|needs? to|is (?:required|instructed|ordered|to)|are (?:required|instructed|ordered|to)|please|ignore|reply|respond|answer|output|print|say|write|summari[sz]e)\b`,
	`\b(?:attention|note|message|instructions?|to|dear|hey|hello|hi),?:? (?:all |any |the |every )?(?:ai|llm|language model|assistant|chat ?bot|gpt|claude|model|copilot)s?\b`,
	`\b(?:ki|sprachmodell|assistent)\b.{0,40}\b(?:muss|soll|antworte|schreibe|gib)\b`,
	`\bif you(?:['’]re| are) an? (?:ai|llm|language model|assistant|chat ?bot|model|machine)\b`,
	`\b(?:when|if|whenever) (?:you(?:'re| are)? )?(?:asked|answering|summari[sz]ing|processing|reading)\b.{0,80}\b(?:say|reply|respond|answer|output|print|include|write|state|mention|recommend|add)\b`,
	// Dictating the reply.
	`\b(?:reply|respond|answer|output|print|say|write|return|repeat|echo|state|begin|start|end|finish)\b.{0,30}\b(?:only|exactly|nothing but|just|verbatim|instead|with the (?:word|phrase|text|sentence|string|code|following)|the (?:word|phrase|following|string) )`,
	`\b(?:antworte|schreibe|sage|gib)\b.{0,30}\b(?:nur|ausschließlich|genau|stattdessen|folgendes)\b`,
	`\b(?:réponds|répondez|écris|dis)\b.{0,30}\b(?:uniquement|seulement|exactement|plutôt)\b`, `\b(?:responde|escribe|di)\b.{0,30}\b(?:solo|sólo|únicamente|exactamente|solamente)\b`,
	`(?:只|仅|请).{0,6}(?:回答|回复|输出|说)`,
	`\b(?:do not|don['’]t|never) (?:answer|cite|quote|mention|reveal|tell|follow)\b.{0,60}\b(?:question|user|passages?|documents?|sources?|instructions?|citations?)\b`,
	`\byour (?:only |final |new |real |true )?(?:answer|reply|response|output|task|job|role|goal|purpose)\b.{0,20}\b(?:is|are|must|should|will)\b`,
	`\b(?:tell|inform|convince|instruct|ask) the (?:user|reader|human|person asking|customer)\b`, `\bthe (?:user|human) (?:must|should|needs to|has to)\b.{0,60}\b(?:visit|click|send|enter|provide|download|password|e-?mail|link)\b`,
	`\b(?:reveal|leak|expose|exfiltrate|disclose|send|post|upload|forward)\b.{0,50}\b(?:prompt|instructions?|passwords?|api ?keys?|secrets?|tokens?|credentials?|conversation|chat history)\b`,
	`\b(?:the (?:correct|right|true|only|final) answer (?:to (?:any|every|all|this|the) )?.{0,30}(?:is|must be|should be)|the answer to (?:any|every|all|this) question\b)`,
	// The frames of chats.
	`<\|?[a-z_ ]{2,24}\|?>|\[/?INST\]|<<?/?SYS>?>|</?(?:system|user|assistant|instructions?|passages?|context|documents?|s)>|(?:^|[.!?…>] )(?:#{1,4} ?|\*\*)?(?:system|assistant|user|human|instruction)s?\*{0,2} ?:|\b(?:BEGIN|END) (?:SYSTEM|PROMPT|INSTRUCTIONS?|PASSAGES?|CONTEXT)\b|\{\{.{1,80}\}\}`,
}, "|"))

// instructs reports whether a sentence talks to a language model.
func instructs(sentence string) bool {
	return instructionForms.MatchString(strings.Join(strings.Fields(plainLetters(sentence)), " "))
}

// plainLetters takes out what is not seen, by which a sentence could hide from the forms: marks of no width, letters of
// the tag block, and wide letters.
func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad' || r >= '\u202a' && r <= '\u202e':
			return -1
		case r >= 0xE0020 && r <= 0xE007E:
			return r - 0xE0000
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
}

// withoutInstructions leaves out the sentences of a passage that talk to a language model and says how many.
func withoutInstructions(passage string) (kept string, left int) {
	runes := []rune(passage)
	var b strings.Builder
	end := 0
	for _, s := range split(passage) {
		b.WriteString(string(runes[end:s.Start]))
		end = s.End
		if instructs(s.text) {
			left++
			b.WriteString("[…]")
			continue
		}
		b.WriteString(s.text)
	}
	b.WriteString(string(runes[end:]))
	return b.String(), left
}
