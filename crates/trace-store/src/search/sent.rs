//! The words of what was sent beside the bodies, and tests of names with values.

use serde_json::Value;

use trace_model::BodyForm;
use wire::sent::{Sent, text_of, values_at};

use super::text::words_of;
use super::words;
use trace_model::JsonMap;

/// The longest value whose words the index is asked for.
const MOST_VALUE: usize = 200;
/// Ways to a name that are not names themselves.
const WAYS: [&str; 10] = [
    "otel.",
    "attributes.",
    "resourceAttributes.",
    "scope.attributes.",
    "scope.",
    "events.attributes.",
    "events.",
    "links.attributes.",
    "links.",
    "span.",
];

/// Names and values, one a line; short values first, so that a long one hides no other.
pub(super) fn words(sent: &Sent) -> String {
    let mut lines: Vec<String> =
        sent.pairs().filter(|(_, value)| !value.is_null()).map(|(name, value)| line(name, value)).collect();
    let own = [("name", &sent.scope.name), ("version", &sent.scope.version)];
    lines.extend(
        own.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name}\n{text}")),
    );
    lines.extend(sent.events.iter().map(|event| format!("name\n{}", event.name)));
    lines.extend(sent.links.iter().map(|link| format!("traceId {} spanId {}", link.trace_id, link.span_id)));
    let states = sent.links.iter().map(|link| &link.trace_state).filter(|state| !state.is_empty());
    lines.extend(states.map(|state| format!("traceState\n{state}")));
    lines.sort_by_key(String::len);
    lines.dedup();
    lines.join("\n")
}

fn line(name: &str, value: &Value) -> String {
    let words = match value {
        Value::String(text) => words_of(text.as_bytes(), BodyForm::JsonOrText, true),
        Value::Array(_) | Value::Object(_) => words_of(value.to_string().as_bytes(), BodyForm::Json, true),
        other => other.to_string(),
    };
    format!("{name}\n{words}")
}

/// What is asked of the value under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyTest {
    Is(String),
    /// It is there and something else.
    IsNot(String),
    /// Capitals or not.
    Contains(String),
    Exists,
}

/// A name and what is asked of its value: of metadata, an attribute, the resource, the scope, an event or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    pub key: String,
    pub test: KeyTest,
}

impl Keyed {
    /// Texts whose words every document that fits has.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let value = match &self.test {
            KeyTest::Is(value) => Some(value.as_str()),
            _ => None,
        };
        // Flags have no words in the index, and JSON in a text is indexed as what it says.
        let has_words = |value: &&str| {
            value.len() <= MOST_VALUE
                && !matches!(*value, "true" | "false" | "null")
                && !value.starts_with(['{', '[', '"'])
        };
        std::iter::once(bare(&self.key)).chain(value.filter(has_words))
    }

    /// Whether the index can be asked for it.
    pub fn is_usable(&self) -> bool {
        !words::units(bare(&self.key)).is_empty()
    }

    /// The value that passes, in words.
    pub(super) fn holds(&self, named: &JsonMap) -> Option<String> {
        let mut values = values_at(named, &self.key).into_iter().map(text_of);
        match &self.test {
            KeyTest::Exists => values.next(),
            KeyTest::Is(wanted) => values.find(|value| value == wanted),
            KeyTest::IsNot(other) => {
                let values: Vec<String> = values.collect();
                values.iter().all(|value| value != other).then(|| values.into_iter().next()).flatten()
            }
            KeyTest::Contains(part) => {
                let part = part.to_lowercase();
                values.find(|value| value.to_lowercase().contains(&part))
            }
        }
    }
}

/// The name without the way to it.
fn bare(key: &str) -> &str {
    let mut key = key;
    while let Some(rest) = WAYS.iter().find_map(|way| key.strip_prefix(way)) {
        key = rest;
    }
    key
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::document::Texts;
    use super::super::query::Query;
    use super::*;

    fn keyed(key: &str, test: KeyTest) -> Keyed {
        Keyed { key: key.to_owned(), test }
    }

    #[test]
    fn a_test_means_what_it_says() {
        let named =
            json!({"site": "Plant North", "attributes": {"retry.count": 6, "ok": true}, "list": ["a", "b"]});
        let named = named.as_object().unwrap();
        let is = |text: &str| KeyTest::Is(text.to_owned());
        for (key, test, fits) in [
            ("site", is("Plant North"), true),
            ("site", is("plant north"), false),
            ("site", KeyTest::Contains("north".to_owned()), true),
            ("site", KeyTest::IsNot("x".to_owned()), true),
            ("site", KeyTest::IsNot("Plant North".to_owned()), false),
            ("absent", KeyTest::IsNot("x".to_owned()), false),
            ("retry.count", is("6"), true),
            ("attributes.retry.count", is("6"), true),
            ("ok", is("true"), true),
            ("list", is("[\"a\",\"b\"]"), true),
            ("list", is("b"), true),
            ("list", is("c"), false),
            ("list", KeyTest::IsNot("a".to_owned()), false),
            ("absent", KeyTest::Exists, false),
            ("site", KeyTest::Exists, true),
        ] {
            assert_eq!(keyed(key, test.clone()).holds(named).is_some(), fits, "{key} {test:?}");
        }
    }

    #[test]
    fn what_a_span_and_a_link_say_of_themselves_is_asked_for_by_words_that_are_indexed() {
        let link = wire::sent::Link { trace_state: "vendor=west".to_owned(), ..Default::default() };
        let facts = json!({"kind": "CLIENT", "traceState": "vendor=east"});
        let facts = facts.as_object().unwrap().clone();
        let sent = Sent { facts, links: vec![link], ..Sent::default() };
        let words = words(&sent);
        let metadata = sent.with_metadata(JsonMap::new());
        for (key, value) in [
            ("span.kind", "CLIENT"),
            ("span.traceState", "vendor=east"),
            ("traceState", "vendor=east"),
            ("links.traceState", "vendor=west"),
        ] {
            let asked = keyed(key, KeyTest::Is(value.to_owned()));
            assert!(asked.holds(&metadata).is_some(), "{key}");
            assert!(asked.texts().all(|text| words.contains(text)), "{key}: {words}");
        }
    }

    proptest! {
        #[test]
        fn whatever_has_the_pair_has_the_terms_asked_for(
            name in "[a-zé.泵 _-]{1,10}",
            value in prop_oneof![
                "\\PC{0,20}".prop_map(Value::String), any::<i64>().prop_map(Value::from), any::<bool>().prop_map(Value::from),
                any::<f64>().prop_map(Value::from), prop::collection::vec("[a-z ]{0,4}", 0..3).prop_map(Value::from),
            ],
            way in prop_oneof![Just(""), Just("attributes.")],
        ) {
            let sent = Sent { attributes: [(name.clone(), value.clone())].into_iter().collect(), ..Sent::default() };
            let keyed = keyed(&format!("{way}{name}"), KeyTest::Is(text_of(&value)));
            prop_assume!(keyed.is_usable() && !value.is_null());
            prop_assert!(keyed.holds(&sent.with_metadata(JsonMap::new())).is_some());
            let terms = Texts { sent: words(&sent), ..Texts::default() }.terms();
            let query = Query { keyed: vec![keyed], ..Query::default() };
            for wanted in query.index_query().with {
                let has = terms.split(' ').any(|term| term == wanted.text || (wanted.is_beginning && term.starts_with(&wanted.text)));
                prop_assert!(has, "{wanted:?} not in {terms:?}");
            }
        }
    }
}
