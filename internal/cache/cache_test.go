package cache

import (
	"fmt"
	"testing"
)

func has(c *Cache[string, int], key string) bool {
	_, ok := c.Get(key)
	return ok
}

func TestWhoKeepsTheMostMakesRoom(t *testing.T) {
	c := New[string, int](100)
	for i := range 5 {
		c.Put("small", fmt.Sprint("small ", i), i, 5)
	}
	for i := range 1000 {
		c.Put("large", fmt.Sprint("large ", i), i, 5)
		if c.Size() > 100 {
			t.Fatalf("the size is %d", c.Size())
		}
	}
	for i := range 5 {
		if !has(c, fmt.Sprint("small ", i)) {
			t.Errorf("small %d was evicted", i)
		}
	}
	if has(c, "large 0") || !has(c, "large 999") {
		t.Error("the evicted value is not the oldest")
	}
}

func TestWhatWasUsedIsSpared(t *testing.T) {
	c := New[string, int](3)
	for _, key := range []string{"a", "b", "c"} {
		c.Put("one", key, 0, 1)
	}
	c.Get("a")
	c.Put("one", "d", 0, 1)
	if !has(c, "a") || has(c, "b") {
		t.Error("the value that was used was evicted, or the other was not")
	}
}

func TestAKeyKeepsItsValueAndItsOwner(t *testing.T) {
	c := New[string, int](10)
	c.Put("one", "a", 1, 4)
	c.Put("two", "a", 2, 4)
	if value, _ := c.Get("a"); value != 1 || c.Size() != 4 {
		t.Errorf("the value is %d, the size %d", value, c.Size())
	}
	c.Put("two", "huge", 3, 11)
	if has(c, "huge") || !has(c, "a") {
		t.Error("a value larger than the cache was kept")
	}
	if c.Put("one", "b", 1, 10); has(c, "a") || len(c.owners) != 1 {
		t.Errorf("%d owners are left of one", len(c.owners))
	}
}
