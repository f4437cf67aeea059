//! Addresses, windows and pages.

use super::*;

const HOUR: i64 = 60 * MINUTE;

fn walk(dialect: Dialect, days: i64) -> Walk {
    Walk::new(dialect, What::ALL, Timestamp(0), Timestamp(days * DAY), DAY)
}

#[test]
fn addresses_are_read_or_refused() {
    for (text, base) in [
        ("https://cloud.langfuse.com/", "https://cloud.langfuse.com"),
        (" http://LANGFUSE:3000 ", "http://langfuse:3000"),
        ("https://example.com/lf/", "https://example.com/lf"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ] {
        assert_eq!(Address::parse(text).map(|address| address.as_str().to_owned()).unwrap(), base);
    }
    for text in
        ["cloud.langfuse.com", "ftp://x", "https://", "https://pk:sk@host", "https://h/?a=1", "https://a b"]
    {
        assert!(Address::parse(text).is_err(), "{text}");
    }
}

#[test]
fn only_redirects_on_the_same_host_are_followed() {
    let address = Address::parse("http://lf.example:3000/base").unwrap();
    for (location, followed) in [
        ("/api/x", Some("http://lf.example:3000/api/x")),
        ("http://lf.example:3000/y?a=1", Some("http://lf.example:3000/y?a=1")),
        ("https://lf.example/y", Some("https://lf.example/y")),
        ("http://lf.example:3001/y", None),
        ("http://other.example:3000/y", None),
        ("//other.example/y", None),
        ("http://lf.example:3000@other.example/y", None),
        ("https://lf.example:x@other.example/y", None),
        ("https://lf.example:443@other.example/y", None),
        ("https://lf.example\\@other.example/y", None),
    ] {
        assert_eq!(address.redirected(location).as_deref(), followed, "{location}");
    }
    let numbers = Address::parse("http://[2001:db8::1]:3000").unwrap();
    for (location, is_followed) in [
        ("https://[2001:db8::1]/y", true),
        ("https://[2001:db8::2]/y", false),
        ("https://[2001:db8::1].x/y", false),
    ] {
        assert_eq!(numbers.redirected(location).is_some(), is_followed, "{location}");
    }
    let safe = Address::parse("https://lf.example").unwrap();
    assert_eq!(safe.redirected("http://lf.example/y"), None);
}

#[test]
fn every_moment_is_asked_for_once_by_every_list() {
    for dialect in [Dialect::V4, Dialect::Legacy] {
        let mut walk = walk(dialect, 100);
        let mut ends = std::collections::BTreeMap::new();
        while let Some(task) = walk.task() {
            let end = ends.entry(format!("{:?}", task.stage)).or_insert(Timestamp(0));
            assert_eq!(*end, task.from, "no gap and no overlap");
            *end = task.to;
            walk.advance(usize::from(task.from.0 < 3 * DAY), None);
        }
        assert!(ends.values().all(|end| end.0 == 100 * DAY), "{ends:?}");
        assert_eq!(walk.thousandths(), 1_000);
    }
}

#[test]
fn empty_stretches_are_crossed_in_longer_and_longer_steps() {
    let mut walk = walk(Dialect::V4, 1_000);
    let mut windows = 0;
    while walk.task().is_some() {
        walk.advance(0, None);
        windows += 1;
    }
    assert!(windows < 2 * 40, "{windows}");
}

#[test]
fn too_much_at_once_makes_pages_and_then_windows_smaller_and_ends_somewhere() {
    let mut walk = walk(Dialect::Legacy, 1);
    walk.advance(64, Some("3".to_owned()));
    assert!(walk.shrink());
    let task = walk.task().unwrap();
    assert_eq!((task.limit, task.place.as_deref()), (32, Some("5")), "entry 128 is still the next one");
    let mut shrunk = 0;
    while walk.shrink() {
        shrunk += 1;
    }
    assert!(shrunk < 100, "{shrunk}");
    let task = walk.task().unwrap();
    assert_eq!((task.limit, task.place, task.to.0), (1, None, MINUTE));
    walk.advance(1, None);
    assert_eq!(walk.task().unwrap().stage, Stage::Observations);
}

#[test]
fn a_walk_is_read_back_as_it_was_written() {
    let mut walk = walk(Dialect::V4, 2);
    walk.learn("long");
    assert!(!walk.learn("long") && !walk.learn("a,b"));
    walk.advance(3, Some("cursor".to_owned()));
    let text = serde_json::to_string(&walk).unwrap();
    assert_eq!(serde_json::from_str::<Walk>(&text).unwrap(), walk);
    assert!(walk.task().unwrap().to.0 <= 24 * HOUR);
}
