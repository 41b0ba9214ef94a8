package store

import "foyer/inbox"

var (
	contactRows  = rowsOf[inbox.Contact]("contacts c")
	identityRows = rowsOf[inbox.ContactIdentity]("contact_identities i")
)

// Contacts returns the contacts with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Contacts(ids []inbox.ContactID) ([]*inbox.Contact, error) {
	return contactRows.all(r, `FROM contacts c WHERE c.id IN `+inList, list(ids))
}

// Contact returns one contact, or nil.
func (r *Reader) Contact(id inbox.ContactID) (*inbox.Contact, error) {
	return contactRows.one(r, `FROM contacts c WHERE c.id = ?`, id)
}

// ContactByIdentity returns the contact whom a channel knows by this external id, or nil if there is none.
func (r *Reader) ContactByIdentity(channel inbox.ChannelID, externalID string) (*inbox.Contact, error) {
	return contactRows.one(r, `FROM contact_identities i JOIN contacts c ON c.id = i.contact_id
		WHERE i.channel_id = ? AND i.external_id = ?`, channel, externalID)
}

// ContactIdentities returns the identities of these contacts, by contact, channel and external id.
func (r *Reader) ContactIdentities(contacts []inbox.ContactID) ([]*inbox.ContactIdentity, error) {
	return identityRows.all(r, `FROM contact_identities i
		WHERE i.contact_id IN `+inList+` ORDER BY i.contact_id, i.channel_id, i.external_id`, list(contacts))
}

// ContactsSeen returns those of the contacts that a viewer sees: one who sees all conversations sees all of them, others see
// those with whom they see a conversation.
func (r *Reader) ContactsSeen(access inbox.Access, ids []inbox.ContactID) ([]inbox.ContactID, error) {
	if access.Visibility == inbox.VisibilityAll || len(ids) == 0 {
		return ids, nil
	}
	sql, args := contactsSeenSQL(access, ids)
	return query(r, scanValue[inbox.ContactID], sql, args...)
}

// contactsSeenSQL returns the statement of ContactsSeen. The plus signs keep it off the indexes of teams and agents: a contact
// has fewer conversations than these.
func contactsSeenSQL(access inbox.Access, ids []inbox.ContactID) (string, []any) {
	where := newCondition(`v.contact_id = c.value`)
	scopeColumns{`+v.team_id`, `+v.assignee_id`, `+v.team_id IS NULL AND +v.assignee_id IS NULL`}.visible(&where, access)
	return `SELECT c.value FROM json_each(?) c WHERE EXISTS (SELECT 1 FROM conversations v` + where.sql() + `)`,
		append([]any{list(ids)}, where.args...)
}

// inStages selects the contacts in one of some stages. It takes one argument, made by labelKeys. Contacts have their stages
// as the workspace spells them.
const inStages = `c.lifecycle_stage IN (SELECT s.value FROM workspace, json_each(lifecycle_stages) s WHERE ` + labelKey +
	`(s.value) IN ` + inList + `)`

// labelKeys returns tags in the form in which they are compared.
func labelKeys(labels []string) []string {
	keys := make([]string, len(labels))
	for i, label := range labels {
		keys[i] = inbox.LabelKey(label)
	}
	return keys
}

// ContactFilter selects contacts. An empty part selects all.
type ContactFilter struct {
	Search          string
	Emails          []string
	Phones          []string
	Tags            []string
	LifecycleStages []string
	Blocked         *bool
}

// ContactPage is a stretch of the list of contacts.
type ContactPage struct {
	Contacts []*inbox.Contact
	More     inbox.ContactID // the last candidate of the page, or zero at the end of the list
}

// residual is the part of the filter that candidates still have to meet.
func (f ContactFilter) residual() condition {
	var where condition
	if f.Emails != nil {
		where.and(`c.email IN `+inList, list(f.Emails))
	}
	if f.Phones != nil {
		where.and(`c.phone IN `+inList, list(f.Phones))
	}
	if f.Tags != nil {
		keys := list(labelKeys(f.Tags))
		where.and(`EXISTS (SELECT 1 FROM json_each(c.tags) t WHERE lower(t.value) IN `+inList+
			` OR t.value GLOB '*[^ -~]*' AND `+labelKey+`(t.value) IN `+inList+`)`, keys, keys)
	}
	if f.LifecycleStages != nil {
		where.and(inStages, list(labelKeys(f.LifecycleStages)))
	}
	if f.Blocked != nil {
		where.and(`c.blocked = ?`, *f.Blocked)
	}
	return where
}

