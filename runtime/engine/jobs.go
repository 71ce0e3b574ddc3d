package engine

import (
	"errors"
	"reflect"
	"unsafe"

	"github.com/dop251/goja"
)

// Jobs are the microtasks that wait to be run: https://tc39.es/ecma262/#sec-jobs. While they run, those that they add are in a
// list of their own, which this is then. It is nil if the engine is not laid out as this package expects.
func Jobs(vm *goja.Runtime) *[]func() {
	l := layout()
	if l.callsThen == 0 {
		return nil
	}
	return l.jobsOf(vm)
}

// CallsThen reports whether a job calls the method then of an object that a promise was resolved with:
// https://tc39.es/ecma262/#sec-newpromiseresolvethenablejob. All others are reactions of promises.
func CallsThen(job func()) bool { return reflect.ValueOf(job).Pointer() == layout().callsThen }

func (l *laidOut) jobsOf(vm *goja.Runtime) *[]func() {
	return (*[]func())(unsafe.Add(unsafe.Pointer(vm), l.jobs))
}

// findJobs finds the list of jobs, and the code of those that call then.
func (l *laidOut) findJobs(vm *goja.Runtime) error {
	f, ok := reflect.TypeFor[goja.Runtime]().FieldByName("jobQueue")
	if !ok || f.Type != reflect.TypeFor[[]func()]() {
		return errors.New("goja.Runtime has no field jobQueue that is a []func()")
	}
	l.jobs = f.Offset
	var waiting []func()
	look := func() { waiting = append(waiting, *l.jobsOf(vm)...) }
	if err := vm.Set("look", look); err != nil {
		return err
	}
	if _, err := vm.RunString("Promise.resolve({then() {}}); Promise.resolve().then(() => {}); look()"); err != nil {
		return err
	}
	if len(waiting) != 2 {
		return errors.New("the engine's jobs are not in goja.Runtime.jobQueue")
	}
	then, reaction := reflect.ValueOf(waiting[0]).Pointer(), reflect.ValueOf(waiting[1]).Pointer()
	if then == reaction {
		return errors.New("the engine's jobs are all of one kind")
	}
	l.callsThen = then
	return nil
}
