//! Markdown that people wrote, as HTML that cannot do anything.

use foundation::nesting;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// Renders Markdown and cleans it: no scripts, no styles, no foreign pictures (their names stay), links without referrer.
/// Links that lead to other files of wherever the text came from lead nowhere here and are text. A text that nests too
/// deep ([`nesting::too_deep`]) is shown as it is written.
pub fn render(text: &str) -> String {
    let mut page = String::new();
    html::push_html(&mut page, events(text).into_iter());
    clean(&page)
}

/// Renders what stands in a row: links, bold, code, names of pictures; no paragraphs, lists or headings.
pub fn inline(text: &str) -> String {
    let inside = events(text).into_iter().filter_map(|event| match event {
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
        | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
        | Event::Text(_)
        | Event::Code(_) => Some(event),
        Event::Start(Tag::Paragraph | Tag::Item) => None,
        Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
            Some(Event::Text(" ".into()))
        }
        Event::InlineHtml(text) | Event::Html(text) if !text.starts_with("<!--") => Some(Event::Text(text)),
        _ => None,
    });
    let mut line = String::new();
    html::push_html(&mut line, inside);
    clean(line.trim())
}

/// The words of a text without its marks: for labels.
pub fn plain(text: &str) -> String {
    let mut words = String::new();
    for event in events(text) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                words.push(' ');
            }
            Event::InlineHtml(text) | Event::Html(text) if !text.starts_with("<!--") => words.push_str(&text),
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text, read. What nests too deep is not parsed: cleaning it takes the square of its depth, each time it is shown.
fn events(text: &str) -> Vec<Event<'_>> {
    if nesting::too_deep(text).is_none() {
        return without_pictures(text).collect();
    }
    let written = Event::Text(text.into());
    vec![Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)), written, Event::End(TagEnd::CodeBlock)]
}

/// The text, read; a picture is the words that stand for it, and a link to it where it stands elsewhere on the web.
fn without_pictures(text: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut ends: Vec<Event<'_>> = Vec::new();
    Parser::new_ext(text, options).flat_map(move |event| match event {
        Event::Start(Tag::Image { dest_url, title, link_type, id }) => {
            let is_web = dest_url.starts_with("https://") || dest_url.starts_with("http://");
            ends.push(if is_web { Event::End(TagEnd::Link) } else { Event::Text(named(&dest_url)) });
            let link = Event::Start(Tag::Link { link_type, dest_url, title, id });
            let word = Event::Text("Picture: ".into());
            if is_web { vec![link, word] } else { vec![word] }
        }
        Event::End(TagEnd::Image) => ends.pop().into_iter().collect(),
        event => vec![event],
    })
}

/// The file of a picture that is not here.
fn named(address: &str) -> CowStr<'static> {
    let name = address.rsplit('/').next().unwrap_or_default();
    format!(" ({name})").into()
}

fn clean(page: &str) -> String {
    ammonia::Builder::default()
        .rm_tags(["img"])
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(page)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_act() {
        let nasty = "<script>alert(1)</script> [x](javascript:alert(1)) <b onclick=x>b</b> <img src=x onerror=y> ![a](https://x.example/y.png)";
        for page in [render(nasty), inline(nasty)] {
            for word in ["<script", "href=\"javascript:", "onclick=x>", "<img", "onerror=y>"] {
                assert!(!page.contains(word), "{word} in {page}");
            }
        }
        assert!(render("**bold** `code`").contains("<strong>bold</strong> <code>code</code>"));
    }

    #[test]
    fn a_row_keeps_links_and_names_of_pictures_and_no_blocks() {
        let row = inline(
            "**Close** [valve 3](https://example.org/v3) ![Where it is](pics/v3.png) `ls`\nnow <!-- tw {} -->",
        );
        assert!(
            row.contains("<strong>Close</strong>") && row.contains("href=\"https://example.org/v3\""),
            "{row}"
        );
        assert!(
            row.contains("Picture: Where it is (v3.png)") && !row.contains("<p>") && !row.contains("tw"),
            "{row}"
        );
        assert_eq!(inline("# a\n\n- b"), "ab");
        assert_eq!(plain("**Close** [valve 3](x) `ls`"), "Close valve 3 ls");
        assert!(!render("[other](../other.md)").contains("href"));
    }

    #[test]
    fn a_text_that_nests_too_deep_is_shown_as_it_is_written() {
        for deep in [">".repeat(65_000), "- ".repeat(30_000) + "a", "> - ".repeat(15_000) + "a"] {
            let page = render(&deep);
            assert!(page.starts_with("<pre><code>") && page.trim_end().ends_with("</code></pre>"));
            assert!(!page.contains("<blockquote") && !page.contains("<li"));
            assert!(!inline(&deep).contains('<'));
            assert_eq!(plain(&deep), deep.trim());
        }
        let shallow = render(&">".repeat(nesting::DEEPEST));
        assert!(shallow.contains("<blockquote>") && !shallow.contains("<pre>"));
        let hostile = render(&format!("{}<script>alert(1)</script>", ">".repeat(100)));
        assert!(!hostile.contains("<script"));
    }
}
