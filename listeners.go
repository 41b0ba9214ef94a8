package main

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// listeners are where a server takes connections.
type listeners struct {
	main    net.Listener
	metrics net.Listener // nil: main serves /metrics too
}

// listen takes the addresses that the configuration names, all or none.
func (m *Main) listen(ctx context.Context) (l listeners, err error) {
	if l.main, err = new(net.ListenConfig).Listen(ctx, "tcp", m.config.Listen); err != nil {
		return l, fmt.Errorf("--listen %s: %w", m.config.Listen, err)
	}
	if m.config.MetricsListen == "" {
		return l, nil
	}
	if l.metrics, err = new(net.ListenConfig).Listen(ctx, "tcp", m.config.MetricsListen); err != nil {
		return l, errors.Join(fmt.Errorf("--metrics-listen %s: %w", m.config.MetricsListen, err), l.main.Close())
	}
	return l, nil
}

// close returns the addresses back.
func (l listeners) close() error {
	err := l.main.Close()
	if l.metrics != nil {
		err = errors.Join(err, l.metrics.Close())
	}
	return err
}
