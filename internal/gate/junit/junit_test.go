package junit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"slipway/internal/errs"
)

const gotestsum = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" errors="0" time="0.812345">
	<testsuite tests="3" failures="1" time="0.790000" name="example.org/bank/ledger" timestamp="2026-11-19T12:01:00Z">
		<properties><property name="go.version" value="go1.26.0 linux/amd64"></property></properties>
		<testcase classname="example.org/bank/ledger" name="TestPost" time="0.010000"></testcase>
		<testcase classname="example.org/bank/ledger" name="TestPost/twice_&amp;_back" time="0.020000">
			<failure message="Failed" type="">=== RUN   TestPost/twice_&amp;_back&#xA;    ledger_test.go:40: got 2, want 1&#xA;</failure>
		</testcase>
		<testcase classname="example.org/bank/ledger" name="TestSlow" time="0.000000"><skipped message="short"></skipped></testcase>
	</testsuite>
</testsuites>`

const surefire = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://example.org/surefire-test-report.xsd" version="3.0"
  name="org.example.LedgerTest" time="1,234.5" tests="4" errors="1" skipped="0" failures="1">
  <properties><property name="line.separator" value="&#10;"/></properties>
  <testcase name="posts" classname="org.example.LedgerTest" time="0.1"><system-out><![CDATA[<testcase name="not one"/> &#27;[1m ]] > ok]]></system-out></testcase>
  <testcase name="flaky" classname="org.example.LedgerTest" time="0.1"><flakyFailure message="first" type="x"><stackTrace><![CDATA[at ..]]></stackTrace></flakyFailure></testcase>
  <testcase name="fails" classname="org.example.LedgerTest" time="0.1"><failure message="&#27;[31mexpected: &lt;1&gt;" type="org.example.AssertionFailedError"><![CDATA[trace]]></failure><rerunFailure message="again" type="x"/></testcase>
  <testcase name="breaks" classname="org.example.LedgerTest" time="0.1"><error type="java.lang.NullPointerException"><![CDATA[java.lang.NullPointerException
	at org.example.Ledger & co]]></error></testcase>
</testsuite>`

const pytest = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" time="0.123" timestamp="2026-11-19T13:00:00.123456+01:00" hostname="build-7">
<testcase classname="tests.test_pay" name="test_ok[1-2]" time="0.001" /><testcase classname="tests.test_pay" name="test_bad" time="0.001"><failure message="assert 1 == 2">def test_bad():
&gt;       assert 1 == 2</failure></testcase><testcase classname="tests.test_pay" name="test_skip" time="0.000"><skipped type="pytest.skip" message="not today">x</skipped></testcase>
<testcase classname="tests.test_pay" name="test_teardown" time="0.001"><error message="failed on teardown">boom</error></testcase></testsuite></testsuites>`

const jest = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="2" failures="1" errors="0" time="2.5">
  <testsuite name="Payee" errors="0" failures="1" skipped="0" timestamp="2026-11-19T12:00:00" time="1.5" tests="2">
    <testcase classname="Payee checks" name="Payee checks the name" time="0.004"/>
    <testcase classname="Payee › “closes”" name="Payee closes" time="0.002"><failure>Error: expect(received).toBe(expected)</failure></testcase>
  </testsuite>
</testsuites>`

