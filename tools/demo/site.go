package demo

import (
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"time"
)

// site is a place where contacts write: a channel, and the workflow of the gallery that answers there.
type site struct {
	name     string
	workflow string // by its name in the gallery; empty for the demo's own
	contacts int    // few enough that they come back, and that some write twice into one conversation
	profile  func(who int) object
	answers  []string // to the workflow's question, if it asks every contact
}

// sites returns the sites, the demo's own first.
func sites() []site {
	return []site{
		{name: "Website", contacts: 100},
		{name: "Bank", workflow: "banking", contacts: 20},
		{name: "Shop", workflow: "inbound-menu", contacts: 10, answers: []string{"1", "2", "3"}},
		{name: "Office", workflow: "business-hours", contacts: 10,
			profile: func(who int) object { return object{"email": fmt.Sprintf("visitor%d@demo.localhost", who)} }},
		{name: "Europe", workflow: "language", contacts: 10,
			profile: func(who int) object { return object{"language": []string{"en", "de", "fr"}[who%3]} }},
		{name: "Club", workflow: "returning-contact", contacts: 10},
	}
}

// vipTag marks the contacts that the demo's own workflow leaves to the gallery's. Of the Website's contacts vips have it.
const (
	vipTag = "vip"
	vips   = 5
)

// crowd is the contacts of all sites.
type crowd struct {
	run   string // part of message ids
	texts []string
	sent  int
	asked map[string]int // by site, the last contact, who answers the workflow's question next
}

// next returns the next message. Half of them come in at the first site.
func (c *crowd) next(channels map[string]string) object {
	s := sites()[0]
	if mathrand.IntN(2) == 0 {
		s = sites()[1+mathrand.IntN(len(sites())-1)]
	}
	who, text := mathrand.IntN(s.contacts)+1, c.texts[mathrand.IntN(len(c.texts))]
	if len(s.answers) > 0 {
		if last := c.asked[s.name]; last != 0 {
			who, text = last, s.answers[mathrand.IntN(len(s.answers))]
			delete(c.asked, s.name)
		} else {
			c.asked[s.name] = who
		}
	}
	contact := object{"externalId": visitor(who), "firstName": "Visitor", "lastName": fmt.Sprint(who)}
	if s.profile != nil {
		maps.Copy(contact, s.profile(who))
	}
	c.sent++
	return object{"channelId": channels[s.name], "contact": contact,
		"message": object{"externalId": fmt.Sprintf("%s-%d", c.run, c.sent), "text": text, "sentAt": time.Now().UTC()}}
}

// visitor returns the id that a contact has in a channel.
func visitor(who int) string { return fmt.Sprintf("visitor-%d", who) }
