//! Code blocks: line by line, with values that look like secrets folded away.

use crate::work_orders::model::CodeBlock;

/// A code block as shown.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeView {
    /// The language as written.
    pub language: String,
    /// The whole text, for the copy button.
    pub text: String,
    pub lines: Vec<LineView>,
}

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub struct LineView {
    pub text: String,
    /// A secret at the end of the line.
    pub secret: Option<Secret>,
}

/// A value that is shown on demand.
#[derive(Debug, PartialEq, Eq)]
pub struct Secret {
    /// The first few characters and dots.
    pub masked: String,
    pub value: String,
}

impl CodeView {
    /// A block of the plan.
    pub fn of(block: &CodeBlock) -> Self {
        let lines = block.text.lines().map(line).collect();
        Self { language: block.language.clone(), text: block.text.clone(), lines }
    }
}

fn line(text: &str) -> LineView {
    let Some((name, value)) = text.split_once(['=', ':']).filter(|(name, value)| is_secret(name, value))
    else {
        return LineView { text: text.to_owned(), secret: None };
    };
    let shown = text.get(..=name.len()).unwrap_or_default().to_owned();
    LineView { text: shown, secret: Some(Secret { masked: mask(value), value: value.to_owned() }) }
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
            let line = line(text);
            assert_eq!(line.secret.as_ref().map(|secret| secret.masked.as_str()), masked, "{text}");
            let value = line.secret.map(|secret| secret.value).unwrap_or_default();
            assert_eq!(format!("{}{value}", line.text), text);
        }
    }
}