// scans reports whether the filter has parts that candidates does not select by, so that a page reads scanLimit candidates.
func (f ContactFilter) scans() bool { return f.Search != "" || f.residual().parts != nil }

// candidates returns the SQL of the contacts that a page reads, newest first: at most limit, selected by the part of the
// filter whose index leaves the fewest.
func (f ContactFilter) candidates(before inbox.ContactID, limit int) (string, []any) {
	if f.scans() {
		limit = scanLimit
	}
	var where condition
	match := MatchExpression(f.Search)
	switch {
	case match != "": // documents are in the order of contacts
		where.and(`search MATCH ? AND docid & 3 = 2`, match)
		if before != 0 {
			where.and(`docid < ?`, int64(before)*4)
		}
		return `SELECT docid >> 2 AS id FROM search` + where.sql() + ` ORDER BY docid DESC` + limited, append(where.args, limit)
	case f.Search != "":
		where.and(`FALSE`)
	case f.Emails != nil:
		where.and(`c.email IN `+inList, list(f.Emails))
	case f.Phones != nil:
		where.and(`c.phone IN `+inList, list(f.Phones))
	case f.LifecycleStages != nil:
		where.and(inStages, list(labelKeys(f.LifecycleStages)))
	}
	if before != 0 {
		where.and(`c.id < ?`, before)
	}
	return `SELECT c.id AS id FROM contacts c` + where.sql() + ` ORDER BY c.id DESC` + limited, append(where.args, limit)
}

// ContactList returns at most limit contacts older than before (zero: from the newest), newest first. If no index serves the
// filter, it may return fewer than there are; More then says where to go on.
func (r *Reader) ContactList(f ContactFilter, before inbox.ContactID, limit int) (*ContactPage, error) {
	sql, args := f.candidates(before, limit)
	residual := f.residual()
	page := &ContactPage{}
	var err error
	if f.scans() {
		if page.More, err = queryValue[inbox.ContactID](r, sql+` OFFSET ?`, append(args, scanLimit-1)...); err != nil {
			return nil, err
		}
	}
	page.Contacts, err = contactRows.all(r, `FROM (`+sql+`) s CROSS JOIN contacts c ON c.id = s.id`+
		residual.sql()+limited, // SQLite keeps the order of the candidates
		append(append(args, residual.args...), limit)...)
	return page, err
}

// ContactCount returns how many contacts the filter selects, up to limit. If no index serves the filter and there are more
// candidates than a page reads, it returns limit.
func (r *Reader) ContactCount(f ContactFilter, limit int) (int, error) {
	sql, args := f.candidates(0, limit)
	looked, err := queryCount(r, `SELECT COUNT(*) FROM (`+sql+`)`, args...)
	if err != nil || !f.scans() {
		return looked, err
	}
	if looked == scanLimit {
		return limit, nil
	}
	residual := f.residual()
	return queryCount(r, `SELECT COUNT(*) FROM (`+sql+`) s CROSS JOIN contacts c ON c.id = s.id`+residual.sql(), append(args, residual.args...)...)
}

// InsertContact stores a new contact, and sets its id if it is zero.
func (tx *Tx) InsertContact(c *inbox.Contact) error {
	number(tx, &c.ID, ContactIDs)
	if err := contactRows.insert(tx, c); err != nil {
		return err
	}
	tx.indexContact(c)
	return nil
}

// UpdateContact stores what has changed of a contact.
func (tx *Tx) UpdateContact(before, after *inbox.Contact) error {
	if before.DisplayName() != after.DisplayName() {
		tx.indexContact(after)
	}
	return contactRows.update(tx, before, after)
}

// DisownContacts removes an agent as the owner of at most limit contacts, and returns of how many.
func (tx *Tx) DisownContacts(owner inbox.AgentID, limit int) (int64, error) {
	return tx.exec(`UPDATE contacts SET owner_id = NULL WHERE id IN (SELECT id FROM contacts WHERE owner_id = ?`+limited+`)`, owner, limit)
}

// InsertIdentity stores an identity of a contact. The error is IsUnique if the channel knows another contact by the external
// id.
func (tx *Tx) InsertIdentity(i inbox.ContactIdentity) error {
	return identityRows.insert(tx, &i)
}

func (tx *Tx) indexContact(c *inbox.Contact) {
	tx.Index(int64(c.ID)*4+docContact, c.DisplayName(), 0, c.ID)
}

// The kinds of search row: the low two bits of a row's number, which is four times the id plus the kind.
const (
	docMessage = iota
	docNote
	docContact
)
