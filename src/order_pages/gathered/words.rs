//! Words of comments and log entries in which people are spoken to, marked.

use crate::order_pages::text::escape;

/// HTML of our own rendering with these words marked wherever they stand as text, but not inside code, links or tags.
/// `own` are the words that name the reader.
pub fn marked(html: &str, words: &[String], own: &[String]) -> String {
    if words.is_empty() {
        return html.to_owned();
    }
    let mut wanted: Vec<(String, bool)> = words
        .iter()
        .map(|word| (escape(word), own.contains(word)))
        .filter(|(word, _)| !word.is_empty())
        .collect();
    wanted.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    let (mut out, mut rest, mut closed_to) = (String::with_capacity(html.len()), html, 0_usize);
    while let Some(first) = rest.chars().next() {
        if first == '<' {
            let end = rest.find('>').map_or(rest.len(), |at| at + 1);
            let tag = rest.get(..end).unwrap_or(rest);
            closed_to = after_tag(tag, closed_to);
            out.push_str(tag);
            rest = rest.get(end..).unwrap_or_default();
            continue;
        }
        let found = wanted.iter().find(|(word, _)| closed_to == 0 && begins(rest, word));
        if let Some((word, is_own)) = found {
            let class = if *is_own { "mention own" } else { "mention" };
            out.push_str(&format!("<b class=\"{class}\">{word}</b>"));
            rest = rest.get(word.len()..).unwrap_or_default();
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

fn begins(rest: &str, word: &str) -> bool {
    rest.strip_prefix(word)
        .is_some_and(|after| after.chars().next().is_none_or(|next| !next.is_alphanumeric()))
}

/// How many elements stand open in which nothing is marked.
fn after_tag(tag: &str, open: usize) -> usize {
    let name = |tag: &str| tag.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let is_closed_to = |name: &str| matches!(name, "code" | "pre" | "a");
    match tag.strip_prefix("</") {
        Some(rest) if is_closed_to(&name(rest)) => open.saturating_sub(1),
        None if is_closed_to(&name(tag.trim_start_matches('<'))) => open + 1,
        _ => open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(html: &str) -> String {
        marked(html, &["@Dana".to_owned(), "@Dana O'Neil".to_owned()], &["@Dana".to_owned()])
    }

    #[test]
    fn words_are_marked_as_text_and_nowhere_else() {
        for (html, expected) in [
            ("<p>hey @Dana!</p>", "<p>hey <b class=\"mention own\">@Dana</b>!</p>"),
            ("@Dana O&#39;Neil", "<b class=\"mention\">@Dana O&#39;Neil</b>"),
            ("@Danas", "@Danas"),
            ("<code>@Dana</code> @Dana", "<code>@Dana</code> <b class=\"mention own\">@Dana</b>"),
            ("<a href=\"x@Dana\">@Dana</a>", "<a href=\"x@Dana\">@Dana</a>"),
            ("<p title=\"@Dana\">x</p>", "<p title=\"@Dana\">x</p>"),
        ] {
            assert_eq!(marks(html), expected, "{html}");
        }
        assert_eq!(marked("<p>@x</p>", &[], &[]), "<p>@x</p>");
    }
}
