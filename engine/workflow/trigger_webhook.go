package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"foyer/inbox"
)

// MaxWebhookBody is how many bytes of JSON an incoming webhook may have.
const MaxWebhookBody = 1 << 20

// maxKeptBody is how many bytes of it, as JSON, a run stores: the parts that conditions and texts read.
const maxKeptBody = 64 << 10

// Webhook says how a workflow reads what is sent to its URL.
type Webhook struct {
	mapping mapping
	by      ContactKeyKind
	path    jsonPath
	written string
	channel inbox.ChannelID
	reads   [][]string // the paths below trigger.body that conditions and texts read
}

// ContactKeyKind is how the contact is found.
type ContactKeyKind string

// How the contact is found: by what documents write in lower case.
const (
	ContactByID       ContactKeyKind = "ID"
	ContactByEmail    ContactKeyKind = "EMAIL"
	ContactByPhone    ContactKeyKind = "PHONE"
	ContactByIdentity ContactKeyKind = "IDENTITY" // the external id on a channel
)

// ContactKey identifies the contact.
type ContactKey struct {
	By ContactKeyKind
	// Value is the email address, the phone number or the id as it was sent. It is never empty.
	Value string
	// Channel is set for ContactByIdentity.
	Channel inbox.ChannelID
}

// WebhookCall is what a webhook sent.
type WebhookCall struct {
	// Body becomes Facts.Trigger["body"]: the parts of the body that the document reads, or nil if it reads none.
	Body any
	// Variables become State.Variables before the run begins.
	Variables map[string]any
	Contact   ContactKey
}

// webhook compiles the mapping and how the contact is found: by one path and, for an identity, by a channel.
func (c *compiler) webhook(at path) *Webhook {
	doc := c.document.Trigger
	compiled := &Webhook{mapping: c.mapping(at.to("mapping"), doc.Mapping)}
	if doc.Contact == nil {
		c.add(at, "a webhook needs `contact`: the path of an id, an email, a phone or an identity")
		return compiled
	}
	ways := slices.DeleteFunc(sortedKeys(doc.Contact), func(name string) bool { return name == "channel" })
	for _, way := range ways {
		found, err := parseJSONPath(doc.Contact[way])
		if err != nil {
			c.add(at.to("contact", way), "%s", err)
		}
		compiled.by, compiled.path, compiled.written = ContactKeyKind(strings.ToUpper(way)), found, doc.Contact[way]
	}
	if len(ways) != 1 {
		c.add(at.to("contact"), "`contact` needs exactly one of id, email, phone and identity")
	}
	switch channel, given := doc.Contact["channel"]; {
	case given && compiled.by == ContactByIdentity:
		compiled.channel = c.channel(at.to("contact", "channel"), channel)
	case given:
		c.add(at.to("contact", "channel"), "a channel can be used with an identity only")
	case compiled.by == ContactByIdentity:
		c.add(at.to("contact"), "an identity needs a channel")
	}
	return compiled
}

// Webhook returns how to read a webhook, or nil if the trigger is another. It never changes and is safe for concurrent
// use.
func (d *Definition) Webhook() *Webhook { return d.call.webhook }

// Read reads the body of a webhook. It fails, with a reason for the sender, if the body is not JSON, too large, or does
// not identify a contact. A mapped value that is not of its type is left out.
func (w *Webhook) Read(body []byte) (WebhookCall, error) {
	if len(body) > MaxWebhookBody {
		return WebhookCall{}, fmt.Errorf("the body has more than %d bytes", MaxWebhookBody)
	}
	value, err := decodeJSON(string(body))
	if err != nil {
		return WebhookCall{}, err
	}
	key, _ := readText(w.path.find(value))
	if key == "" {
		return WebhookCall{}, fmt.Errorf("the body has nothing at %s to find the contact by", w.written)
	}
	variables, _ := w.mapping.read(value) // values that are not of their type are nil
	maps.DeleteFunc(variables, func(_ string, value any) bool { return value == nil })
	if checkVariables(variables) != nil {
		return WebhookCall{}, errors.New("the values that are saved to variables are larger than 64 KiB")
	}
	kept := partsOf(value, w.reads)
	if encoded, err := json.Marshal(kept); err != nil || len(encoded) > maxKeptBody {
		return WebhookCall{}, errors.New("the values of trigger.body that the workflow reads are larger than 64 KiB")
	}
	return WebhookCall{Body: kept, Variables: variables, Contact: ContactKey{w.by, key, w.channel}}, nil
}

// readBody records which parts of the body a definition reads.
func (w *Webhook) readBody(needs Needs) {
	const body = "trigger.body"
	for _, field := range needs.fields {
		if field == body {
			w.reads = append(w.reads, nil)
		} else if below, ok := strings.CutPrefix(field, body+"."); ok {
			w.reads = append(w.reads, strings.Split(below, "."))
		}
	}
}

// partsOf returns the parts of a value that the paths lead into, with lists as a whole, or nil if there are no paths.
func partsOf(value any, paths [][]string) any {
	if len(paths) == 0 {
		return nil
	}
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	below := map[string][][]string{}
	for _, p := range paths {
		if len(p) == 0 {
			return value
		}
		below[p[0]] = append(below[p[0]], p[1:])
	}
	kept := map[string]any{}
	for name, paths := range below {
		if inner, ok := object[name]; ok {
			kept[name] = partsOf(inner, paths)
		}
	}
	return kept
}
