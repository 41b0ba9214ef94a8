package main

import (
	"context"
	"path/filepath"
	"testing"
)

func TestTheFloorAndFilledDatabasesFitTheSchema(t *testing.T) {
	ctx := t.Context()
	rows, err := measureFloor(ctx, filepath.Join(t.TempDir(), "floor.db"), intake{Messages: 20, Callers: 4, Agents: 3})
	if err != nil || len(rows) != 2 {
		t.Errorf("the floor: %v, %v", rows, err)
	}
	path := filepath.Join(t.TempDir(), "filled.db")
	if err := createFilled(ctx, path, 2000); err != nil {
		t.Error(err)
	}
}

func TestOperationsAreTriedOnASeededServer(t *testing.T) {
	in := operations{Size: 1000, Runs: 1, Show: 1, Only: "Mutation.noteAdd", filled: filled{Cache: t.TempDir()}}
	rows, err := in.rows(context.WithoutCancel(t.Context()))
	if err != nil || len(rows) != 2 || rows[1].name != "1 operations" {
		t.Errorf("got %v, %v", rows, err)
	}
}
