package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// askKind is `ask`: {text, answer, choices, min, max, saveTo, retries, retryText, timeout}. It waits for the contact's
// next message, and asks again if that is not a valid answer.
var askKind = kind{
	name: "ask", exits: []exit{{name: ExitTimeout}, {name: ExitInvalid}, {name: ExitFailure}},
	compile: compileAsk, declare: declareAsk, shape: ShapeWait,
	references: map[string]ReferenceKind{"saveTo.field": ReferenceField},
}

// Ask asks the contact a question and waits for the answer: the contact's next message, whatever it says, is the Answer
// of the outcome. The step decides whether it is valid, and asks again if not. Only one question may be open in a
// conversation. The outcome of a later one is ExitAgain once the first is over.
type Ask struct {
	// Text is not empty. Message returns it with the choices, of at most 10,000 characters.
	Text string
	// Choices are the possible answers, for channels that show buttons, or nil if any answer is possible.
	Choices []string
	// Repeat is 0 if the question is asked for the first time, and n after n answers that were not valid.
	Repeat int
	// Deadline is when the outcome becomes ExitTimeout. It stays the same when the question is asked again.
	Deadline time.Time
}

func (a Ask) on(host Host) (*Outcome, error) { return host.Ask(a) }

// maxAskTimeout is how long a question waits at most, counted from when it was first asked.
const maxAskTimeout = 30 * 24 * time.Hour

type askDocument struct {
	Text      phraseDocument   `json:"text"`
	Answer    string           `json:"answer"`
	Choices   []choiceDocument `json:"choices"`
	Min       any              `json:"min"`
	Max       any              `json:"max"`
	SaveTo    *saveToDocument  `json:"saveTo"`
	Retries   int              `json:"retries"`
	RetryText *phraseDocument  `json:"retryText"`
	Timeout   string           `json:"timeout"`
}

type ask struct {
	text    phrase
	retry   phrase // the text for asking again
	wants   wanted // what the question says first when it is asked again
	why     bool   // whether it says so; not if the document has a text for asking again
	choices []choice
	read    reading
	saveTo  saveTo
	retries int
	timeout time.Duration
}

func compileAsk(s *stepCompiler, body json.RawMessage) action {
	doc := askDocument{Answer: answerText, Retries: 2, Timeout: "P1D"} // unless the document says otherwise
	at := s.at.to("ask")
	s.decode(at, body, &doc)
	doc.completeBounds()
	if doc.Text.blank() {
		s.add(at.to("text"), "write the text of the question: it is empty")
	}
	compiled := &ask{text: s.phrase(at.to("text"), doc.Text), retries: doc.Retries}
	compiled.retry, compiled.wants, compiled.why = compiled.text, newWanted(doc), true
	s.needs[languageField] = struct{}{}
	if doc.RetryText != nil {
		if doc.RetryText.blank() {
			s.add(at.to("retryText"), "write the text for asking again, or leave it out: it is empty")
		}
		compiled.retry, compiled.why = s.phrase(at.to("retryText"), *doc.RetryText), false
	}
	compiled.timeout = s.timeout(at.to("timeout"), doc.Timeout, maxAskTimeout, "P30D")
	compiled.choices = s.choices(at, doc)
	compiled.read = s.reading(at, doc, compiled.choices)
	compiled.saveTo = s.saveTo(at.to("saveTo"), doc.SaveTo, doc.Answer)
	if field := compiled.saveTo.field; field != nil {
		for i, c := range compiled.choices {
			s.checkConstant(at.to("choices", i), *field, c.value)
		}
	}
	return compiled
}

// timeout compiles a timeout, and reports one that is too long.
func (s *stepCompiler) timeout(at path, written string, most time.Duration, mostWritten string) time.Duration {
	timeout, err := parseDuration(written)
	switch {
	case err != nil:
		s.add(at, "%s", err)
	case timeout > most:
		s.add(at, "the timeout must be at most %s", mostWritten)
	}
	return timeout
}

