package eventloop

import (
	"syscall"
	"time"
)

// processTime returns the CPU time that the process has used.
func processTime() time.Duration {
	process, _ := syscall.GetCurrentProcess()
	var created, ended, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &ended, &kernel, &user); err != nil {
		panic(err) // the process may always look at itself
	}
	return ticks(kernel) + ticks(user)
}

// ticks reads what counts 100 ns each; [syscall.Filetime.Nanoseconds] takes them to be a date.
func ticks(t syscall.Filetime) time.Duration {
	return time.Duration(uint64(t.HighDateTime)<<32|uint64(t.LowDateTime)) * 100
}
