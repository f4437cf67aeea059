//! Markdown that people wrote, as HTML that cannot do anything.

use pulldown_cmark::{Options, Parser, html};

/// Renders Markdown and cleans it: no scripts, no styles, no foreign images, links without referrer.
pub fn render(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page = String::new();
    html::push_html(&mut page, Parser::new_ext(text, options));
    ammonia::Builder::default()
        .rm_tags(["img"])
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(&page)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_can_act() {
        let nasty =
            "<script>alert(1)</script> [x](javascript:alert(1)) <b onclick=x>b</b> <img src=x onerror=y>";
        let page = render(nasty);
        for word in ["<script", "href=\"javascript:", "onclick", "<img", "onerror"] {
            assert!(!page.contains(word), "{word} in {page}");
        }
        assert!(render("**bold** `code`").contains("<strong>bold</strong> <code>code</code>"));
    }
}
