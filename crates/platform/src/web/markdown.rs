//! Markdown that people wrote, as HTML that cannot do anything.

use std::collections::BTreeSet;

use foundation::nesting;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// The longest text, in bytes, whose own HTML is taken as HTML. Reading HTML takes the square of the attributes of a tag
/// and of the depth of its elements; what Markdown makes of a text has few of either.
const OWN_HTML: usize = 32 * 1024;

/// How long a run without a `<` or `>` the cleaner gets, in bytes, before a stop is put into it ([`with_stops`]).
const RUN: usize = 256;

/// Renders Markdown and cleans it: no scripts, no styles, no foreign pictures (their names stay), links without referrer.
/// Links that lead to other files of wherever the text came from lead nowhere here and are text. A text that nests too
/// deep ([`nesting::too_deep`]) is shown as it is written, and so is the HTML in a text of more than [`OWN_HTML`] bytes.
pub fn render(text: &str) -> String {
    let is_long = text.len() > OWN_HTML;
    let shown = events(text).into_iter().map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) if is_long => Event::Text(html),
        event => event,
    });
    let mut page = String::new();
    html::push_html(&mut page, shown);
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
    let stop = format!("{}&gt;", unused(page));
    ammonia::Builder::default()
        .rm_tags(["img"])
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(&with_stops(page, &stop))
        .to_string()
        .replace(&stop, "")
}

/// The page with a stop, which holds a `>` and is taken out again, in each long run. For every `&` and every sign like `°`
/// the cleaner looks for the next `<` or `>`: in one long run that takes the square of its length. A stop stands before
/// such a sign, so it parts no name like `&amp;` and no name of an attribute; in an address it is no part of a scheme, so
/// none that the cleaner refuses is hidden by it.
fn with_stops(page: &str, stop: &str) -> String {
    let mut stopped = String::with_capacity(page.len());
    let mut run = 0;
    for sign in page.chars() {
        if run >= RUN && is_sought(sign) {
            stopped.push_str(stop);
            run = 0;
        }
        run = if matches!(sign, '<' | '>') { 0 } else { run + sign.len_utf8() };
        stopped.push(sign);
    }
    stopped
}

/// Whether the cleaner halts at a sign: at `&`, and at all that begin with the byte that a hard blank begins with.
fn is_sought(sign: char) -> bool {
    sign == '&' || ('\u{80}'..='\u{bf}').contains(&sign)
}

/// A sign for private use that the page does not have; with all 6400 in it, the last.
fn unused(page: &str) -> char {
    let is_private = |sign: &char| ('\u{e000}'..='\u{f8ff}').contains(sign);
    let used: BTreeSet<char> = page.chars().filter(is_private).collect();
    ('\u{e000}'..='\u{f8ff}').find(|sign| !used.contains(sign)).unwrap_or('\u{f8ff}')
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

    #[test]
    fn many_signs_cost_no_more_than_their_number() {
        for (sign, shown) in
            [("&", "&amp;"), ("°", "°"), ("\u{a0}", "&nbsp;"), ("&amp;", "&amp;"), ("é", "é")]
        {
            for count in [20_000, 40_000] {
                let (text, kept) =
                    (format!("a{}b", sign.repeat(count)), format!("a{}b", shown.repeat(count)));
                assert_eq!(render(&text), format!("<p>{kept}</p>\n"), "{sign}");
                assert_eq!(inline(&text), kept, "{sign}");
            }
        }
        let titled = render(&format!("[a](https://example.org/ \"{}\")", "&".repeat(20_000)));
        assert!(titled.contains(&format!("title=\"{}\"", "&amp;".repeat(20_000))));
        let address = format!("https://example.org/?{}", "a=1&".repeat(2_000));
        assert!(render(&format!("[a]({address})")).contains(&address.replace('&', "&amp;")));
    }

    #[test]
    fn no_run_that_the_cleaner_halts_in_is_long() {
        let pages =
            ["&amp;".repeat(5_000), "°".repeat(5_000), "&amp;°a ".repeat(3_000), "a".repeat(9_000) + "&amp;"];
        for page in pages {
            let stopped = with_stops(&page, "!&gt;");
            assert_eq!(stopped.replace("!&gt;", ""), page);
            for run in
                stopped.split("!&gt;").filter(|run| run.chars().filter(|it| is_sought(*it)).count() > 1)
            {
                assert!(run.len() <= RUN + "&amp;°a ".len(), "{}", run.len());
            }
        }
        assert_eq!(with_stops(&"<p>&amp;</p>".repeat(500), "!"), "<p>&amp;</p>".repeat(500));
    }

    #[test]
    fn signs_for_private_use_stay_and_hide_no_address() {
        for private in ["\u{e000}>", "\u{e000}&gt;", "\u{e001}>\u{e000}>"] {
            let text = format!("{private}{}", "&".repeat(2_000));
            let kept = private.replace("&gt;", ">").replace('>', "&gt;");
            assert_eq!(render(&text), format!("<p>{kept}{}</p>\n", "&amp;".repeat(2_000)));
        }
        for blank in ["&#9;", "&nbsp;", "&amp;", "°"] {
            let long = blank.repeat(300);
            for address in [format!("{long}javascript:alert(1)"), format!("java{long}script:alert(1)")] {
                let page = render(&format!("<a href=\"{address}\">x</a>"));
                assert!(!page.contains("href"), "{page}");
            }
        }
    }

    #[test]
    fn a_long_text_shows_its_own_html_as_it_is_written() {
        let short = "<kbd>F5</kbd> <script>alert(1)</script>";
        assert!(render(short).contains("<kbd>F5</kbd>"));
        let long = format!("{short}\n\n{}", "word ".repeat(OWN_HTML / 5));
        let page = render(&long);
        assert!(page.contains("&lt;kbd&gt;F5&lt;/kbd&gt;") && page.contains("&lt;script&gt;"), "{page:.300}");
        let attributes = (0..9_000).map(|at| format!("a{at}")).collect::<Vec<_>>().join(" ");
        assert!(!render(&format!("<div x=\"\n\n\" {attributes}>")).contains("<div"));
    }
}
