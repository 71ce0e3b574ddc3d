package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseDotenv is a table of what npm's dotenv 16.3.1, which wrangler
// bundles, makes of each text: "NAME=value" for each variable.
func TestParseDotenv(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"plain", "A=1\nB=two words\n", []string{"A=1", "B=two words"}},
		{"no line end", "A=1", []string{"A=1"}},
		{"byte order mark", "\uFEFFA=1\n", []string{"A=1"}},
		{"CRLF", "A=1\r\nB=\"x\r\ny\"\r\n", []string{"A=1", "B=x\ny"}},
		{"CR", "A=1\rB=2\r", []string{"A=1", "B=2"}},
		{"space around", "  A =  1  \n\tB\t=\t2\t\n", []string{"A=1", "B=2"}},
		{"empty", "A=\nB=''\nC=\"\"\n", []string{"A=", "B=", "C="}},
		{"export", "export A=1\nexport=2\nexport =3\nexportB=4\n", []string{"A=1", "export=2", "export=3", "exportB=4"}},
		{"colon", "A: 1\nB:2\nC : 3\n", []string{"A=1"}},
		{"names", "a.b-c_D9=1\n9=2\nA B=3\n", []string{"a.b-c_D9=1", "9=2"}},
		{"comments", "# A=1\nB=2 # x\nC=3#x\nD='4#4' # x\nE=\"#\"\n", []string{"B=2", "C=3", "D=4#4", "E=#"}},
		{"quotes", "A='x'\nB=\"x\"\nC=`x`\nD='it\"s'\nE=\"it's\"\n", []string{"A=x", "B=x", "C=x", `D=it"s`, "E=it's"}},
		{"escapes", `A="a\nb\rc\td"` + "\n" + `B='a\nb'` + "\n" + `C=a\nb` + "\n", []string{"A=a\nb\rc\\td", `B=a\nb`, `C=a\nb`}},
		{"escaped quotes", `A="say \"hi\""` + "\n" + `B='it\'s'` + "\n", []string{`A=say \"hi\"`, `B=it\'s`}},
		{"backslash at the end", `A="C:\dir\"` + "\nB=1\n", []string{`A=C:\dir\`, "B=1"}},
		{"several lines", "A=\"-----BEGIN-----\nx\n-----END-----\"\nB='1\n2'\nC=`1\n\n2`\n", []string{"A=-----BEGIN-----\nx\n-----END-----", "B=1\n2", "C=1\n\n2"}},
		{"JSON", `A={"a":[1,"b"]}` + "\n" + `B='{"a": 1}'` + "\n", []string{`A={"a":[1,"b"]}`, `B={"a": 1}`}},
		{"equals signs", "A=a=b==\nB==\n", []string{"A=a=b==", "B=="}},
		{"open quote", "A=\"open\nB=2\n", []string{`A="open`, "B=2"}},
		{"text behind a quote", "A=\"x\" y\nB='x' # y\n", []string{`A="x" y`, "B=x"}},
		{"quote within", "A=x\"y\"\n", []string{`A=x"y"`}},
		{"twice", "A=1\nA=2\n", []string{"A=1", "A=2"}},
		{"skipped", "no !\n=1\nA=1\n!\n", []string{"A=1"}},
		{"value on the next line", "A:\n1\nB=\n'x'\n", []string{"A=1", "B=x"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			vars, _ := parseDotenv("/f", []byte(tt.text))
			if diff := cmp.Diff(tt.want, pairsOf(vars)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func pairsOf(vars []Var) []string {
	var list []string
	for _, v := range vars {
		list = append(list, v.Name+"="+v.Value.(string))
	}
	return list
}

func TestParseDotenvWarns(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"fine", "# comment\n\nA=1\nB=\"x\" # comment\nC=it's\nD=\n", ""},
		{"no name", "A=1\n  what is this\n", "/f:2:3: is neither"},
		{"open quote", "ü=1\nA=  'x\n", "/f:2:5: this ' has no counterpart"},
		{"a secret is not shown", "A=\"sec\nret\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ds := parseDotenv("/f", []byte(tt.text))
			got := ds.String()
			if !strings.Contains(got, tt.want) || tt.name == "fine" && got != "" {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if strings.Contains(got, "sec") {
				t.Errorf("a value is shown: %s", got)
			}
		})
	}
}

// TestExpandVars is a table of what npm's dotenv-expand 12.0.2 makes of it.
func TestExpandVars(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"braces or none", "X=1\nY=${X}2\nZ=$X-$Y\n", []string{"X=1", "Y=12", "Z=1-12"}},
		{"absent", "X=a${NO}b$NO\n", []string{"X=ab"}},
		{"only what is before", "X=$Y\nY=1\n", []string{"X=", "Y=1"}},
		{"default", "X=${NO:-d}${NO-e}${EMPTY:-f}\n", []string{"X=def"}},
		{"default that is not needed", "X=${OUTER:-d}\n", []string{"X=outer"}},
		{"instead", "X=${OUTER:+i}${NO:+j}${OUTER+k}\n", []string{"X=ik"}},
		{"nested", "X=${NO:-${OUTER}}\n", []string{"X=outer"}},
		{"escaped", `X=\$OUTER \${OUTER}` + "\n", []string{"X=$OUTER ${OUTER}"}},
		{"no reference", "X=5$ $1 ${} $\n", []string{"X=5$ $1 ${} $"}},
		{"the environment wins", "OUTER=mine\nEMPTY=mine\nX=$OUTER\n", []string{"X=outer"}},
		{"of itself", "X=$X\n", []string{"X="}},
	}
	environ := []Var{{Name: "OUTER", Value: "outer"}, {Name: "EMPTY", Value: ""}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			vars, _ := parseDotenv("/f", []byte(tt.text))
			got := pairsOf(expandVars(lastOfEach(vars), environ))
			if diff := cmp.Diff(tt.want, got[len(environ):]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Values that double each other would otherwise fill the memory.
func TestExpandVarsIsBounded(t *testing.T) {
	text := "V0=xxxxxxxx\n"
	for i := range 60 {
		text += fmt.Sprintf("V%d=$V%d$V%d\n", i+1, i, i)
	}
	vars, _ := parseDotenv("/f", []byte(text))
	for _, v := range expandVars(vars, nil) {
		if n := len(v.Value.(string)); n > 3*maxExpansion {
			t.Fatalf("%s has %d bytes", v.Name, n)
		}
	}
}

func FuzzDotenv(f *testing.F) {
	for _, s := range []string{"A=1\n", "export A: 'x'\n", "A=\"x\ny\" # z\n", "A=`\\`\n", "A=${B:-$C}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		vars, ds := parseDotenv("/f", data)
		for _, d := range ds {
			checkPosition(t, d.Pos, bytesWithLF(asRead(data)))
		}
		for _, v := range vars {
			checkPosition(t, v.Pos, bytesWithLF(asRead(data)))
		}
		expandVars(lastOfEach(vars), nil)
	})
}
