package runtime

import "time"

// Workers know no time zone but UTC, wherever they run. The engine takes the one of time.Local, in any isolate and at any
// time, so it has to be right before there is a goroutine that could read it. Strings of dates have its name in them.
func init() { time.Local = time.FixedZone("Coordinated Universal Time", 0) }
