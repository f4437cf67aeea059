//! What becomes an atom, and that no atom ever holds a word the body does not.

use std::borrow::Cow;
use std::time::Instant;

use proptest::prelude::*;

use crate::audit::selectors::{Evidence, QuoteSelector, collapse, locate, stands_at};
use crate::foundation::Digest;

use super::extract::{Dropped, Extraction, extract, extract_span};
use super::model::AtomKind;

fn whole(body: &str) -> Extraction {
    extract_span(body, 0..body.len())
}

fn statements(body: &str) -> Vec<String> {
    whole(body).drafts.into_iter().map(|draft| draft.statement).collect()
}

fn reason(body: &str) -> Vec<Dropped> {
    whole(body).dropped.into_iter().map(|(_, reason)| reason).collect()
}

#[test]
fn sentences_are_cut_where_they_end_and_nowhere_else() {
    let body = "The run used 1,234 tokens (approx. 3.5 kB) with Dr. J. Smith\r\nof Acme Inc. and was fast. \
                It returned HTTP 500 to the \"send_mail\" tool! All 12 calls were traced; the gateway counted 12 calls.";
    assert_eq!(
        statements(body),
        [
            "The run used 1,234 tokens (approx. 3.5 kB) with Dr. J. Smith of Acme Inc. and was fast.",
            "It returned HTTP 500 to the \"send_mail\" tool!",
            "All 12 calls were traced;",
            "the gateway counted 12 calls.",
        ]
    );
}

#[test]
fn markdown_structure_is_not_prose() {
    let body = "# Result for WO-7\n\n- [x] The pump P-101 was restarted at 09:30.\n- Model: gpt-4o\n\n\
                | Key | 12 |\n|---|---|\n| a | b | 3 |\n```sh\nexport KEY=1\n```\n**Latency**: 350 ms\n";
    assert_eq!(
        statements(body),
        ["The pump P-101 was restarted at 09:30.", "Model: gpt-4o", "Key | 12", "**Latency**: 350 ms"]
    );
    assert!(reason(body).iter().all(|reason| *reason == Dropped::NotProse));
}

#[test]
fn json_gives_its_scalars_as_they_are_written() {
    let body =
        r#"{"status": 500, "tool":"send_mail", "note":"a \"b\" 7", "nested":{"tokens":1234,"ok":true}}"#;
    assert_eq!(
        statements(body),
        [
            r#""status": 500"#,
            r#""tool":"send_mail""#,
            r#""note":"a \"b\" 7""#,
            r#""tokens":1234"#,
            r#""ok":true"#,
        ]
    );
}

