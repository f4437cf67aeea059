//! Table and property tests of the verbatim gate.

use std::time::Instant;

use proptest::prelude::*;

use crate::audit::selectors::{CONTEXT_CHARS, Evidence, QuoteSelector, collapse, locate, stands_at};
use crate::foundation::Digest;

#[test]
fn positions_count_code_points_and_the_words_are_the_bodys_own() {
    let cases = [
        ("plain words here", "words", "words", 6, 11),
        ("🚀🚀 launch at 9", "launch", "launch", 3, 9),
        ("a\r\n  b c", "a b", "a\r\n  b", 0, 6),
        ("tabs\tand\u{00A0}blanks", "tabs and blanks", "tabs\tand\u{00A0}blanks", 0, 15),
        ("cafe\u{301} cafe", "cafe", "cafe", 6, 10),
        ("x👍🏽 👍", "👍", "👍", 4, 5),
        ("日本語の文", "語の", "語の", 2, 4),
        ("one\u{0}two", "one\u{0}two", "one\u{0}two", 0, 7),
    ];
    for (body, quote, exact, start, end) in cases {
        let found = locate(body, &QuoteSelector::exact(quote)).unwrap();
        assert_eq!(found.quote.exact, exact, "{body:?}");
        assert_eq!((found.position.start, found.position.end), (start, end), "{body:?}");
        assert!(stands_at(body, &found.quote, found.position).is_ok());
    }
}

#[test]
fn words_read_from_json_map_back_to_their_escaped_source() {
    let body = r#"{"content":"He said \"ok\"\n\nand caf\u00e9 \ud83d\ude80 C:\\dir \ud83dx"}"#;
    let cases = [
        ("He said \"ok\" and", r#"He said \"ok\"\n\nand"#),
        ("café 🚀", r"caf\u00e9 \ud83d\ude80"),
        ("C:\\dir", r"C:\\dir"),
        (r"\ud83dx", r"\ud83dx"),
    ];
    for (quote, exact) in cases {
        let found = locate(body, &QuoteSelector::exact(quote)).unwrap();
        assert_eq!(found.quote.exact, exact);
        assert!(stands_at(body, &found.quote, found.position).is_ok());
    }
    assert!(
        locate("plain \\n text", &QuoteSelector::exact("plain text")).is_err(),
        "escapes are JSON's only"
    );
}

#[test]
fn words_that_do_not_stand_there_are_refused() {
    let family = "👨\u{200D}👩\u{200D}👧";
    let cases = [
        ("the valve is shut", "the valve was shut"),
        ("the valve is shut", "valveis"),
        ("cafe\u{301}", "cafe"),
        ("the valve is shut", "  \n "),
        ("the valve is shut", ""),
        ("Straße", "STRASSE"),
        (family, "👩"),
        (family, "👧"),
        ("", "x"),
    ];
    for (body, quote) in cases {
        assert!(locate(body, &QuoteSelector::exact(quote)).is_err(), "{body:?} has no {quote:?}");
    }
    assert!(locate(&"a".repeat(9_000), &QuoteSelector::exact(&"a".repeat(4_001))).is_err());
}

#[test]
fn context_and_position_choose_among_equal_words() {
    let body = "pump on, pump off, pump on";
    let second = QuoteSelector { exact: "pump", suffix: " off", ..QuoteSelector::default() };
    assert_eq!(locate(body, &second).unwrap().position.start, 9);
    let third = QuoteSelector { exact: "pump", start: Some(19), ..QuoteSelector::default() };
    assert_eq!(locate(body, &third).unwrap().position.start, 19);
    let by_prefix = QuoteSelector { exact: "pump", prefix: "off, ", ..QuoteSelector::default() };
    assert_eq!(locate(body, &by_prefix).unwrap().position.start, 19);
}

#[test]
fn a_changed_body_or_a_moved_position_fails_the_gate() {
    let body = "the valve is shut";
    let found = locate(body, &QuoteSelector::exact("valve")).unwrap();
    let evidence = Evidence::new("t", "o", "output", Digest::of(body.as_bytes()), found);
    assert!(evidence.verify(body).is_ok());
    assert!(evidence.verify("the valve is shut.").is_err());
    let mut moved = evidence.clone();
    moved.position.start += 1;
    assert!(moved.verify(body).is_err());
    let mut reworded = evidence;
    reworded.quote.exact = "Valve".to_owned();
    assert!(reworded.verify(body).is_err());
}

#[test]
fn selectors_have_the_w3c_form() {
    let found = locate("ab", &QuoteSelector::exact("b")).unwrap();
    let quote = serde_json::to_value(&found.quote).unwrap();
    assert_eq!(quote, serde_json::json!({"type":"TextQuoteSelector","exact":"b","prefix":"a","suffix":""}));
    let position = serde_json::to_value(found.position).unwrap();
    assert_eq!(position, serde_json::json!({"type":"TextPositionSelector","start":1,"end":2}));
}

#[test]
fn a_megabyte_of_near_misses_is_searched_in_linear_time() {
    let time = |megabytes: usize| {
        let body = "ab \n".repeat(megabytes << 18);
        let began = Instant::now();
        assert!(locate(&body, &QuoteSelector::exact(&format!("{}c", "ab ".repeat(1_000)))).is_err());
        began.elapsed()
    };
    println!("no match: 1 MB {:?}, 4 MB {:?}", time(1), time(4));
    let body = "a".repeat(1 << 20);
    let began = Instant::now();
    let last = QuoteSelector { exact: "aaaa", start: Some(1_048_572), ..QuoteSelector::default() };
    assert_eq!(locate(&body, &last).unwrap().position.start, 1_048_572);
    println!("a quarter million matches: {:?}", began.elapsed());
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", " ", "\r\n", "\t", "é", "e\u{301}", "🚀", "👍🏽", "\u{200D}", "日", "\u{0}", "\u{FEFF}", ".",
        "9",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_found_always_stands_verbatim_at_its_position(body in hostile(), from in 0usize..60, len in 1usize..20) {
        let quote: String = body.chars().skip(from).take(len).collect();
        for wanted in [quote.clone(), collapse(&quote)] {
            if let Ok(found) = locate(&body, &QuoteSelector::exact(&wanted)) {
                let chars: Vec<char> = body.chars().collect();
                let start = usize::try_from(found.position.start).unwrap();
                let end = usize::try_from(found.position.end).unwrap();
                let there: String = chars[start..end].iter().collect();
                prop_assert_eq!(&there, &found.quote.exact);
                prop_assert_eq!(&body[found.bytes.clone()], &found.quote.exact);
                prop_assert_eq!(collapse(&there), collapse(&wanted));
                prop_assert!(stands_at(&body, &found.quote, found.position).is_ok());
                prop_assert!(found.quote.prefix.chars().count() <= CONTEXT_CHARS);
            }
        }
    }

    #[test]
    fn a_whole_selection_is_always_found(body in hostile()) {
        let chooses = !body.trim().is_empty() && !locate_refuses_edges(&body);
        if chooses {
            prop_assert!(locate(&body, &QuoteSelector::exact(&body)).is_ok());
        }
    }

    #[test]
    fn any_two_strings_never_panic(body in ".{0,80}", quote in ".{0,8}") {
        let _ = locate(&body, &QuoteSelector::exact(&quote));
    }
}

fn locate_refuses_edges(body: &str) -> bool {
    body.starts_with(['\u{200D}', '\u{301}', '\u{1F3FD}'])
}
