//! Names with values as a page shows them: as sent, long ones folded, all of them bounded.

use serde_json::Value;

use crate::search::{KeyTest, Keyed};
use crate::web::format::shown;
use trace_model::JsonMap;
use wire::sent;

/// Pairs of one list; the rest is counted.
const MOST: usize = 200;
/// Characters of a name.
const MOST_NAME: usize = 200;
/// Characters of a value that stand open; longer ones are folded.
const MOST_OPEN: usize = 240;
/// Characters of one value, folded or not.
const MOST_VALUE: usize = 8_000;
/// Characters of all values together.
const MOST_OF_ALL: usize = 40_000;
/// The same where everything was asked for.
const WHOLE: usize = 4 << 20;
/// The longest value that is offered as a filter, in bytes.
const MOST_FILTER: usize = 200;

/// How much there is room for.
pub(super) struct Room {
    pairs: usize,
    value: usize,
    left: usize,
}

impl Room {
    /// What a page shows without being asked for more.
    pub(super) fn usual() -> Self {
        Self { pairs: MOST, value: MOST_VALUE, left: MOST_OF_ALL }
    }

    /// Nearly everything.
    pub(super) fn whole() -> Self {
        Self { pairs: 20_000, value: WHOLE, left: WHOLE }
    }

    /// The beginning of a text, and whether it was cut.
    pub(super) fn cut(&mut self, text: &str) -> (String, bool) {
        let most = self.value.min(self.left);
        let (head, is_cut) = beginning(text, most);
        self.left = self.left.saturating_sub(head.len());
        (shown(head), is_cut)
    }
}

/// So many characters of a text at most, and whether that is not all of it.
pub(super) fn beginning(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), true),
        None => (text, false),
    }
}

/// A name as rows and headings show it: the beginning of a long one.
pub(super) fn short_name(text: &str) -> String {
    let (head, is_cut) = beginning(text, MOST_NAME);
    shown(head) + if is_cut { " …" } else { "" }
}

/// One name with its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
    /// The beginning, where the value is folded.
    pub(super) head: String,
    /// Whether it is a number, a flag, a list or an object.
    pub(super) is_bare: bool,
    /// Whether not all of it is shown.
    pub(super) is_cut: bool,
    /// Whether the value stands as input or output.
    pub(super) is_body: bool,
    /// Name and value as a filter compares them; none where it could not.
    pub(super) asked: Option<(String, String)>,
    /// The traces that have the same; empty where none are offered.
    pub(super) href: String,
}

impl Pair {
    fn of(name: &str, value: &Value, room: &mut Room) -> Self {
        let text = match value {
            Value::Array(list) if list.iter().any(|one| one.is_object() || one.is_array()) => pretty(value),
            Value::Object(map) if !map.is_empty() => pretty(value),
            other => sent::text_of(other),
        };
        let (value_shown, is_cut) = room.cut(&text);
        let (head, is_long) = beginning(&value_shown, MOST_OPEN);
        Self {
            name: shown(beginning(name, MOST_NAME).0),
            head: if is_long { head.lines().next().unwrap_or_default().to_owned() } else { String::new() },
            value: value_shown,
            is_bare: !value.is_string(),
            is_cut,
            is_body: false,
            asked: asked(name, value),
            href: String::new(),
        }
    }

    /// The same with the address of the traces that have it, where it is short.
    pub(super) fn leading_to_traces(self) -> Self {
        let Some((name, value)) = self.asked.as_ref().filter(|_| !self.is_body) else { return self };
        let pairs = [("key", name.as_str()), ("op", "is"), ("value", value.as_str())];
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        Self { href: format!("/traces?{query}"), ..self }
    }
}

/// What a filter would be asked, which is not always what is shown: an object is compared in one line. A filter takes no
/// blanks at the ends of a value, a name must have something that the index has, and nothing is found by `null`.
fn asked(name: &str, value: &Value) -> Option<(String, String)> {
    let text = sent::text_of(value);
    let is_short =
        !text.is_empty() && !value.is_null() && text.len() <= MOST_FILTER && name.len() <= MOST_NAME;
    let is_whole = text.trim() == text && name.trim() == name;
    let keyed = Keyed { key: name.to_owned(), test: KeyTest::Exists };
    (is_short && is_whole && keyed.is_usable()).then(|| (name.to_owned(), text))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Some of the pairs of an object, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) list: Vec<Pair>,
    pub(super) total: usize,
}

impl Pairs {
    pub(super) fn of(map: &JsonMap, room: &mut Room) -> Self {
        let most = room.pairs;
        let list = map.iter().take(most);
        let list = list.map(|(name, value)| Pair::of(name, value, room)).collect();
        Self { list, total: map.len() }
    }

    pub(super) fn map(self, change: impl Fn(Pair) -> Pair) -> Self {
        Self { list: self.list.into_iter().map(change).collect(), ..self }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// How many are not shown.
    pub(super) fn left_out(&self) -> usize {
        self.total.saturating_sub(self.list.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_as_sent_and_lists_are_bounded_and_say_so() {
        let map =
            json!({"a.b": "text", "n": 7, "flag": true, "list": ["x", 1], "deep": {"k": [1]}, "empty": ""});
        let pairs = Pairs::of(map.as_object().unwrap(), &mut Room::usual());
        let values: Vec<(&str, &str)> =
            pairs.list.iter().map(|p| (p.name.as_str(), p.value.as_str())).collect();
        let deep = "{\n  \"k\": [\n    1\n  ]\n}";
        assert_eq!(
            values,
            [
                ("a.b", "text"),
                ("n", "7"),
                ("flag", "true"),
                ("list", "[\"x\",1]"),
                ("deep", deep),
                ("empty", "")
            ]
        );
        let many: JsonMap = (0..1_000).map(|n| (format!("k{n}"), json!("v".repeat(1_000)))).collect();
        let pairs = Pairs::of(&many, &mut Room::usual());
        assert_eq!((pairs.list.len(), pairs.total, pairs.left_out()), (MOST, 1_000, 800));
        let shown: usize = pairs.list.iter().map(|pair| pair.value.len()).sum();
        assert!(shown <= MOST_OF_ALL && pairs.list.iter().any(|pair| pair.is_cut));
    }

    #[test]
    fn a_short_value_leads_to_the_traces_that_have_it() {
        let map = json!({"a&b": "x=y", "long": "x".repeat(300)});
        let pairs = Pairs::of(map.as_object().unwrap(), &mut Room::usual()).map(Pair::leading_to_traces);
        let hrefs: Vec<&str> = pairs.list.iter().map(|pair| pair.href.as_str()).collect();
        assert_eq!(hrefs, ["/traces?key=a%26b&op=is&value=x%3Dy", ""]);
    }
}
