package runtime

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"devserver/runtime/engine"
	"devserver/runtime/sourcetext"
)

// ScriptPart is a piece of a script that is compiled by itself.
type ScriptPart struct {
	// Code is an expression that evaluates to a function of two arguments: the function that gives built-in modules, and an
	// object that the parts of a script share. Called one after the other, the last returns what that of Script.Code does.
	Code string
	// Origin tells apart parts of the same Code with different source maps.
	Origin string
	// SourceMap is as in Script.
	SourceMap func(path string) ([]byte, error)
	// WrittenText is as in Script.
	WrittenText func(start, end int) (text string, ok bool)
}

// Programs keeps the compiled parts of one script until it is loaded anew, so that only those are compiled again that have
// changed, and what is known of their text. The zero value is empty.
type Programs struct {
	mu   sync.Mutex
	kept map[programKey]compiled

	reading sync.Mutex
	pieces  map[string]*sourcetext.Piece // by their text
}

type programKey struct{ code, origin string }

// compiled is a program and the text that its functions' texts are parts of.
type compiled struct {
	*goja.Program
	source string
}

// compileAll compiles a script once for all isolates: its parts, if it has some. Only the latest script's are kept.
func (p *Programs) compileAll(script *Script) ([]compiled, error) {
	strict := !script.ServiceWorker && !script.DirectEval
	if len(script.Parts) == 0 {
		program, err := compile(script.Name, script.Code, script.SourceMap, strict)
		return []compiled{program}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	programs := make([]compiled, len(script.Parts))
	errs := make([]error, len(programs))
	var compiling sync.WaitGroup
	for i, part := range script.Parts {
		if programs[i] = p.kept[programKey{part.Code, part.Origin}]; programs[i].Program == nil {
			compiling.Go(func() { programs[i], errs[i] = compile(script.Name, part.Code, part.SourceMap, strict) })
		}
	}
	compiling.Wait()
	kept := make(map[programKey]compiled, len(programs))
	for i, part := range script.Parts {
		if errs[i] != nil {
			return nil, errs[i]
		}
		kept[programKey{part.Code, part.Origin}] = programs[i]
	}
	p.kept = kept
	return programs, nil
}

// text is that of a script. Only what is known of the latest script's is kept.
func (p *Programs) text(script *Script) sourcetext.Text {
	codes := []string{script.Code}
	if len(script.Parts) > 0 {
		codes = codes[:0]
		for _, part := range script.Parts {
			codes = append(codes, part.Code)
		}
	}
	p.reading.Lock()
	defer p.reading.Unlock()
	text, pieces := make(sourcetext.Text, len(codes)), make(map[string]*sourcetext.Piece, len(codes))
	for i, code := range codes {
		if text[i] = p.pieces[code]; text[i] == nil {
			text[i] = sourcetext.NewPiece(code)
		}
		pieces[code] = text[i]
	}
	p.pieces = pieces
	return text
}

func compile(name, code string, sourceMap func(string) ([]byte, error), strict bool) (program compiled, err error) {
	// The engine's parser panics at some texts, such as `\u{10FFFF}` in a tagged template.
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("the engine cannot compile the script: %v", x)
		}
	}()
	loader := parser.WithDisableSourceMaps
	if sourceMap != nil {
		loader = parser.WithSourceMapLoader(sourceMap)
	}
	ast, err := goja.Parse(name, code, loader)
	if err != nil {
		return compiled{}, err
	}
	p, err := engine.Compile(ast, strict)
	return compiled{p, ast.File.Source()}, err
}

// writtenText is how a function was written whose text the engine gives: a part of the text that it was compiled from, so that
// where it is in memory says where it stands there.
func (w *Worker) writtenText(text string) (written string, ok bool) {
	at := uintptr(unsafe.Pointer(unsafe.StringData(text)))
	script := &w.options.Script
	for i, program := range w.programs {
		begin := uintptr(unsafe.Pointer(unsafe.StringData(program.source)))
		if at < begin || at+uintptr(len(text)) > begin+uintptr(len(program.source)) {
			continue
		}
		find := script.WrittenText
		if len(script.Parts) > 0 {
			find = script.Parts[i].WrittenText
		}
		if find == nil {
			return "", false
		}
		return find(int(at-begin), int(at-begin)+len(text))
	}
	return "", false
}

// run runs the module scope, and returns the exports or a promise of them.
func (iso *isolate) run() (exports goja.Value, err error) {
	args := []goja.Value{iso.builtins()}
	if len(iso.worker.options.Script.Parts) > 0 {
		args = append(args, iso.vm.NewObject())
	}
	for _, program := range iso.worker.programs {
		module, err := iso.vm.RunProgram(program.Program)
		if err != nil {
			return nil, err
		}
		start, _ := goja.AssertFunction(module)
		if iso.worker.options.Script.DirectEval {
			if module, err = start(goja.Undefined(), iso.realm.DirectEval()); err != nil {
				return nil, err
			}
			start, _ = goja.AssertFunction(module)
		}
		if exports, err = start(goja.Undefined(), args...); err != nil {
			return nil, err
		}
	}
	return exports, nil
}
