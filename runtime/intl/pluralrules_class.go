package intl

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// PluralRulesClass is https://tc39.es/ecma402/#pluralrules-objects.
var PluralRulesClass = webidl.NewClass("PluralRules", pluralRulesIDL{})

type pluralRulesIDL struct{}

// pluralRules is a resolved Intl.PluralRules.
type pluralRules struct {
	*numberFormat
	kind string
	rule pluralRule
}

func (pluralRulesIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		requested := localeList(c, c.Arg(0))
		o := objectOf(c, c.Arg(1), "PluralRules")
		o.matcher()
		p := &pluralRules{numberFormat: startNumberFormat(requested, "")}
		if p.locale = p.base.language; p.base.String() == "pt-PT" {
			p.locale = "pt-PT" // whose rules are its own
		}
		p.kind = o.text("type", []string{"cardinal", "ordinal"}, "cardinal")
		p.notation = o.text("notation", []string{"standard", "compact", "scientific", "engineering"}, "standard")
		if p.notation == "compact" {
			p.compactDisplay = o.text("compactDisplay", []string{"short", "long"}, "short")
		}
		p.digitOptions = o.digits(0, 3, p.notation, true)
		p.rule = p.plural
		if p.kind == "ordinal" {
			p.rule = pluralOf(ordinals, &p.base)
		}
		return p
	}
	class.Callable = requiresNew("PluralRules")
	class.Statics = webidl.Hidden(webidl.Static("supportedLocalesOf", 1, supportedLocales))
	class.Members = webidl.Hidden(
		webidl.Tag("Intl.PluralRules"),
		webidl.Method("resolvedOptions", 0, func(p *pluralRules, c webidl.Call) goja.Value {
			pairs := append([]any{"locale", p.locale, "type", p.kind, "notation", p.notation, "compactDisplay", p.compactDisplay}, p.digitOptions.resolved()...)
			pairs = append(pairs, "pluralCategories", c.Realm.Strings(p.categories()))
			return object(c.Realm, append(pairs, p.rounding()...)...)
		}),
		webidl.Method("select", 1, func(p *pluralRules, c webidl.Call) goja.Value {
			return c.String(p.category(fromFloat(c.Realm.Float(c.Arg(0)))))
		}),
		webidl.Method("selectRange", 2, func(p *pluralRules, c webidl.Call) goja.Value {
			if !c.Has(0) || !c.Has(1) {
				c.Throw(webidl.TypeErrorf("start or end is undefined"))
			}
			x, y := fromFloat(c.Realm.Float(c.Arg(0))), fromFloat(c.Realm.Float(c.Arg(1)))
			if x.nan || y.nan {
				c.Throw(webidl.RangeErrorf("Invalid argument"))
			}
			a, b := p.category(x), p.category(y)
			known := p.table.Number.Categories
			category, ok := p.table.Number.PluralRanges[a+" "+b]
			switch {
			case ok:
			case p.kind == "ordinal" && a == b: // of which cardinals have no range
				category = "other"
			case slices.Contains(known, a) && slices.Contains(known, b):
				category = b
			default: // of ordinals, which ranges know nothing of
				category = "other"
			}
			return c.String(category)
		}),
	)
}

// requiresNew is what calling a constructor does that is not a function.
func requiresNew(name string) func(c webidl.Call) goja.Value {
	return func(c webidl.Call) goja.Value {
		c.Throw(webidl.TypeErrorf("Constructor Intl.%s requires 'new'", name))
		return nil
	}
}

func (p *pluralRules) category(x decimal) string {
	if x.nan || x.inf {
		return "other"
	}
	exponent := p.exponent(x)
	_, whole, fraction := p.apply(x.shifted(-exponent))
	return p.rule(operandsOf(whole, fraction))
}

func (p *pluralRules) categories() []string {
	if p.kind == "cardinal" {
		return p.table.Number.Categories
	}
	if list, ok := ordinalCategories[p.base.language]; ok {
		return list
	}
	return []string{"other"}
}
