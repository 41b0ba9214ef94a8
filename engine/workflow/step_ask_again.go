package workflow

import (
	"fmt"
	"math"

	"foyer/inbox"
)

// wanted is what a question that is asked again says it wants.
type wanted struct {
	kind      string // of the answer, or one of those below
	low, high any    // the bounds, where the kind has some
}

// What is wanted beside a kind of answer.
const (
	wantedBetween = " between" // behind a kind that has bounds
	wantedOther   = "other"    // the field, or a tag, cannot hold the answer
)

// newWanted returns what a question wants by the kind of its answer and its bounds.
func newWanted(doc askDocument) wanted {
	w := wanted{kind: doc.Answer}
	switch doc.Answer {
	case answerNumber, answerDate:
		if doc.Min != nil && doc.Max != nil {
			return wanted{doc.Answer + wantedBetween, shownBound(doc.Min), shownBound(doc.Max)}
		}
	case answerRating, answerText:
		w.low, w.high = any("1"), any("5")
		if doc.Answer == answerText {
			w.high = fmt.Sprint(maxText)
		}
		if doc.Min != nil {
			w.low = shownBound(doc.Min)
		}
		if doc.Max != nil {
			w.high = shownBound(doc.Max)
		}
	}
	return w
}

func shownBound(written any) any {
	if n, ok := written.(float64); ok && !math.IsNaN(n) {
		return formatNumber(n)
	}
	return written
}

// sentence says what is wanted, in the contact's language or, where that is none of the console's, in English.
func (w wanted) sentence(env environment) string {
	sentences, ok := wantedSentences[baseLanguage(env.language())]
	if !ok {
		sentences = wantedSentences[phraseEnglish]
	}
	said := sentences[w.kind]
	if w.low == nil {
		return said
	}
	return fmt.Sprintf(said, w.low, w.high)
}

// baseLanguage returns a language without its region: de of de-AT.
func baseLanguage(tag string) string {
	key := inbox.LanguageKey(tag)
	for i := range len(key) {
		if key[i] == '-' {
			return key[:i]
		}
	}
	return key
}

