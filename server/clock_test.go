package server

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"devserver/server/cron"
)

// TestClock runs schedules in virtual time, which begins at midnight on Saturday, 2000-01-01.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var fired []string
		c := newClock(func(_ context.Context, s *cron.Schedule, due time.Time) {
			mu.Lock()
			defer mu.Unlock()
			if late := time.Since(due); late != 0 {
				t.Errorf("%v: %v late", s, late)
			}
			fired = append(fired, s.String()[:2]+due.Format(" 15:04"))
		})
		take := func() string {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			text := strings.Join(fired, ", ")
			fired = nil
			return text
		}
		schedule := func(texts ...string) (list []*cron.Schedule) {
			for _, text := range texts {
				s, err := cron.Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, s)
			}
			return list
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			c.run(ctx)
			close(ended)
		}()
		time.Sleep(90 * time.Second)
		if got := take(); got != "" {
			t.Errorf("without schedules: %s", got)
		}
		c.set(schedule("*/2 * * * *", "0 1 * * *")) // at 00:01:30
		time.Sleep(3 * time.Minute)
		if got := take(); got != "*/ 00:02, */ 00:04" {
			t.Errorf("every other minute: %s", got)
		}
		c.set(schedule("0 1 * * *")) // at 00:04:30
		time.Sleep(time.Hour)
		if got := take(); got != "0  01:00" {
			t.Errorf("at one: %s", got)
		}
		c.set(schedule("*/2 * * * *")) // at 01:04:30
		c.set(schedule("5 1 * * *", "5 * * * *"))
		time.Sleep(time.Minute)
		if got := take(); got != "5  01:05, 5  01:05" {
			t.Errorf("two at a time: %s", got)
		}
		cancel()
		<-ended
	})
}

// TestClockWaits holds that the clock ends only when what it has fired has.
func TestClockWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := false
		c := newClock(func(ctx context.Context, _ *cron.Schedule, _ time.Time) {
			<-ctx.Done()
			time.Sleep(time.Minute)
			done = true
		})
		s, _ := cron.Parse("* * * * *")
		c.set([]*cron.Schedule{s})
		ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second)
		defer cancel()
		c.run(ctx)
		if !done {
			t.Error("it did not wait")
		}
	})
}
