//! Families as text, letter by letter.

use super::family::{Family, Histogram, Sample};
use super::text::{Form, write};

fn prometheus(families: &[Family]) -> String {
    write(families, Form::Prometheus)
}

#[test]
fn both_forms_are_written_as_they_ask() {
    let mut times = Histogram::with_bounds(&[0.5, 1.0]);
    [0.25, 0.5, 3.0].into_iter().for_each(|value| times.observe(value));
    let families = [
        Family::gauge("depth", "How \\ deep\nit \"is\".")
            .with(&[("tier", "low")], 2_i64)
            .with(&[("tier", "high"), ("b", "c")], 0.5),
        Family::counter("calls_total", "Calls.").with(&[], 7_u64),
        Family::histogram("answer_seconds", "Answers.").with(&[("x", "y")], times),
        Family::gauge("nothing", "It has no samples."),
    ];
    let rows = "answer_seconds_bucket{x=\"y\",le=\"0.5\"} 2\nanswer_seconds_bucket{x=\"y\",le=\"1.0\"} 2\n\
                answer_seconds_bucket{x=\"y\",le=\"+Inf\"} 3\nanswer_seconds_sum{x=\"y\"} 3.75\n\
                answer_seconds_count{x=\"y\"} 3\n";
    let depth = "depth{tier=\"low\"} 2\ndepth{b=\"c\",tier=\"high\"} 0.5\n";
    assert_eq!(
        prometheus(&families),
        format!(
            "# HELP answer_seconds Answers.\n# TYPE answer_seconds histogram\n{rows}\
             # HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 7\n\
             # HELP depth How \\\\ deep\\nit \"is\".\n# TYPE depth gauge\n{depth}"
        )
    );
    assert_eq!(
        write(&families, Form::OpenMetrics),
        format!(
            "# HELP answer_seconds Answers.\n# TYPE answer_seconds histogram\n{rows}\
             # HELP calls Calls.\n# TYPE calls counter\ncalls_total 7\n\
             # HELP depth How \\\\ deep\\nit \\\"is\\\".\n# TYPE depth gauge\n{depth}# EOF\n"
        )
    );
    assert_eq!((prometheus(&[]), write(&[], Form::OpenMetrics)), (String::new(), "# EOF\n".to_owned()));
}

#[test]
fn hostile_values_stay_values() {
    for (value, written) in [
        ("", ""),
        ("a\"} 1\nevil 2", "a\\\"} 1\\nevil 2"),
        ("\\", "\\\\"),
        ("\\n", "\\\\n"),
        ("a\0b", "a\u{fffd}b"),
        ("a\r\tb", "a\r\tb"),
        ("# EOF", "# EOF"),
        ("Grüße, 日本", "Grüße, 日本"),
    ] {
        let text = prometheus(&[Family::gauge("g", "G.").with(&[("a", value)], 1_i64)]);
        assert_eq!(text, format!("# HELP g G.\n# TYPE g gauge\ng{{a=\"{written}\"}} 1\n"), "{value:?}");
    }
}

#[test]
fn names_are_made_fit() {
    for (name, written) in [
        ("a_b:c9", "a_b:c9"),
        ("9lives", "_9lives"),
        ("a b\n{c}", "a_b__c_"),
        ("", "_"),
        ("é", "_"),
        ("a\0", "a_"),
    ] {
        let text = prometheus(&[Family::gauge(name, "G.").with(&[], 1_i64)]);
        assert_eq!(text, format!("# HELP {written} G.\n# TYPE {written} gauge\n{written} 1\n"), "{name:?}");
    }
    for (label, written) in [
        ("a", "a"),
        ("a:b", "a_b"),
        ("1", "_1"),
        ("", "_"),
        ("__name__", "_name__"),
        ("a=\"x\",b", "a__x__b"),
    ] {
        let text = prometheus(&[Family::gauge("g", "G.").with(&[(label, "x")], 1_i64)]);
        assert!(text.ends_with(&format!("\ng{{{written}=\"x\"}} 1\n")), "{label:?}: {text}");
    }
    // What becomes the same name is told apart all the same.
    let text = prometheus(&[Family::gauge("g", "G.").with(&[("a b", "1"), ("a.b", "2")], 1_i64)]);
    assert!(text.ends_with("\ng{a_b=\"1\",a_b_2=\"2\"} 1\n"), "{text}");
    let with_le = Family::histogram("h", "H.").with(&[("le", "x")], Histogram::with_bounds(&[]));
    let text = prometheus(&[with_le]);
    assert!(text.contains("\nh_bucket{le_2=\"x\",le=\"+Inf\"} 0\n"), "{text}");
}

