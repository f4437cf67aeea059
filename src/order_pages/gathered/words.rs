//! Words of comments and log entries in which people are spoken to, marked.

use crate::order_pages::text::escape;
use crate::work_orders::gathered::mentions::shown;

/// Somebody who is named in a text.
#[derive(Clone, Copy, Debug)]
pub struct Called<'a> {
    /// As it was written: `@Dana`, `@USR-002`.
    pub words: &'a str,
    pub name: &'a str,
    /// Whether it is the reader.
    pub is_own: bool,
}

impl Called<'_> {
    /// The mark: a code stands in its title, and its place is taken by the name.
    fn mark(&self) -> String {
        let class = if self.is_own { "mention own" } else { "mention" };
        let (words, shown) = (escape(self.words), escape(&shown(self.words, self.name)));
        let title = if shown == words { String::new() } else { format!(" title=\"{words}\"") };
        format!("<b class=\"{class}\"{title}>{shown}</b>")
    }
}

/// HTML of our own rendering with the words marked that name somebody, wherever they stand as text, but not inside code, links or
/// tags.
pub fn marked(html: &str, called: &[Called<'_>]) -> String {
    if called.is_empty() {
        return html.to_owned();
    }
    let marks = called.iter().map(|one| (escape(one.words), one.mark()));
    let mut wanted: Vec<(String, String)> = marks.filter(|(word, _)| !word.is_empty()).collect();
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
        if let Some((word, mark)) = found {
            out.push_str(mark);
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
        let called = |words, name, is_own| Called { words, name, is_own };
        let dana = called("@Dana", "Dana Okafor", true);
        marked(
            html,
            &[dana, called("@Dana O'Neil", "Dana O'Neil", false), called("@USR-7", "Jo <Lee>", false)],
        )
    }

    #[test]
    fn words_are_marked_as_text_and_nowhere_else() {
        for (html, expected) in [
            ("<p>hey @Dana!</p>", "<p>hey <b class=\"mention own\">@Dana</b>!</p>"),
            ("@Dana O&#39;Neil", "<b class=\"mention\">@Dana O&#39;Neil</b>"),
            ("@Danas", "@Danas"),
            ("@USR-7 @USR-70", "<b class=\"mention\" title=\"@USR-7\">@Jo &lt;Lee&gt;</b> @USR-70"),
            ("<code>@Dana</code> @Dana", "<code>@Dana</code> <b class=\"mention own\">@Dana</b>"),
            ("<a href=\"x@Dana\">@Dana</a>", "<a href=\"x@Dana\">@Dana</a>"),
            ("<p title=\"@Dana\">x</p>", "<p title=\"@Dana\">x</p>"),
        ] {
            assert_eq!(marks(html), expected, "{html}");
        }
        assert_eq!(marked("<p>@x</p>", &[]), "<p>@x</p>");
    }
}
