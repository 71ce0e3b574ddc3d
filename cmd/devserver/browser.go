package main

import (
	"errors"
	"os/exec"
	goruntime "runtime"
)

// openBrowser opens a URL in the browser that the system has for it. It does not wait for the browser.
func openBrowser(url string) error {
	var programs [][]string
	switch goruntime.GOOS {
	case "darwin":
		programs = [][]string{{"open", url}}
	case "windows":
		programs = [][]string{{"rundll32", "url.dll,FileProtocolHandler", url}}
	default: // wslview: Windows' browser, from within its Linux
		programs = [][]string{{"xdg-open", url}, {"wslview", url}, {"x-www-browser", url}}
	}
	err := errors.New("no program to open it with was found")
	for _, program := range programs {
		path, missing := exec.LookPath(program[0])
		if missing != nil {
			continue
		}
		cmd := exec.Command(path, program[1:]...)
		apart(cmd)
		if err = cmd.Start(); err == nil {
			go cmd.Wait()
			return nil
		}
	}
	return err
}