func (a *ask) begin(e *execution) (move, error) {
	e.state.Question = &Question{AskedAt: e.now}
	return a.ask(e, a.text, "")
}

// ask asks the question. If there is room, it says first why it asks again.
func (a *ask) ask(e *execution, text phrase, why string) (move, error) {
	rendered, err := text.render(e.environment)
	if err != nil {
		return move{}, err
	}
	question := e.state.Question
	effect := Ask{Text: rendered, Repeat: question.Invalid, Deadline: question.AskedAt.Add(a.timeout)}
	for _, c := range a.choices {
		shown, err := c.text.render(e.environment)
		if err != nil {
			return move{}, err
		}
		effect.Choices = append(effect.Choices, shown)
	}
	if length := utf8.RuneCountInString(effect.Message()) + utf8.RuneCountInString(why); why != "" && length < maxText {
		effect.Text = why + "\n" + rendered
	}
	detail := map[string]any{"text": effect.Text}
	switch {
	case strings.TrimSpace(rendered) == "":
		return move{detail: detail}, errBlank
	case utf8.RuneCountInString(effect.Message()) > maxText:
		return move{detail: detail}, fmt.Errorf("the question with its choices is longer than %d characters", maxText)
	}
	return move{effect: effect, detail: detail}, nil
}

// resume saves the answer, or leaves by the exit of the outcome.
func (a *ask) resume(e *execution, outcome Outcome) (move, error) {
	question := e.state.Question
	if question == nil {
		return move{}, errors.New("the run has lost the state of its question")
	}
	if question.Answered && outcome.Invalid && len(a.choices) == 0 { // that a choice cannot be saved is a mistake of the document
		return a.refuse(e, outcome, errors.New(outcome.Error))
	}
	left := outcome.Exit != "" && outcome.Exit != ExitNext
	if left || question.Answered {
		e.state.Question = nil
		return move{exit: outcome.Exit, failed: outcome.Error, detail: outcome.Detail}, nil
	}
	answer := Answer{}
	if outcome.Answer != nil {
		answer = *outcome.Answer
		answer.Text = cleanText(answer.Text)
	}
	value, err := a.read(answer, e.environment)
	if err != nil {
		return a.refuse(e, outcome, err)
	}
	detail := merge(map[string]any{"answer": value}, outcome.Detail)
	moved, err := a.saveTo.save(e, value)
	moved.detail = merge(detail, moved.detail)
	e.state.Question = nil
	if moved.effect != nil {
		e.state.Question = &Question{AskedAt: question.AskedAt, Invalid: question.Invalid, Answered: true}
	}
	return moved, err
}

// because returns why the question is asked again, or "" if the document has a text for that.
func (a *ask) because(e *execution, outcome Outcome) string {
	switch {
	case !a.why:
		return ""
	case outcome.Invalid:
		return wanted{kind: wantedOther}.sentence(e.environment)
	default:
		return a.wants.sentence(e.environment)
	}
}

// refuse asks again after an answer that is not valid, and leaves after too many of them.
func (a *ask) refuse(e *execution, outcome Outcome, reason error) (move, error) {
	invalid := e.state.Question.Invalid + 1
	detail := merge(map[string]any{"invalid": float64(invalid), "reason": sentence(reason.Error())}, outcome.Detail)
	exit := ""
	switch {
	case invalid > a.retries:
		exit = ExitInvalid
	case !e.now.Before(e.state.Question.AskedAt.Add(a.timeout)):
		exit = ExitTimeout
	}
	if exit != "" {
		e.state.Question = nil
		return move{exit: exit, detail: detail, failed: reason.Error()}, nil
	}
	e.state.Question = &Question{AskedAt: e.state.Question.AskedAt, Invalid: invalid}
	moved, err := a.ask(e, a.retry, a.because(e, outcome))
	moved.detail = merge(detail, moved.detail)
	return moved, err
}
