//! Small texts on the pages: code spans, moments, names.

use std::fmt;

use crate::foundation::Timestamp;
use crate::ledger::Event;
use crate::web::charts::{self, Svg};
use crate::web::format;
use crate::work_orders::model::{Queued, Status, Who};
use crate::work_orders::reads::Progress;

/// A line of names and moments as HTML of our own making: what people wrote in it is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Text that stands for itself.
    pub fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// A link that says a few words.
    pub fn link(href: &str, words: &str) -> Self {
        Self(format!("<a href=\"{}\">{}</a>", escape(href), escape(words)))
    }

    /// A link around what is HTML already.
    pub fn linked(href: &str, inside: &Self) -> Self {
        Self(format!("<a href=\"{}\">{inside}</a>", escape(href)))
    }

    /// A drawing of our own making.
    pub fn drawn(svg: String) -> Self {
        Self(svg)
    }

    /// A moment, or a day, as `<time>`.
    pub fn time(time: &impl askama::filters::HtmlSafe) -> Self {
        Self(time.to_string())
    }

    /// The parts with something between them.
    pub fn joined(parts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join(&escape(between)))
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Only what the functions above put together.
impl askama::filters::HtmlSafe for Html {}

/// Escaped text with `` `code` `` spans, fit for the inside of a button.
pub fn inline(text: &str) -> String {
    let mut html = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len().saturating_sub(1);
    for (i, part) in parts.iter().enumerate() {
        let is_code = i % 2 == 1 && i < last;
        let unpaired = i % 2 == 1 && i == last;
        let (before, after) = match (is_code, unpaired) {
            (true, _) => ("<code>", "</code>"),
            (_, true) => ("`", ""),
            _ => ("", ""),
        };
        html.push_str(before);
        html.push_str(&escape(part));
        html.push_str(after);
    }
    html
}

/// Text that stands for itself inside HTML.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in format::shown(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// `Dana Okafor, 21 Nov 14:02`; agents say that they are one.
pub fn by_at(by: Option<&Who>, at: Option<Timestamp>, now: Timestamp) -> Html {
    let name = by.map(|by| Html::text(&name_of(by)));
    let time = at.map(|at| moment(at, now));
    Html::joined([name, time].into_iter().flatten(), ", ")
}

/// When a device says that it happened, where one kept it without a network.
pub fn claimed(event: &Event, now: Timestamp) -> Option<Html> {
    let queued = Queued::of(&event.body.as_ref()?.data)?;
    Some(Html::joined([Html::text("on the device"), moment(queued.claimed, now)], " "))
}

/// The printed name, with a word for programs.
pub fn name_of(who: &Who) -> String {
    who.marked_name()
}

/// A moment as a part of a line.
pub fn moment(at: Timestamp, now: Timestamp) -> Html {
    Html::time(&format::Time::new(at, now))
}

/// `1 h 05 m`, `12 m`, `40 s`.
pub fn hours(seconds: i64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} m", seconds / 60),
        _ => format!("{} h {:02} m", seconds / 3_600, seconds / 60 % 60),
    }
}

/// The class of a state's chip.
pub fn tone_of(status: Status) -> &'static str {
    match status {
        // Only work that goes on has the sign of it; what waits for somebody's word has none.
        Status::Draft | Status::Submitted | Status::Approved | Status::Cancelled => "",
        Status::OnHold => "waiting",
        Status::InProgress => "blue",
        Status::Completed | Status::Verified | Status::Closed => "good",
    }
}

/// An order's progress as a bar.
pub fn bar(progress: Progress) -> Svg {
    charts::progress(progress.done, progress.failed, progress.total, progress.what)
}

/// `not_enough_information` as words.
pub fn words(stored: &str) -> String {
    stored.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_moments_are_not() {
        let who = Who::named("<b>Dana</b>");
        let line = by_at(Some(&who), Some(Timestamp(0)), Timestamp(0)).to_string();
        assert!(line.starts_with("&lt;b&gt;Dana&lt;/b&gt;, <time "), "{line}");
        assert!(by_at(None, None, Timestamp(0)).is_empty());
    }

    #[test]
    fn code_spans_are_marked_and_everything_is_escaped() {
        for (text, html) in [
            ("plain", "plain"),
            ("run `pip install x`", "run <code>pip install x</code>"),
            ("an `unpaired <b>", "an `unpaired &lt;b&gt;"),
            ("`<script>` & \"x\"", "<code>&lt;script&gt;</code> &amp; &quot;x&quot;"),
            ("", ""),
        ] {
            assert_eq!(inline(text), html, "{text}");
        }
    }
}
