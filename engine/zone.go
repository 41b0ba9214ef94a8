package engine

import (
	"fmt"
	"sync"
	"time"
)

// zones caches the workspace's time zones: the time zone database consists of files. Only names that were checked when
// they were set get here, so there are few.
type zones struct{ byName sync.Map } // string → *time.Location

func (z *zones) load(name string) (*time.Location, error) {
	if kept, ok := z.byName.Load(name); ok {
		return kept.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("load the workspace's time zone: %w", err)
	}
	z.byName.Store(name, zone)
	return zone, nil
}
