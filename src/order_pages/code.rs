//! Code blocks: line by line, with values that look like secrets folded away.

use std::ops::Range;

use crate::work_orders::model::CodeBlock;

/// A code block as shown.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeView {
    /// The language as written.
    pub language: String,
    /// The whole text, for the copy button.
    pub text: String,
    pub lines: Vec<LineView>,
    /// What is expected to come of it, with the words that say so.
    pub output: Option<Box<(String, CodeView)>>,
}

/// One line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LineView {
    /// What stands in it, in order.
    pub parts: Vec<LinePart>,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
pub struct LinePart {
    pub text: String,
    /// Of a secret, what is shown until it is opened: the first few characters and dots.
    pub masked: Option<String>,
}

impl CodeView {
    /// A block of the plan.
    pub fn of(block: &CodeBlock) -> Self {
        let found = masking::secrets_in(&block.text);
        let mut at = 0;
        let mut lines = Vec::new();
        for text in block.text.split_inclusive('\n') {
            let bare = text.trim_end_matches(['\n', '\r']);
            lines.push(line(bare, &within(&found, at, bare.len())));
            at += text.len();
        }
        Self { language: block.language.clone(), text: block.text.clone(), lines, output: None }
    }
}

impl LineView {
    /// Whether nothing stands in it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// The parts of what was found that stand in a line.
fn within(found: &[Range<usize>], at: usize, length: usize) -> Vec<Range<usize>> {
    let cut = |it: &Range<usize>| it.start.max(at)..it.end.min(at + length);
    found.iter().map(cut).filter(|it| !it.is_empty()).map(|it| it.start - at..it.end - at).collect()
}

fn line(text: &str, found: &[Range<usize>]) -> LineView {
    let named = text.split_once(['=', ':']).filter(|(name, value)| is_secret(name, value));
    let found = match named {
        Some((name, _)) => vec![name.len() + 1..text.len()],
        None => found.to_vec(),
    };
    let mut parts = Vec::new();
    let mut at = 0;
    let show = |from: usize, to: usize, parts: &mut Vec<LinePart>| {
        let shown = text.get(from..to).unwrap_or_default();
        if !shown.is_empty() {
            parts.push(LinePart { text: shown.to_owned(), masked: None });
        }
    };
    for range in found {
        show(at, range.start, &mut parts);
        let value = text.get(range.clone()).unwrap_or_default();
        parts.push(LinePart { text: value.to_owned(), masked: Some(mask(value)) });
        at = range.end;
    }
    show(at, text.len(), &mut parts);
    LineView { parts }
}

/// By the words of the name: `..._SECRET_KEY`, `api-token`, `password`.
fn is_secret(name: &str, value: &str) -> bool {
    const WORDS: [&str; 8] =
        ["secret", "token", "password", "passwd", "credential", "apikey", "api_key", "private"];
    let name = name.trim().trim_start_matches("export ").to_lowercase().replace('-', "_");
    let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '"' || c == '\'');
    let named = WORDS.iter().any(|word| name.contains(word)) || name.ends_with("_key") || name == "key";
    let has_value = !value.trim().trim_matches(['"', '\'', ',']).is_empty();
    is_name && named && has_value && !value.starts_with("//")
}

/// The prefix that says what sort of key it is, at most six characters, and dots.
fn mask(value: &str) -> String {
    let value = value.trim().trim_matches(['"', '\'']);
    let prefix = value.rfind('-').map_or(0, |at| at + 1).min(6);
    let prefix = value.get(..prefix).filter(|_| value.len() > prefix + 2).unwrap_or_default();
    format!("{prefix}••••••••")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_named_like_secrets_are_masked_and_others_are_not() {
        for (text, masked) in [
            ("TRACE_SECRET_KEY=sk-lf-1234567890", Some("sk-lf-••••••••")),
            ("PUBLIC_KEY=pk-lf-...", Some("pk-lf-••••••••")),
            ("export API_TOKEN='abcdef'", Some("••••••••")),
            ("password: hunter22", Some("••••••••")),
            ("  \"api-key\": \"x1y2z3\",", Some("••••••••")),
            ("TRACE_HOST=https://traces.example.com", None),
            ("# secret below: none", None),
            ("SECRET=", None),
            ("let key_count = 3;", None),
        ] {
            assert_eq!(masks(&CodeView::of(&code(text))), Vec::from_iter(masked), "{text}");
        }
    }

    fn code(text: &str) -> CodeBlock {
        CodeBlock { text: text.to_owned(), ..CodeBlock::default() }
    }

    /// What is masked; what is shown and what is behind the masks together are the text.
    fn masks(view: &CodeView) -> Vec<&str> {
        let mut masks = Vec::new();
        let mut lines = Vec::new();
        for line in &view.lines {
            masks.extend(line.parts.iter().filter_map(|part| part.masked.as_deref()));
            lines.push(line.parts.iter().map(|part| part.text.as_str()).collect::<String>());
        }
        assert_eq!(lines.join("\n"), view.text);
        masks
    }

    #[test]
    fn secrets_without_a_name_are_masked_wherever_they_stand() {
        let key = ["ghp_", "16C7e42F292c6912E7710c838347Ae178B4a"].concat();
        let text = format!("curl -H 'Authorization: Bearer {key}' https://x.example\ngit push\n\n# done");
        let view = CodeView::of(&code(&text));
        assert_eq!(masks(&view).len(), 1, "{view:?}");
        assert!(!view.lines[0].parts.iter().any(|it| it.masked.is_none() && it.text.contains(&key)));
        let pem = "cat <<E\n-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----\nE";
        assert!(masks(&CodeView::of(&code(pem))).len() >= 2, "each of its lines");
    }
}