const nested = `<testsuites><testsuite name="Platform" tests="3"><testsuite name="JUnit Jupiter" tests="2">
  <testcase name="a()" classname="A"/><testcase name="b()" classname="A" status="notrun"/>
  </testsuite><testcase name="c" classname="C"/></testsuite></testsuites>`

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name, doc, want, failing, warn string
	}{
		{"gotestsum", gotestsum, "1 suites, 3 tests, 1 failures, 0 errors, 1 skipped, 0 flaky, 812.345ms", "TestPost/twice_&_back failure 7 Failed", ""},
		{"surefire", surefire, "1 suites, 4 tests, 1 failures, 1 errors, 0 skipped, 1 flaky, 20m34.5s",
			"fails failure 7 \ufffd[31mexpected: <1> | breaks error 8 java.lang.NullPointerException\n\tat org.example.Ledger & co", ""},
		{"pytest", pytest, "1 suites, 4 tests, 1 failures, 1 errors, 1 skipped, 0 flaky, 123ms", "test_bad failure 2 assert 1 == 2 | test_teardown error 4 failed on teardown", ""},
		{"jest", jest, "1 suites, 2 tests, 1 failures, 0 errors, 0 skipped, 0 flaky, 2.5s", "Payee closes failure 5 Error: expect(received).toBe(expected)", ""},
		{"nested", nested, "2 suites, 3 tests, 0 failures, 0 errors, 1 skipped, 0 flaky, 0s", "", ""},
		{"no totals", `<testsuite><testcase name="a"><failure/></testcase></testsuite>`, "1 suites, 1 tests, 1 failures, 0 errors, 0 skipped, 0 flaky, 0s", "a failure 1 ", ""},
		{"cases without a suite", `<testsuites><testcase name="a" time="1e-05"/></testsuites>`, "0 suites, 1 tests, 0 failures, 0 errors, 0 skipped, 0 flaky, 10µs", "", ""},
		{"a suite that could not start", `<testsuite name="S"><error message="cannot start"/></testsuite>`, "1 suites, 0 tests, 0 failures, 1 errors, 0 skipped, 0 flaky, 0s", " error 1 cannot start", "junit.empty"},
		{"failure and error in one case count once", `<testsuite><testcase name="a"><failure message="f"/><error message="e"/></testcase></testsuite>`, "1 suites, 1 tests, 0 failures, 1 errors, 0 skipped, 0 flaky, 0s", "a error 1 e", ""},
		{"failed by status", `<testsuite><testcase name="a" status="failed"/><testcase name="b" status="run"/></testsuite>`, "1 suites, 2 tests, 1 failures, 0 errors, 0 skipped, 0 flaky, 0s", "a failure 1 ", ""},
		{"a failure beats skipped", `<testsuite><testcase name="a"><skipped/><failure/></testcase></testsuite>`, "1 suites, 1 tests, 1 failures, 0 errors, 0 skipped, 0 flaky, 0s", "a failure 1 ", ""},
		{"disabled", `<testsuite tests="2" disabled="1" skipped="0"><testcase name="a"/><testcase name="b"><disabled/></testcase></testsuite>`, "1 suites, 2 tests, 0 failures, 0 errors, 1 skipped, 0 flaky, 0s", "", ""},
		{"totals differ", `<testsuite name="S" tests="9" failures="1"><testcase name="a"/></testsuite>`, "1 suites, 1 tests, 0 failures, 0 errors, 0 skipped, 0 flaky, 0s", "", "junit.totals_differ junit.totals_differ"},
		{"bad numbers", `<testsuite tests="many" failures="-1" errors="99999999999999999999" time="NaN"><testcase name="a" time="soon"/></testsuite>`, "1 suites, 1 tests, 0 failures, 0 errors, 0 skipped, 0 flaky, 0s", "", "junit.number junit.number junit.number junit.number junit.number"},
		{"empty", `<testsuites/>`, "0 suites, 0 tests, 0 failures, 0 errors, 0 skipped, 0 flaky, 0s", "", "junit.empty"},
		{"mark, comments, instructions", "\ufeff<?xml version='1.0'?>\n<!-- - -- --->\n<?x y?><testsuites ><!-- <testcase/> --><testsuite\n><testcase name='a\"b'\n/></testsuite ></testsuites>\n<!-- end -->\n", "1 suites, 1 tests, 0 failures, 0 errors, 0 skipped, 0 flaky, 0s", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.doc), &drip{[]byte(c.doc)}} {
				r, err := Read(in, Limits{})
				if err != nil {
					t.Fatal(err)
				}
				n := r.Totals
				got := fmt.Sprintf("%d suites, %d tests, %d failures, %d errors, %d skipped, %d flaky, %s", n.Suites, n.Tests, n.Failures, n.Errors, n.Skipped, n.Flaky, n.Duration)
				var failing, warn []string
				for _, f := range r.Failing {
					failing = append(failing, fmt.Sprintf("%s %s %d %s", f.Name, f.Outcome, f.Line, f.Message))
				}
				for _, w := range r.Warn {
					warn = append(warn, w.Code)
				}
				if got != c.want || strings.Join(failing, " | ") != c.failing || strings.Join(warn, " ") != c.warn {
					t.Errorf("got  %s\n%q\n%v\nwant %s\n%q\n%s", got, strings.Join(failing, " | "), r.Warn, c.want, c.failing, c.warn)
				}
			}
		})
	}
}

