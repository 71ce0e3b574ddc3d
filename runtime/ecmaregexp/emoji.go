package ecmaregexp

import "strings"

// The properties of strings, which the flag v knows: https://tc39.es/ecma262/#table-binary-unicode-properties-of-strings.
// They are those of Unicode 17.

const (
	variation16 = "\ufe0f"
	joiner      = "\u200d"
	firstTone   = '\U0001f3fb' // of five
)

// stringProperty is a property of strings; ok is false if there is none of this name.
func stringProperty(name string) (c class, ok bool) {
	c = class{set: newSet(nil), mayString: true}
	switch name {
	case "Basic_Emoji":
		c.set = binaryProperty("Emoji_Presentation").minus(binaryProperty("Regional_Indicator"))
		rest := binaryProperty("Emoji").minus(binaryProperty("Emoji_Presentation")).minus(binaryProperty("Emoji_Component"))
		rest.each(func(char rune) { c.strings = append(c.strings, string(char)+variation16) })
	case "Emoji_Keycap_Sequence":
		for _, key := range "#*0123456789" {
			c.strings = append(c.strings, string(key)+variation16+"\u20e3")
		}
	case "RGI_Modifier_Sequence", "RGI_Emoji_Modifier_Sequence":
		binaryProperty("Emoji_Modifier_Base").each(func(char rune) {
			for tone := range rune(5) {
				c.strings = append(c.strings, string(char)+string(firstTone+tone))
			}
		})
	case "RGI_Flag_Sequence", "RGI_Emoji_Flag_Sequence":
		for _, region := range strings.Fields(regions) {
			c.strings = append(c.strings, string(0x1f1e6+rune(region[0]-'A'))+string(0x1f1e6+rune(region[1]-'A')))
		}
	case "RGI_Emoji_Tag_Sequence":
		for _, nation := range []string{"gbeng", "gbsct", "gbwls"} {
			text := "\U0001f3f4"
			for _, letter := range nation {
				text += string(0xe0000 + letter)
			}
			c.strings = append(c.strings, text+"\U000e007f")
		}
	case "RGI_Emoji_ZWJ_Sequence":
		c.strings = joined()
	case "RGI_Emoji":
		for _, part := range []string{"Basic_Emoji", "Emoji_Keycap_Sequence", "RGI_Emoji_Modifier_Sequence", "RGI_Emoji_Flag_Sequence", "RGI_Emoji_Tag_Sequence", "RGI_Emoji_ZWJ_Sequence"} {
			other, _ := stringProperty(part)
			c.set, c.strings = c.set.union(other.set), append(c.strings, other.strings...)
		}
	default:
		return c, false
	}
	return c, true
}

// joined are the emoji that are several with joiners between them.
func joined() (list []string) {
	long := strings.NewReplacer("+", joiner, "~", variation16)
	tone := func(i int) string { return string(firstTone + rune(i)) }
	for _, group := range persons {
		for _, person := range group.who {
			plain := string(person)
			if !binaryProperty("Emoji_Presentation").contains(person) {
				plain += variation16
			}
			for _, what := range strings.Fields(group.what) {
				rest := long.Replace(what)
				list = append(list, plain+rest)
				for i := range 5 {
					list = append(list, string(person)+tone(i)+rest)
				}
			}
		}
	}
	for _, one := range strings.Fields(single) {
		list = append(list, long.Replace(one))
	}
	pairs := func(texts string, same bool) {
		for _, text := range strings.Fields(texts) {
			first, rest, _ := strings.Cut(long.Replace(text), "#")
			between, last, _ := strings.Cut(rest, "#")
			for i := range 5 {
				for j := range 5 {
					if i != j || same {
						list = append(list, first+tone(i)+between+tone(j)+last)
					}
				}
			}
		}
	}
	pairs(couples, true)
	pairs(unlike, false)
	return list
}

// The following have + for a joiner, ~ for the variation selector of emoji, and # for a tone of skin.

// persons are people of all tones, or none, and what they do or have.
var persons = []struct{ who, what string }{
	{"🏃🚶🧎", `+➡~ +♀~+➡~ +♂~+➡~`},
	{"👨👩🧑", `+⚕~ +⚖~ +✈~ +🌾 +🍳 +🍼 +🎓 +🎤 +🎨 +🏫 +🏭 +💻 +💼 +🔧 +🔬 +🚀 +🚒 +🦯 +🦯+➡~ +🦼 +🦼+➡~ +🦽 +🦽+➡~ +🦰 +🦱 +🦲 +🦳`},
	{"🧑", `+🎄 +🩰`},
	{"⛹🏃🏄🏊🏋🏌👮👯👰👱👳👷💁💂💆💇🕵🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤼🤽🤾🦸🦹🧍🧎🧏🧔🧖🧗🧘🧙🧚🧛🧜🧝", `+♀~ +♂~`},
}

// single are as they are.
const single = `
	👨+❤~+👨 👨+❤~+💋+👨 👨+👦 👨+👦+👦 👨+👧 👨+👧+👦 👨+👧+👧 👨+👨+👦 👨+👨+👦+👦 👨+👨+👧 👨+👨+👧+👦 👨+👨+👧+👧 👨+👩+👦 👨+👩+👦+👦 👨+👩+👧
	👨+👩+👧+👦 👨+👩+👧+👧 👩+❤~+👨 👩+❤~+👩 👩+❤~+💋+👨 👩+❤~+💋+👩 👩+👦 👩+👦+👦 👩+👧 👩+👧+👦 👩+👧+👧 👩+👩+👦 👩+👩+👦+👦 👩+👩+👧 👩+👩+👧+👦
	👩+👩+👧+👧 🧑+🤝+🧑 🧑+🧑+🧒 🧑+🧑+🧒+🧒 🧑+🧒 🧑+🧒+🧒 🧞+♀~ 🧞+♂~ 🧟+♀~ 🧟+♂~ ⛓~+💥 ❤~+🔥 ❤~+🩹 🍄+🟫 🍋+🟩 🏳~+⚧~ 🏳~+🌈 🏴+☠~ 🐈+⬛
	🐕+🦺 🐦+⬛ 🐦+🔥 🐻+❄~ 👁~+🗨~ 😮+💨 😵+💫 😶+🌫~ 🙂+↔~ 🙂+↕~`

// couples are two people of all tones, and unlike those whose tones differ: with the same they are one emoji with a tone, or with none.
const (
	couples = `👨#+❤~+👨# 👨#+❤~+💋+👨# 👩#+❤~+👨# 👩#+❤~+👩# 👩#+❤~+💋+👨# 👩#+❤~+💋+👩# 🧑#+🤝+🧑#`
	unlike  = `👨#+🐰+👨# 👨#+🤝+👨# 👨#+🫯+👨# 👩#+🐰+👩# 👩#+🤝+👨# 👩#+🤝+👩# 👩#+🫯+👩# 🧑#+❤~+💋+🧑# 🧑#+❤~+🧑# 🫱#+🫲# 🧑#+🐰+🧑# 🧑#+🫯+🧑#`
)

// regions have a flag.
const regions = `
	AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
	CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU FI FJ FK FM FO
	FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO
	JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
	MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA
	SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM
	UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW`