// wantedSentences are what a question that is asked again says first, in the languages of the console; never written to.
//
//nolint:misspell // not all of it is English
var wantedSentences = map[string]map[string]string{
	"en": {
		answerChoice: "Please answer with one of the choices or its number.", answerText: "Please answer with a text of %v to %v characters.",
		answerNumber: "Please answer with a number in digits, such as 12.5.", answerNumber + wantedBetween: "Please answer with a number from %v to %v.",
		answerRating: "Please answer with a whole number from %v to %v.",
		answerDate:   "Please answer with a date, written like 2026-12-31.", answerDate + wantedBetween: "Please answer with a date from %v to %v, written like that.",
		answerEmail: "Please answer with an email address, such as name@example.com.", answerPhone: "Please answer with a phone number with its country code, such as +44 20 7946 0000.",
		answerURL: "Please answer with an address, such as https://example.com.", answerLocation: "Please send your location, or its latitude and longitude, such as 48.2, 16.37.",
		wantedOther: "That answer cannot be used. Please try another one.",
	},
	"it": {
		answerChoice: "Rispondi con una delle opzioni o con il suo numero.", answerText: "Rispondi con un testo da %v a %v caratteri.",
		answerNumber: "Rispondi con un numero in cifre, ad esempio 12,5.", answerNumber + wantedBetween: "Rispondi con un numero da %v a %v.",
		answerRating: "Rispondi con un numero intero da %v a %v.",
		answerDate:   "Rispondi con una data, ad esempio 31.12.2026.", answerDate + wantedBetween: "Rispondi con una data da %v a %v, scritta così.",
		answerEmail: "Rispondi con un indirizzo email, ad esempio nome@example.com.", answerPhone: "Rispondi con un numero di telefono con prefisso internazionale, ad esempio +39 06 1234 5678.",
		answerURL: "Rispondi con un indirizzo, ad esempio https://example.com.", answerLocation: "Invia la tua posizione, oppure latitudine e longitudine, ad esempio 48.2, 16.37.",
		wantedOther: "Questa risposta non può essere usata. Provane un'altra.",
	},
	"fr": {
		answerChoice: "Veuillez répondre par l'un des choix ou par son numéro.", answerText: "Veuillez répondre par un texte de %v à %v caractères.",
		answerNumber: "Veuillez répondre par un nombre en chiffres, par exemple 12,5.", answerNumber + wantedBetween: "Veuillez répondre par un nombre de %v à %v.",
		answerRating: "Veuillez répondre par un nombre entier de %v à %v.",
		answerDate:   "Veuillez répondre par une date, par exemple 31.12.2026.", answerDate + wantedBetween: "Veuillez répondre par une date du %v au %v, écrite ainsi.",
		answerEmail: "Veuillez répondre par une adresse e-mail, par exemple nom@example.com.", answerPhone: "Veuillez répondre par un numéro de téléphone avec l'indicatif du pays, par exemple +33 1 23 45 67 89.",
		answerURL: "Veuillez répondre par une adresse, par exemple https://example.com.", answerLocation: "Veuillez envoyer votre position, ou sa latitude et sa longitude, par exemple 48.2, 16.37.",
		wantedOther: "Cette réponse ne peut pas être utilisée. Veuillez en essayer une autre.",
	},
	"es": {
		answerChoice: "Responde con una de las opciones o con su número.", answerText: "Responde con un texto de %v a %v caracteres.",
		answerNumber: "Responde con un número en cifras, por ejemplo 12,5.", answerNumber + wantedBetween: "Responde con un número de %v a %v.",
		answerRating: "Responde con un número entero de %v a %v.",
		answerDate:   "Responde con una fecha, por ejemplo 31.12.2026.", answerDate + wantedBetween: "Responde con una fecha de %v a %v, escrita así.",
		answerEmail: "Responde con una dirección de correo, por ejemplo nombre@example.com.", answerPhone: "Responde con un número de teléfono con el prefijo del país, por ejemplo +34 912 345 678.",
		answerURL: "Responde con una dirección, por ejemplo https://example.com.", answerLocation: "Envía tu ubicación, o su latitud y longitud, por ejemplo 48.2, 16.37.",
		wantedOther: "Esa respuesta no se puede usar. Prueba con otra.",
	},
	"de": {
		answerChoice: "Bitte antworten Sie mit einer der Möglichkeiten oder ihrer Nummer.", answerText: "Bitte antworten Sie mit einem Text von %v bis %v Zeichen.",
		answerNumber: "Bitte antworten Sie mit einer Zahl in Ziffern, zum Beispiel 12,5.", answerNumber + wantedBetween: "Bitte antworten Sie mit einer Zahl von %v bis %v.",
		answerRating: "Bitte antworten Sie mit einer ganzen Zahl von %v bis %v.",
		answerDate:   "Bitte antworten Sie mit einem Datum, zum Beispiel 31.12.2026.", answerDate + wantedBetween: "Bitte antworten Sie mit einem Datum von %v bis %v, so geschrieben.",
		answerEmail: "Bitte antworten Sie mit einer E-Mail-Adresse, zum Beispiel name@example.com.", answerPhone: "Bitte antworten Sie mit einer Telefonnummer mit Ländervorwahl, zum Beispiel +49 30 123456.",
		answerURL: "Bitte antworten Sie mit einer Adresse, zum Beispiel https://example.com.", answerLocation: "Bitte senden Sie Ihren Standort oder dessen Breite und Länge, zum Beispiel 48.2, 16.37.",
		wantedOther: "Diese Antwort kann nicht verwendet werden. Bitte versuchen Sie eine andere.",
	},
	"zh": {
		answerChoice: "请回答其中一个选项或其编号。", answerText: "请用 %v 到 %v 个字符的文字回答。",
		answerNumber: "请用数字回答，例如 12.5。", answerNumber + wantedBetween: "请用 %v 到 %v 之间的数字回答。",
		answerRating: "请用 %v 到 %v 之间的整数回答。",
		answerDate:   "请用日期回答，例如 2026-12-31。", answerDate + wantedBetween: "请用 %v 到 %v 之间的日期回答，按此格式书写。",
		answerEmail: "请用电子邮件地址回答，例如 name@example.com。", answerPhone: "请用带国家代码的电话号码回答，例如 +86 10 1234 5678。",
		answerURL: "请用网址回答，例如 https://example.com。", answerLocation: "请发送您的位置，或其纬度和经度，例如 48.2, 16.37。",
		wantedOther: "这个回答无法使用，请换一个。",
	},
}