#[test]
fn lines_escaped_in_a_json_string_end_where_they_end() {
    let body = r#"{"content":"Done.\n\n- The pump P-101 was restarted at 09:30.\n- It sent \"ok\" to Mike Harp twice\n"}"#;
    let start = body.find("Done").unwrap();
    let drafts = extract_span(body, start..body.len() - 2).drafts;
    let found: Vec<_> = drafts.iter().map(|draft| draft.statement.as_str()).collect();
    assert_eq!(found, ["The pump P-101 was restarted at 09:30.", r#"It sent \"ok\" to Mike Harp twice"#]);
}

#[test]
fn what_says_nothing_checkable_is_dropped_with_its_reason() {
    let table = [
        ("Did the agent send 12 mails to Mike?", Dropped::Question),
        ("Restart the pump P-101 at 09:30 today.", Dropped::Imperative),
        ("I think the pump P-101 was restarted at noon.", Dropped::Chatter),
        ("Hello, the pump P-101 was restarted at noon.", Dropped::Chatter),
        ("As an AI I was told the 3 rules.", Dropped::Chatter),
        ("The thing was done in the usual way.", Dropped::NothingToCheck),
        ("Pump P-101 restarted.", Dropped::Length),
        ("Die Pumpe P-101 wurde heute um 9 Uhr gestartet.", Dropped::UnsupportedLanguage),
        ("A list of the 12 pumps in the hall", Dropped::NoStatement),
    ];
    for (body, expected) in table {
        assert_eq!(reason(body), [expected], "{body}");
    }
    assert_eq!(reason(&format!("The word {} was 1 long.", "x".repeat(300))), [Dropped::Length]);
}

#[test]
fn pronouns_mark_needs_context_and_bring_heading_and_sentence_along() {
    let body =
        "# Mail agent\n\nThe agent was started by Mike at 09:30. It sent 12 mails to the customer list.";
    let drafts = whole(body).drafts;
    let (first, second) = (&drafts[0], &drafts[1]);
    assert!(!first.needs_context && first.context.is_empty());
    assert!(second.needs_context);
    let context: Vec<_> = second.context.iter().map(|at| at.quote.exact.as_str()).collect();
    assert_eq!(context, ["Mail agent", "The agent was started by Mike at 09:30."]);
}

#[test]
fn kinds_entities_and_quantities_are_read_off_the_words() {
    let draft = |body: &str| whole(body).drafts.remove(0);
    let measured = draft("The call to gpt-4o took 350 ms on average.");
    assert_eq!(
        (measured.kind, measured.entities.as_slice()),
        (AtomKind::Measurement, &["gpt-4o".to_owned()][..])
    );
    assert_eq!(measured.quantities[0].unit.as_deref(), Some("ms"));
    assert_eq!(draft("All calls must be traced in LangFuse.").kind, AtomKind::Constraint);
    assert_eq!(draft("The run failed because Celery was stopped.").kind, AtomKind::Cause);
    assert_eq!(draft("The key was created by Mike Harp.").kind, AtomKind::Fact);
}

#[test]
fn a_draft_becomes_an_atom_that_passes_the_gate() {
    let body = "Intro. # no\nThe agent was started by Mike at 09:30. It sent 12 mails to the list. End";
    let digest = Digest::of(body.as_bytes());
    let quote = "The agent was started by Mike at 09:30. It sent 12 mails to the list.";
    let located = locate(body, &QuoteSelector::exact(quote)).unwrap();
    let evidence = Evidence::new("t", "o", "output", digest, located);
    let found = extract(body, &evidence).unwrap();
    assert_eq!(found.drafts.len(), 2);
    for draft in found.drafts {
        let atom = draft.into_atom("t", "o", "output", digest, &["WO-1".to_owned()]);
        assert!(atom.admit(|_| Some(Cow::Borrowed(body))).is_ok());
    }
    assert!(extract("another body", &evidence).is_err());
}

#[test]
fn a_megabyte_stays_linear() {
    let hostile = [
        "The pump P-1 was on. ".repeat(50_000),
        ".".repeat(1 << 20),
        "a. ".repeat(350_000),
        "\"".repeat(1 << 20),
        format!("{{{}", "\"a\":[".repeat(200_000)),
        "| a ".repeat(250_000),
        ":".repeat(1 << 20),
        "- \n".repeat(350_000),
        ".)".repeat(1 << 19),
    ];
    for body in hostile {
        let began = Instant::now();
        let found = extract_span(&body, 0..body.len());
        let shown: String = body.chars().take(12).collect();
        println!(
            "{shown:?} x {} kB: {} atoms in {:?}",
            body.len() >> 10,
            found.drafts.len(),
            began.elapsed()
        );
    }
}

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "The pump P-101 was set to 12 ms. ",
        "It sent 3 mails to Mike. ",
        "e\u{301}",
        "👍🏽",
        "👨\u{200D}👩",
        "\r\n",
        "\n\n",
        "- ",
        "# ",
        "|",
        "```\n",
        "\"a\": 1, ",
        "{",
        "}",
        ": ",
        "Key: 7\n",
        ". ",
        "; ",
        "\u{0}",
        "日本。",
        "\\",
        "\"",
        "\u{FEFF}",
        "  ",
        "1. ",
        "was",
        " 9",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_atom_stands_verbatim_at_its_position(body in hostile(), from in 0usize..200, to in 0usize..400) {
        let cut = |n: usize| body.char_indices().map(|(at, _)| at).nth(n).unwrap_or(body.len());
        let span = cut(from.min(to))..cut(from.max(to));
        let found = extract_span(&body, span.clone());
        for draft in &found.drafts {
            prop_assert!(span.start <= draft.located.bytes.start && draft.located.bytes.end <= span.end);
            prop_assert!(stands_at(&body, &draft.located.quote, draft.located.position).is_ok());
            prop_assert_eq!(&draft.statement, &collapse(&draft.located.quote.exact));
            prop_assert!(draft.statement.chars().count() <= 300);
            for entity in &draft.entities {
                prop_assert!(draft.located.quote.exact.contains(entity.as_str()));
            }
            for context in &draft.context {
                prop_assert!(stands_at(&body, &context.quote, context.position).is_ok());
            }
        }
    }
}
