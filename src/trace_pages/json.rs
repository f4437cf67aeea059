//! JSON as folding lists: no script, bounded in depth, length and number of values.

use serde_json::Value;

use trace_model::{BodyForm, read_json};

/// Values shown; the rest is in the raw text.
const MOST_VALUES: usize = 3_000;
/// Levels that stand open.
const OPEN_LEVELS: usize = 2;
/// Levels shown at all; deeper ones are one line of text.
const MOST_LEVELS: usize = 24;

/// A value as markup of our own, with everything of the sender's escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    pub html: String,
    pub is_cut: bool,
}

/// Reads a body as JSON for folding; plain text is one string.
pub fn folded(bytes: &[u8], form: BodyForm, most_chars: usize) -> Folded {
    let mut writer = Writer { out: String::new(), values: MOST_VALUES, chars: most_chars, is_cut: false };
    writer.value(None, &read_json(bytes, form), 0);
    Folded { html: format!("<ul class=\"json\">{}</ul>", writer.out), is_cut: writer.is_cut }
}

struct Writer {
    out: String,
    values: usize,
    chars: usize,
    is_cut: bool,
}

impl Writer {
    fn value(&mut self, key: Option<&str>, value: &Value, depth: usize) {
        self.values = self.values.saturating_sub(1);
        self.out.push_str("<li>");
        match value {
            Value::Array(list) if !list.is_empty() && depth < MOST_LEVELS => {
                self.open(key, &format!("[{}]", list.len()), depth);
                for (place, inner) in list.iter().enumerate() {
                    if !self.has_room() {
                        break;
                    }
                    self.value(Some(&place.to_string()), inner, depth + 1);
                }
                self.out.push_str("</ul></details>");
            }
            Value::Object(map) if !map.is_empty() && depth < MOST_LEVELS => {
                self.open(key, &format!("{{{}}}", map.len()), depth);
                for (name, inner) in map {
                    if !self.has_room() {
                        break;
                    }
                    self.value(Some(name), inner, depth + 1);
                }
                self.out.push_str("</ul></details>");
            }
            other => self.leaf(key, other),
        }
        self.out.push_str("</li>");
    }

    fn has_room(&mut self) -> bool {
        let has = self.values > 0 && self.chars > 0;
        self.is_cut |= !has;
        has
    }

    fn open(&mut self, key: Option<&str>, size: &str, depth: usize) {
        self.out.push_str(if depth < OPEN_LEVELS { "<details open><summary>" } else { "<details><summary>" });
        self.key(key);
        self.out.push_str(&format!("<span class=\"quiet\">{size}</span></summary><ul>"));
    }

    fn key(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            let key = self.cut(key, 200);
            self.out.push_str(&format!("<b>{}</b> ", escaped(&key)));
        }
    }

    fn leaf(&mut self, key: Option<&str>, value: &Value) {
        self.key(key);
        let (class, text) = match value {
            Value::String(text) => ("text", self.cut(text, self.chars)),
            other => ("bare", self.cut(&other.to_string(), self.chars)),
        };
        self.out.push_str(&format!("<span class=\"{class}\">{}</span>", escaped(&text)));
    }

    fn cut(&mut self, text: &str, most: usize) -> String {
        let end = text.char_indices().nth(most).map_or(text.len(), |(end, _)| end);
        self.chars = self.chars.saturating_sub(end);
        if end == text.len() {
            return text.to_owned();
        }
        self.is_cut = true;
        text.get(..end).unwrap_or_default().to_owned() + " …"
    }
}

/// Text as content of an element.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fold_and_nothing_sent_becomes_markup() {
        let found = folded(br#"{"a<b>": [1, {"c": "<script>"}], "e": []}"#, BodyForm::Json, 1_000);
        assert_eq!(
            found.html,
            "<ul class=\"json\"><li><details open><summary><span class=\"quiet\">{2}</span></summary><ul>\
             <li><details open><summary><b>a&lt;b&gt;</b> <span class=\"quiet\">[2]</span></summary><ul>\
             <li><b>0</b> <span class=\"bare\">1</span></li>\
             <li><details><summary><b>1</b> <span class=\"quiet\">{1}</span></summary><ul>\
             <li><b>c</b> <span class=\"text\">&lt;script&gt;</span></li></ul></details></li></ul></details></li>\
             <li><b>e</b> <span class=\"bare\">[]</span></li></ul></details></li></ul>"
        );
        assert!(!found.is_cut);
    }

    #[test]
    fn big_and_deep_values_are_cut() {
        let many = serde_json::json!(vec![0; 10_000]).to_string();
        let found = folded(many.as_bytes(), BodyForm::Json, 1 << 20);
        assert!(found.is_cut && found.html.matches("<li>").count() <= MOST_VALUES + 1);
        let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(
            folded(deep.as_bytes(), BodyForm::Json, 1 << 20).html.matches("<details").count() <= MOST_LEVELS
        );
        let long = folded("x".repeat(500).as_bytes(), BodyForm::Text, 100);
        assert!(long.is_cut && long.html.len() < 300);
    }
}
