package verify

import (
	"foyer/inbox"
	"foyer/store"
)

// files is what the tables say of files and of what uses them.
type files struct {
	miscounted     []inbox.FileID
	total, added   int64 // what they take: as it is kept, and added up
	stray, missing []inbox.FileUse
}

func loadFiles(r *store.Reader) (f files, err error) {
	for _, load := range []func() error{
		func() (err error) { f.miscounted, err = r.MiscountedFiles(); return err },
		func() (err error) { f.total, err = r.FileTotal(); return err },
		func() (err error) { f.added, err = r.FileBytes(); return err },
		func() (err error) { f.stray, err = r.StrayFileUses(); return err },
		func() (err error) { f.missing, err = r.MissingFileUses(); return err },
	} {
		if err := load(); err != nil {
			return f, err
		}
	}
	return f, nil
}

// checkFiles checks that what uses files and what the files say of it agree.
func (m *model) checkFiles(f files) {
	for _, id := range f.miscounted {
		m.find("%s has something that uses it and a time since when nothing does, or neither.", id)
	}
	if f.total != f.added {
		m.find("The files take %d bytes, and %d are kept as their total.", f.added, f.total)
	}
	for _, use := range f.stray {
		m.find("%s %d is known to use a file that is not among its attachments.", use.Kind, use.Subject)
	}
	for _, use := range f.missing {
		m.find("%s %d has a file among its attachments that it is not known to use.", use.Kind, use.Subject)
	}
}
