//! The leaf record: its exact bytes for ever, what it refuses, and that it reads back.

use proptest::prelude::*;

use crate::leaf::{LEAF_VERSION, Leaf, MAX_LEAF_BYTES};
use crate::tree::leaf_hash;
use foundation::{ActorKind, Digest, Error, Timestamp};

fn leaf() -> Leaf {
    Leaf {
        v: LEAF_VERSION,
        kind: "work_order.item_ticked.v1".to_owned(),
        id: "01938c2e-0000-7000-8000-000000000001".to_owned(),
        project: "7".to_owned(),
        subject: "work_order/01938c2e-0000-7000-8000-0000000000aa".to_owned(),
        actor: "01938c2e-0000-7000-8000-0000000000bb".to_owned(),
        actor_kind: ActorKind::Human,
        at: Timestamp::parse_rfc3339("2026-11-21T09:30:00.1Z").unwrap(),
        body: Digest::of(b"body"),
        refs: vec!["trace/abc".to_owned()],
        prev: Some(4),
    }
}

#[test]
fn the_bytes_are_these_for_ever() {
    let expected = concat!(
        r#"{"actor":"01938c2e-0000-7000-8000-0000000000bb","actor_kind":"human","#,
        r#""at":"2026-11-21T09:30:00.100000Z","#,
        r#""body":"230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5","#,
        r#""id":"01938c2e-0000-7000-8000-000000000001","prev":4,"project":"7","refs":["trace/abc"],"#,
        r#""subject":"work_order/01938c2e-0000-7000-8000-0000000000aa","#,
        r#""type":"work_order.item_ticked.v1","v":1}"#,
    );
    let bytes = leaf().to_bytes().unwrap();
    assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
    assert_eq!(leaf().hash().unwrap(), leaf_hash(&bytes));
    assert_eq!(Leaf::from_bytes(&bytes).unwrap(), leaf());
}

#[test]
fn the_first_event_of_a_subject_has_no_prev() {
    let first = Leaf { prev: None, ..leaf() };
    let bytes = first.to_bytes().unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("prev"));
    assert_eq!(Leaf::from_bytes(&bytes).unwrap(), first);
}

fn refused_field(leaf: &Leaf) -> String {
    match leaf.to_bytes() {
        Err(Error::Invalid(errors)) => errors.0[0].path.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_does_not_belong_in_the_open_log_is_refused_by_field() {
    let text = |text: &str| text.to_owned();
    let cases = [
        ("v", Leaf { v: 2, ..leaf() }),
        ("type", Leaf { kind: text(""), ..leaf() }),
        ("actor", Leaf { actor: text("Ada Lovelace"), ..leaf() }),
        ("subject", Leaf { subject: text("order/\u{e9}"), ..leaf() }),
        ("id", Leaf { id: text("a\"b"), ..leaf() }),
        ("project", Leaf { project: text("a\\b"), ..leaf() }),
        ("refs[1]", Leaf { refs: vec![text("fine"), text("a\nb")], ..leaf() }),
        ("prev", Leaf { prev: Some(0), ..leaf() }),
        ("prev", Leaf { prev: Some(1 << 53), ..leaf() }),
        ("at", Leaf { at: Timestamp(i64::MAX), ..leaf() }),
        ("at", Leaf { at: Timestamp(i64::MIN), ..leaf() }),
        ("at", Leaf { at: Timestamp(253_402_300_800_000_000), ..leaf() }),
    ];
    for (field, leaf) in cases {
        assert_eq!(refused_field(&leaf), field, "{leaf:?}");
    }
}

#[test]
fn a_leaf_has_at_most_65535_bytes() {
    let mut full = leaf();
    let room = MAX_LEAF_BYTES - full.to_bytes().unwrap().len();
    full.refs[0].push_str(&"x".repeat(room));
    assert_eq!(full.to_bytes().unwrap().len(), MAX_LEAF_BYTES);
    full.refs[0].push('x');
    assert_eq!(refused_field(&full), "refs");
}

#[test]
fn other_spellings_of_the_same_leaf_are_refused() {
    let text = String::from_utf8(leaf().to_bytes().unwrap()).unwrap();
    let spellings = [
        text.replace("\"v\":1", "\"v\":1 "),
        text.replace("\"v\":1", "\"v\":1,\"w\":1"),
        text.replace("\"v\":1", "\"v\":1,\"v\":1"),
        text.replace("\"prev\":4", "\"prev\":4.0"),
        text.replace("\"prev\":4,", "\"prev\":null,"),
        text.replace("230d8358", "230D8358"),
        text.replace(".100000Z", ".1Z"),
        text.replace("trace/abc", "trace\\/abc"),
        text.replace("human", "robot"),
        format!("{text}\n"),
    ];
    for spelling in spellings {
        assert!(Leaf::from_bytes(spelling.as_bytes()).is_err(), "{spelling}");
    }
}

proptest! {
    #[test]
    fn every_leaf_reads_back(
        token in "[!#-\\[\\]-~]{1,40}",
        refs in prop::collection::vec("[!#-\\[\\]-~]{1,40}", 0..8),
        at in 0..253_402_300_800_000_000_i64,
        prev in prop::option::of(1..1_000_000_i64),
    ) {
        let leaf = Leaf { subject: token, refs, at: Timestamp(at), prev, ..leaf() };
        let bytes = leaf.to_bytes().unwrap();
        prop_assert!(!bytes.contains(&b'\\'), "an escape");
        prop_assert_eq!(Leaf::from_bytes(&bytes).unwrap(), leaf);
    }
}
