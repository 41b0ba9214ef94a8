package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"
)

// The layout of a write-ahead log (https://www.sqlite.org/walformat.html): a header, then frames of one page each. The
// frames in use carry the same salts as the header; those left from before the log started over carry others.
const (
	walHeader      = 32
	walPageSize    = 8  // offset in the header
	walSalts       = 16 // offset in the header
	walFrameHeader = 24
	walFrameSalts  = 8 // offset in a frame's header
	walSaltBytes   = 8
)

// wal watches how full the write-ahead log is. The file's size does not say: a log that starts over overwrites its
// file, which makes a commit half as expensive as one that grows a new file. SQLite puts no locks on this file, so
// opening and closing it drops none.
type wal struct {
	path  string
	limit int64 // bytes before a checkpoint
	extra int64 // allowed besides, after checkpoints that readers kept from finishing
	file  *os.File
	bytes [walHeader]byte
	since int // commits since the log was looked at
}

// looksEvery is how many commits pass between looks at the log: a look is two reads of the file.
const looksEvery = 16

// full reports whether the log is past its limit.
func (l *wal) full() (bool, error) {
	if l.file == nil {
		file, err := os.Open(l.path)
		if err != nil {
			return false, err
		}
		l.file = file
	}
	if _, err := l.file.ReadAt(l.bytes[:], 0); err != nil {
		return false, ignoreEOF(err)
	}
	var salts [walSaltBytes]byte
	copy(salts[:], l.bytes[walSalts:])
	frame := int64(binary.BigEndian.Uint32(l.bytes[walPageSize:])) + walFrameHeader
	last := (l.limit + l.extra) / frame
	if _, err := l.file.ReadAt(l.bytes[:walFrameHeader], walHeader+last*frame); err != nil {
		return false, ignoreEOF(err)
	}
	return bytes.Equal(salts[:], l.bytes[walFrameSalts:][:walSaltBytes]), nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// checkpoint copies the log into the database, in a mode of PRAGMA wal_checkpoint, and reports whether the log can start
// over. Readers of older states keep it from that; it waits for them as long as the connection's time-out says.
func (l *wal) checkpoint(conn *connection, mode string) (done bool, err error) {
	var busy, frames, copied int64
	err = conn.query(context.Background(), `PRAGMA wal_checkpoint(`+mode+`)`, nil, func(r row) error {
		return r.Scan(&busy, &frames, &copied)
	})
	if done = err == nil && busy == 0; done {
		l.extra = 0
	} else {
		l.extra += l.limit / 4 // each try holds up the writer
	}
	return done, err
}

func (l *wal) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// checkpoint makes one if the log is past its limit. A failure is logged: nothing is lost, but the log grows.
func (w *writer) checkpoint() {
	if w.wal.since++; w.wal.since < looksEvery {
		return
	}
	w.wal.since = 0
	full, err := w.wal.full()
	if err == nil && full {
		began := time.Now()
		var done bool
		done, err = w.wal.checkpoint(w.conn, `RESTART`)
		took := time.Since(began)
		w.db.options.OnCheckpoint(took)
		w.db.logger.Debug("checkpoint", "took", took, "done", done)
	}
	if err != nil {
		w.db.logger.Warn("checkpoint", "error", err)
	}
}
