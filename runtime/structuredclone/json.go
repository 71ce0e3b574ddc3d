package structuredclone

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/dop251/goja"
)

// FromJSON makes the data of a JSON text, whose objects keep the order of their properties.
func FromJSON(text []byte) (*Data, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	d := &Data{}
	root, err := d.json(goja.New(), decoder)
	d.root = root
	return d, err
}

// json reads one value. The engine makes values that are no objects, which are no engine's own.
func (d *Data) json(primitives *goja.Runtime, decoder *json.Decoder) (item, error) {
	token, err := decoder.Token()
	if err != nil {
		return item{}, err
	}
	switch token := token.(type) {
	case nil:
		return item{primitive: goja.Null()}, nil
	case bool, string:
		return item{primitive: settled(primitives.ToValue(token))}, nil
	case json.Number:
		n, err := token.Float64()
		if err != nil && !math.IsInf(n, 0) {
			return item{}, err
		}
		return item{primitive: primitives.ToValue(n)}, nil
	case json.Delim:
		rec := record{kind: ordinaryKind}
		if token == '[' {
			rec.kind = arrayKind
		}
		d.objects = append(d.objects, rec)
		n := len(d.objects)
		for decoder.More() {
			key := fmt.Sprint(len(rec.items))
			if rec.kind == ordinaryKind {
				name, err := decoder.Token()
				if err != nil {
					return item{}, err
				}
				key = name.(string)
			}
			value, err := d.json(primitives, decoder)
			if err != nil {
				return item{}, err
			}
			rec.keys, rec.items = append(rec.keys, key), append(rec.items, value)
		}
		_, err := decoder.Token()
		rec.number = float64(len(rec.items))
		d.objects[n-1] = rec
		return item{object: n}, err
	}
	return item{}, fmt.Errorf("unexpected %v", token)
}
