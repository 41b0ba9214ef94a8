package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// startMercurius starts the server of tools/bench/mercurius on a database of its own. It installs the npm packages first.
func startMercurius(ctx context.Context, dir string) (*server, error) {
	const folder = "tools/bench/mercurius"
	install := exec.CommandContext(ctx, filepath.Join(folder, "install"))
	install.Stdout, install.Stderr = os.Stderr, os.Stderr
	if err := install.Run(); err != nil {
		return nil, fmt.Errorf("install %s, from the root of the repository: %w", folder, err)
	}
	return listen(ctx, func(address string) *exec.Cmd {
		return exec.CommandContext(ctx, "node", filepath.Join(folder, "server.js"), filepath.Join(dir, "mercurius.db"),
			address[strings.LastIndexByte(address, ':')+1:])
	})
}

// measureMercurius measures the other server with the same messages.
func (in intake) measureMercurius(ctx context.Context, dir string) (rows []measured, err error) {
	s, err := startMercurius(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.kill()) }()
	const receive = `mutation($i: MessageReceiveInput!) { messageReceive(input: $i) { message { id } conversation { id } opened } }`
	return in.twice(ctx, s, "mercurius, which only stores: new", "mercurius, which only stores: follow-up", 1, func(round, i int) error {
		return s.Do(ctx, receive, map[string]any{"i": map[string]any{
			"contact": map[string]any{"externalId": fmt.Sprintf("contact-%d", i)},
			"message": map[string]any{"externalId": fmt.Sprintf("%d-%d", round, i), "text": question},
		}}, &struct{}{})
	})
}
