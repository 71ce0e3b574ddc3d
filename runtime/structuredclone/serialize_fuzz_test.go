package structuredclone_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/structuredclone"
)

// FuzzSerialize sends a graph of values to another realm and back, as calls between Workers do, and compares: what comes
// back has the same shape. Two realms receive the same data at once.
func FuzzSerialize(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x02\x01\x00\x03\x00\x01"))
	f.Add([]byte{15, 0, 16, 1, 18, 2, 128, 3, 131, 1, 21, 9, 200, 6, 22, 1, 24, 2, 130, 140, 19, 3, 129, 7})
	f.Add([]byte("maps and sets, of arrays and views, of buffers that are shared"))
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 200 {
			return
		}
		script := strings.ReplaceAll(graph(program), "new Open(", "Number(") // an object of ours is no data
		run := func(iso *jstest.Isolate, task func() error) {
			var err error
			if fatal := iso.Loop.Do(func() { err = iso.Realm.Try(func() { err = task(); iso.Realm.Rethrow(err) }) }); fatal != nil {
				t.Errorf("%v\n%s", fatal, script)
			}
			if err != nil {
				t.Errorf("%v\n%s", err, script)
			}
		}
		here := jstest.New(t, globals()...)
		var values goja.Value
		var there [2]*structuredclone.Data
		var sent *structuredclone.Data
		run(here, func() (err error) {
			if values, err = here.VM.RunString(compare + "(() => {" + script + "return v;})()"); err == nil {
				sent = structuredclone.Serialize(here.Realm, values, nil)
			}
			return err
		})
		if sent == nil {
			return
		}
		var both sync.WaitGroup
		for i := range there {
			other := jstest.New(t, globals()...)
			both.Go(func() {
				run(other, func() error {
					there[i] = structuredclone.Serialize(other.Realm, sent.Deserialize(other.Realm), nil)
					return nil
				})
			})
		}
		both.Wait()
		for _, data := range there {
			if data == nil {
				continue
			}
			if data.Size() != sent.Size() {
				t.Errorf("%d bytes became %d\n%s", sent.Size(), data.Size(), script)
			}
			run(here, func() error {
				same, _ := goja.AssertFunction(here.VM.Get("compare"))
				result, err := same(nil, values, data.Receive(here.Realm))
				if err == nil && result.String() != "same" {
					t.Errorf("%s\n%s", result, script)
				}
				return err
			})
		}
	})
}
