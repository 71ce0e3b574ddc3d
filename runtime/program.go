package runtime

import (
	"fmt"
	"sync"

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
}

// Programs keeps the compiled parts of one script until it is loaded anew, so that only those are compiled again that have
// changed, and what is known of their text. The zero value is empty.
type Programs struct {
	mu   sync.Mutex
	kept map[programKey]*goja.Program

	reading sync.Mutex
	pieces  map[string]*sourcetext.Piece // by their text
}

type programKey struct{ code, origin string }

// compileAll compiles a script once for all isolates: its parts, if it has some. Only the latest script's are kept.
func (p *Programs) compileAll(script *Script) ([]*goja.Program, error) {
	strict := !script.ServiceWorker && !script.DirectEval
	if len(script.Parts) == 0 {
		program, err := compile(script.Name, script.Code, script.SourceMap, strict)
		return []*goja.Program{program}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	programs := make([]*goja.Program, len(script.Parts))
	errs := make([]error, len(programs))
	var compiling sync.WaitGroup
	for i, part := range script.Parts {
		if programs[i] = p.kept[programKey{part.Code, part.Origin}]; programs[i] == nil {
			compiling.Go(func() { programs[i], errs[i] = compile(script.Name, part.Code, part.SourceMap, strict) })
		}
	}
	compiling.Wait()
	kept := make(map[programKey]*goja.Program, len(programs))
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

func compile(name, code string, sourceMap func(string) ([]byte, error), strict bool) (program *goja.Program, err error) {
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
		return nil, err
	}
	return engine.Compile(ast, strict)
}

// run runs the module scope, and returns the exports or a promise of them.
func (iso *isolate) run() (exports goja.Value, err error) {
	args := []goja.Value{iso.builtins()}
	if len(iso.worker.options.Script.Parts) > 0 {
		args = append(args, iso.vm.NewObject())
	}
	for _, program := range iso.worker.programs {
		module, err := iso.vm.RunProgram(program)
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
