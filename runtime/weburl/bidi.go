package weburl

import (
	"slices"

	"golang.org/x/text/unicode/bidi"
)

// classes is a set of bidirectional classes.
type classes uint32

func classesOf(list ...bidi.Class) (set classes) {
	for _, class := range list {
		set |= 1 << class
	}
	return set
}

var (
	classL   = classesOf(bidi.L)
	classRTL = classesOf(bidi.R, bidi.AL)
	classNSM = classesOf(bidi.NSM)
	classEN  = classesOf(bidi.EN)
	classAN  = classesOf(bidi.AN)

	inLTR = classL | classEN | classNSM | classesOf(bidi.ES, bidi.CS, bidi.ET, bidi.ON, bidi.BN)
	inRTL = inLTR&^classL | classRTL | classAN
)

// satisfyBidiRule reports whether every label satisfies the Bidi rule, or none
// has a right-to-left character, so that the rule doesn't apply.
//
// https://www.rfc-editor.org/rfc/rfc5893#section-2
func satisfyBidiRule(labels []string) bool {
	return !slices.ContainsFunc(labels, isRightToLeft) || !slices.ContainsFunc(labels, violatesBidiRule)
}

func isRightToLeft(label string) bool {
	for _, r := range label {
		if classOf(r)&(classRTL|classAN) != 0 {
			return true
		}
	}
	return false
}

func violatesBidiRule(label string) bool {
	var first, last, all classes
	for _, r := range label {
		class := classOf(r)
		if all == 0 {
			first = class
		}
		if class != classNSM {
			last = class
		}
		all |= class
	}
	switch {
	case label == "":
		return false
	case first&classRTL != 0:
		return all&^inRTL != 0 || last&(classRTL|classEN|classAN) == 0 || all&classEN != 0 && all&classAN != 0
	case first&classL != 0:
		return all&^inLTR != 0 || last&(classL|classEN) == 0
	}
	return true
}

func classOf(r rune) classes {
	properties, _ := bidi.LookupRune(r)
	return classesOf(properties.Class())
}