// drip gives one byte at a time.
type drip struct{ b []byte }

func (d *drip) Read(p []byte) (int, error) {
	if len(d.b) == 0 {
		return 0, io.EOF
	}
	p[0], d.b = d.b[0], d.b[1:]
	return 1, nil
}

func utf16Of(s string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func TestEncodings(t *testing.T) {
	const doc = `<?xml version="1.0" encoding="%s"?><testsuite name="S"><testcase name="%s"><failure/></testcase></testsuite>`
	for _, c := range []struct{ name, in, want string }{
		{"UTF-16 LE", utf16Of(fmt.Sprintf(doc, "UTF-16", "Zahlung über 10 € 🏦"), false), "Zahlung über 10 € 🏦"},
		{"UTF-16 BE", utf16Of(fmt.Sprintf(doc, "UTF-16", "Zahlung über 10 € 🏦"), true), "Zahlung über 10 € 🏦"},
		{"ISO-8859-1", fmt.Sprintf(doc, "ISO-8859-1", "Zahlung \xfcber"), "Zahlung über"},
		{"Windows-1252", fmt.Sprintf(doc, "windows-1252", "10 \x80 \xfcber"), "10 € über"},
		{"US-ASCII", fmt.Sprintf(doc, "US-ASCII", "a"), "a"},
		{"UTF-8", fmt.Sprintf(doc, "utf-8", "Zahlung über"), "Zahlung über"},
	} {
		for _, in := range []io.Reader{strings.NewReader(c.in), &drip{[]byte(c.in)}} {
			r, err := Read(in, Limits{})
			if err != nil || len(r.Failing) != 1 || r.Failing[0].Name != c.want {
				t.Errorf("%s: %+v, %v", c.name, r, err)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	laughs := `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<testsuite name="&lol2;"><testcase name="a"/></testsuite>`
	for _, c := range []struct {
		name, doc, reason, field string
		line                     int
	}{
		{"nothing", "", "junit.root", "file", 1},
		{"blank", " \n\n ", "junit.root", "file", 3},
		{"not XML", "PASS: 12", "junit.xml", "file", 1},
		{"JSON", `{"tests": 1}`, "junit.xml", "file", 1},
		{"a web page", "<!DOCTYPE html><html/>", "junit.doctype", "file", 1},
		{"a web page without a type", "\n<html></html>", "junit.root", "html", 2},
		{"TRX", "<TestRun/>", "junit.root", "TestRun", 1},
		{"billion laughs", laughs, "junit.doctype", "file", 2},
		{"external entity", `<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>`, "junit.doctype", "file", 1},
		{"unknown entity", "<testsuite>\n<testcase name='&xxe;'/></testsuite>", "junit.entity", "testsuite/testcase", 2},
		{"NUL", "<testsuite>\n\n\x00</testsuite>", "junit.nul", "testsuite", 3},
		{"UTF-16 without its mark", utf16Of("<testsuite/>", false)[2:], "junit.nul", "file", 1},
		{"half a UTF-16 character", "\xff\xfe<\x00t", "junit.encoding", "file", 1},
		{"half a surrogate", "\xff\xfe\x00\xd8<\x00", "junit.encoding", "file", 1},
		{"not UTF-8", "<testsuite>\n<testcase name='\xfc'/></testsuite>", "junit.encoding", "testsuite/testcase", 2},
		{"wrong encoding declared", "<?xml version='1.0' encoding='EBCDIC-US'?><testsuite/>", "junit.encoding", "file", 1},
		{"cut off", "<testsuite>\n<testcase name='a'", "junit.xml", "testsuite/testcase", 2},
		{"not closed", "<testsuite><testcase name='a'>", "junit.xml", "testsuite/testcase", 1},
		{"wrong end", "<testsuite><testcase></testsuite></testcase>", "junit.xml", "testsuite/testcase", 1},
		{"two roots", "<testsuite/><testsuite/>", "junit.xml", "testsuite", 1},
		{"end before start", "</testsuite>", "junit.xml", "file", 1},
		{"attribute twice", "<testsuite name='a' name='b'/>", "junit.xml", "testsuite", 1},
		{"attribute without quotes", "<testsuite name=a/>", "junit.xml", "testsuite", 1},
		{"a tag in an attribute", "<testsuite name='<b>'/>", "junit.xml", "testsuite", 1},
		{"a case in a case", "<testsuite><testcase><system-out><testcase/></system-out></testcase></testsuite>", "junit.structure", "testsuite/testcase/system-out/testcase", 1},
		{"suites in a suite", "<testsuite><testsuites/></testsuite>", "junit.structure", "testsuite/testsuites", 1},
		{"deep", strings.Repeat("<testsuite>", 100_000), "junit.too_deep", strings.TrimSuffix(strings.Repeat("testsuite/", 6), "/"), 1},
		{"many attributes", "<testsuite " + attributes(1000) + "/>", "junit.too_many_attributes", "testsuite", 1},
		{"a name of 10 MB", "<testsuite><testcase name='" + strings.Repeat("x", 10<<20) + "'/></testsuite>", "junit.name_too_long", "testsuite/testcase", 1},
		{"an element's name of 10 MB", "<" + strings.Repeat("x", 10<<20) + "/>", "junit.name_too_long", "file", 1},
		{"a reference without end", "<testsuite name='&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'/>", "junit.entity", "testsuite", 1},
	} {
		for _, in := range []io.Reader{strings.NewReader(c.doc), io.MultiReader(strings.NewReader(c.doc[:len(c.doc)/2]), strings.NewReader(c.doc[len(c.doc)/2:]))} {
			_, err := Read(in, Limits{})
			e := errs.As(err)
			if e == nil || e.Code != errs.CodeInvalid || e.Reason != c.reason || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Fields[0].Line != c.line {
				t.Errorf("%s: %v (%+v); want %s at %s, line %d", c.name, err, e, c.reason, c.field, c.line)
			} else if len(e.Error()) > 500 {
				t.Errorf("%s: the message has %d bytes", c.name, len(e.Error()))
			}
		}
	}
	_, err := Read(strings.NewReader("<testsuite>"+strings.Repeat("<testcase/>", 20)+"</testsuite>"), Limits{Cases: 10})
	if errs.ReasonOf(err) != "junit.too_many_cases" {
		t.Errorf("too many cases: %v", err)
	}
	if _, err := Read(io.MultiReader(strings.NewReader("<testsuite>"), &broken{}), Limits{}); !errors.Is(err, errBroken) {
		t.Errorf("a broken reader: %v", err)
	}
}

var errBroken = errors.New("the line went dead")

type broken struct{}

func (*broken) Read([]byte) (int, error) { return 0, errBroken }

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d='x' ", i)
	}
	return b.String()
}

// flood is an endless text behind a head.
type flood struct {
	head string
	unit string
}

func (f *flood) Read(p []byte) (int, error) {
	if f.head != "" {
		n := copy(p, f.head)
		f.head = f.head[n:]
		return n, nil
	}
	n := 0
	for n+len(f.unit) <= len(p) {
		n += copy(p[n:], f.unit)
	}
	return n, nil
}

func TestFloodsAreBounded(t *testing.T) {
	for _, c := range []struct{ name, head, unit string }{
		{"output", "<testsuite><system-out>", "all work and no play\n"},
		{"failure text", "<testsuite><testcase><failure>", "all work &amp; no play\n"},
		{"comment", "<testsuite><!--", "--"},
		{"section", "<testsuite><testcase><failure><![CDATA[", "]]&"},
		{"message", "<testsuite><testcase><failure message='", "xxxx"},
		{"cases", "<testsuite>", "<testcase name='a'><failure message='m'/></testcase>"},
		{"white space", "", "    "},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read(&flood{c.head, c.unit}, Limits{Bytes: 24 << 20, Cases: 1 << 30})
		runtime.ReadMemStats(&after)
		if e := errs.As(err); e == nil || e.Code != errs.CodeTooLarge || e.Reason != "junit.too_large" || !strings.Contains(e.Msg, "line") {
			t.Errorf("%s: %v", c.name, err)
		}
		// What is held would be all of 24 MiB; the collector comes when it comes, and may leave some of what is not.
		if grew := int64(after.HeapAlloc) - int64(before.HeapAlloc); grew > 12<<20 {
			t.Errorf("%s: the heap grew by %d MB", c.name, grew>>20)
		}
	}
}

func TestKeptIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("<testsuite>")
	for range 500 {
		b.WriteString("<testcase name='" + strings.Repeat("n", 4000) + "'><failure message='" + strings.Repeat("é", 4000) + "'/></testcase>")
	}
	b.WriteString("</testsuite>")
	r, err := ReadBytes([]byte(b.String()), Limits{})
	if err != nil || len(r.Failing) != 100 || r.Omitted != 400 || r.Totals.Failures != 500 {
		t.Fatalf("%d kept, %d omitted, %+v, %v", len(r.Failing), r.Omitted, r.Totals, err)
	}
	if n := len(r.Failing[0].Name); n > 520 {
		t.Errorf("a name of %d bytes", n)
	}
	if n := len(r.Failing[0].Message); n > 2060 || !strings.HasSuffix(r.Failing[0].Message, "é…") {
		t.Errorf("a message of %d bytes: …%q", n, r.Failing[0].Message[n-8:])
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{gotestsum, surefire, pytest, jest, nested, utf16Of(nested, true), "<testsuite><![CDATA[]]]]></testsuite>", "<a/>", "\xff\xfe", "<testsuite name='&#x;'/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, err := ReadBytes(doc, Limits{})
		if s, err2 := Read(&drip{doc}, Limits{}); fmt.Sprint(r, err) != fmt.Sprint(s, err2) {
			t.Fatalf("whole: %+v, %v\ndrops: %+v, %v", r, err, s, err2)
		}
		if err != nil {
			if e := errs.As(err); e.Code != errs.CodeInvalid && e.Code != errs.CodeTooLarge {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if n := r.Totals; n.Failures+n.Errors < len(r.Failing)+r.Omitted || n.Tests < 0 {
			t.Fatalf("%+v", r)
		}
		// Whatever the standard library accepts too must hold as many cases.
		if n, ok := standard(doc); ok && n != r.Totals.Tests {
			t.Fatalf("%d cases, the standard library sees %d", r.Totals.Tests, n)
		}
	})
}

func standard(doc []byte) (int, bool) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	n := 0
	for {
		tok, err := d.RawToken()
		if err != nil {
			return n, errors.Is(err, io.EOF)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "testcase" {
				n++
			}
		case xml.EndElement:
			if strings.ContainsRune(e.Name.Local, ':') {
				return 0, false
			}
		}
	}
}

// hundred is a report of 100 tests and about 50 KB.
func hundred() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><testsuites tests="100" failures="2"><testsuite name="example.org/bank/ledger" tests="100" failures="2" time="12.3">`)
	for i := range 100 {
		fmt.Fprintf(&b, `<testcase classname="example.org/bank/ledger" name="TestCase%d/with_a_long_description_of_what_is_tested" time="0.%03d">`, i, i)
		if i%50 == 0 {
			b.WriteString(`<failure message="Failed" type="">` + strings.Repeat("ledger_test.go:40: got 2, want 1&#xA;\n", 40) + `</failure>`)
		}
		b.WriteString("<system-out><![CDATA[" + strings.Repeat("time=2026-11-19T12:00:00Z level=INFO msg=posted\n", 7) + "]]></system-out></testcase>\n")
	}
	b.WriteString("</testsuite></testsuites>")
	return b.Bytes()
}

func BenchmarkRead(b *testing.B) {
	doc := hundred()
	b.Run("own", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			if r, err := ReadBytes(doc, Limits{}); err != nil || r.Totals.Failures != 2 || r.Totals.Tests != 100 {
				b.Fatal(r, err)
			}
		}
	})
	b.Run("encoding-xml-tokens", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			if n, ok := standard(doc); !ok || n != 100 {
				b.Fatal(n)
			}
		}
	})
}

func TestPassed(t *testing.T) {
	if n := (Totals{Tests: 10, Failures: 1, Errors: 2, Skipped: 3, Duration: time.Second}).Passed(); n != 4 {
		t.Error(n)
	}
}
