package bundle

// SplitAlways makes parts of modules of any size, until the function that it returns is called.
func SplitAlways() (undo func()) {
	before := [...]int{smallest, worthwhile}
	smallest, worthwhile = 0, 0
	return func() { smallest, worthwhile = before[0], before[1] }
}
