package store

import (
	"fmt"
	"sync/atomic"
	"testing"
)

func BenchmarkUpdate(b *testing.B) {
	for _, callers := range []int{1, 32, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			db := openTest(b)
			var next atomic.Int64
			b.SetParallelism(callers)
			b.ReportAllocs()
			each(b, callers, func() {
				if err := add(b.Context(), db, next.Add(1)); err != nil {
					b.Error(err)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "functions/s")
		})
	}
}

// each calls fn b.N times in all, from several goroutines.
func each(b *testing.B, callers int, fn func()) {
	b.Helper()
	var taken atomic.Int64
	ended := make(chan struct{}, callers)
	b.ResetTimer()
	for range callers {
		go func() {
			for taken.Add(1) <= int64(b.N) {
				fn()
			}
			ended <- struct{}{}
		}()
	}
	for range callers {
		<-ended
	}
	b.StopTimer()
}