#[test]
fn a_counter_ends_in_total_once() {
    for (name, written) in [("a", "a_total"), ("a_total", "a_total"), ("_total", "_total_total")] {
        let text = prometheus(&[Family::counter(name, "C.").with(&[], 1_i64)]);
        assert_eq!(text, format!("# HELP {written} C.\n# TYPE {written} counter\n{written} 1\n"), "{name}");
    }
}

#[test]
fn what_comes_twice_stands_once() {
    let families = [
        Family::gauge("b", "B.").with(&[("x", "1")], 1_i64),
        Family::gauge("a", "A.").with(&[], 1_i64),
        Family::gauge("b", "Other words.").with(&[("x", "2")], 2_i64).with(&[("x", "1")], 9_i64),
        // A label without a value is none.
        Family::gauge("a", "A.").with(&[("x", "")], 5_i64),
        // What is of another kind is another metric, and has no place here.
        Family::histogram("a", "A.").with(&[("x", "3")], Histogram::with_bounds(&[])),
    ];
    assert_eq!(
        prometheus(&families),
        "# HELP a A.\n# TYPE a gauge\na 1\n# HELP b B.\n# TYPE b gauge\nb{x=\"1\"} 1\nb{x=\"2\"} 2\n"
    );
}

#[test]
fn numbers_are_ones_that_readers_know() {
    for (value, written) in [
        (0.0, "0.0"),
        (-1.5, "-1.5"),
        (1e300, "1e300"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "+Inf"),
        (f64::NEG_INFINITY, "-Inf"),
    ] {
        let text = prometheus(&[Family::gauge("g", "G.").with(&[], value)]);
        assert!(text.ends_with(&format!("\ng {written}\n")), "{text}");
    }
    // What is of another kind than its family is left out.
    let mut mixed = Family::gauge("g", "G.").with(&[], Histogram::with_bounds(&[1.0]));
    mixed.samples.push(Sample::new(&[("a", "b")], 3_i64));
    assert_eq!(prometheus(&[mixed]), "# HELP g G.\n# TYPE g gauge\ng{a=\"b\"} 3\n");
}

#[test]
fn whoever_asks_for_openmetrics_gets_it() {
    for (accept, form) in [
        ("", Form::Prometheus),
        ("*/*", Form::Prometheus),
        ("text/html,application/xhtml+xml,*/*;q=0.8", Form::Prometheus),
        ("application/openmetrics-text", Form::OpenMetrics),
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
             text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Form::OpenMetrics,
        ),
        ("Application/OpenMetrics-Text ; version=\"1.0.0\" ; q=0.6 , text/plain; q=0.5", Form::OpenMetrics),
        ("application/openmetrics-text;version=0.0.1", Form::Prometheus),
        ("application/openmetrics-text;q=0", Form::Prometheus),
        ("application/openmetrics-text;q=many", Form::Prometheus),
        ("text/plain, application/openmetrics-text;q=0.9", Form::Prometheus),
        ("application/vnd.google.protobuf;q=0.7", Form::Prometheus),
    ] {
        assert_eq!(Form::asked(accept), form, "{accept}");
    }
}
