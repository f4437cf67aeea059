//! Charts as inline SVG, drawn here from figures: they print, follow the theme by style sheet and need no script. Pure.
//!
//! Text never scales: marks stand in an inner `svg` at percentages, lines in a nested `viewBox` whose strokes keep their width, labels beside
//! them. A drawing is hidden from readers of the screen, who get its finding as a sentence and the table beside it; each mark is a link
//! with a title and no stop of the keyboard. Why and how: `docs/decisions/charts.md`.

mod bars;
mod columns;
mod heat;
mod lines;
mod needle;
mod scale;

use std::fmt;

pub use bars::{Gauge, Interval, bar};
pub use columns::{Column, Columns, Part};
pub use heat::{Band, Cell, Heat, KEY, step_of};
pub use lines::{Lines, Point, time_axis};
pub use needle::{Needle, needle_axis};
pub use scale::Scale;

/// The whole, in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// SVG made here: its texts are escaped, everything else in it is numbers and our own words, so it may stand on a page as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Svg(String);

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Svg {}

/// What a mark says when somebody points at it, and where it leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    pub title: String,
    /// None where no list can show just that.
    pub href: Option<String>,
}

impl Mark {
    /// One that leads somewhere.
    pub fn to(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self { title: title.into(), href: Some(href.into()) }
    }

    /// One that leads nowhere.
    pub fn bare(title: impl Into<String>) -> Self {
        Self { title: title.into(), href: None }
    }

    /// The mark round its shapes. The same link stands in the table, so the keyboard does not stop here.
    fn round(&self, shapes: &str) -> String {
        let title = escaped(&self.title);
        match &self.href {
            Some(href) => {
                format!(r#"<a href="{}" tabindex="-1"><title>{title}</title>{shapes}</a>"#, escaped(href))
            }
            None => format!("<g><title>{title}</title>{shapes}</g>"),
        }
    }
}

/// A whole drawing: what it shows as a sentence for whoever does not see it, and the picture for whoever does.
fn drawing(class: &str, height: i64, says: &str, inside: &str) -> Svg {
    let said = if says.is_empty() {
        String::new()
    } else {
        format!(r#"<span class="visually-hidden" role="img" aria-label="{}"></span>"#, escaped(says))
    };
    Svg(format!(
        r#"{said}<svg class="drawn {class}" width="100%" height="{height}" aria-hidden="true">{inside}</svg>"#
    ))
}

/// The box that marks stand in: so many pixels from the left and the top, so many left free beside it.
fn inner((left, free): (i64, i64), (top, height): (i64, i64), inside: &str) -> String {
    format!(
        r#"<svg x="{left}" y="{top}" width="calc(100% - {}px)" height="{height}" overflow="visible">{inside}</svg>"#,
        left + free
    )
}

/// A share as SVG takes it: `33.33%`.
fn percent(share: i64) -> String {
    format!("{}.{:02}%", share / 100, share % 100)
}

/// `part` of `whole` in hundredths of a per cent, from none to all.
fn share(part: i64, whole: i64) -> i64 {
    let share = i128::from(part.max(0)) * i128::from(WHOLE) / i128::from(whole.max(1));
    i64::try_from(share).unwrap_or(WHOLE).min(WHOLE)
}

/// How many there are, as it is reckoned with.
fn length<T>(all: &[T]) -> i64 {
    i64::try_from(all.len()).unwrap_or(i64::MAX).max(1)
}

/// The labels of an axis of time: all of them where they are few, else five; every second one is left out on a phone. Each stands at the
/// middle of its slot, the outer ones of many at the edges, where they do not run out of the picture.
fn time_labels(labels: &[&str], drop: i64) -> String {
    let count = length(labels);
    let last = count - 1;
    let few = count <= 8;
    let mut drawn = String::new();
    for (place, label) in (0..).zip(labels) {
        let nth = if few { Some(place) } else { (0..5).find(|nth| nth * last / 4 == place) };
        let Some(nth) = nth else { continue };
        let minor = if nth % 2 == 1 && place != last { " minor" } else { "" };
        let (class, x) = match place {
            0 if !few => ("", 0),
            _ if place == last && !few => (" end", WHOLE),
            _ => (" middle", (2 * place + 1) * WHOLE / (2 * count)),
        };
        drawn.push_str(&format!(
            r#"<text class="tick{class}{minor}" x="{}" y="{drop}">{}</text>"#,
            percent(x),
            escaped(label)
        ));
    }
    drawn
}

/// A text where markup is expected.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&#38;"),
            '<' => out.push_str("&#60;"),
            '>' => out.push_str("&#62;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_somebody_named_becomes_markup() {
        let mark = Mark::to("<b>\"1\" & 2</b>", "/traces?a=1&b='2'").round("<rect/>");
        assert_eq!(
            mark,
            r#"<a href="/traces?a=1&#38;b=&#39;2&#39;" tabindex="-1"><title>&#60;b&#62;&#34;1&#34; &#38; 2&#60;/b&#62;</title><rect/></a>"#
        );
        assert!(drawing("x", 1, "a <script>", "").0.contains("aria-label=\"a &#60;script&#62;\""));
        assert!(Mark::bare("x").round("").starts_with("<g>"));
    }

    #[test]
    fn an_axis_of_many_names_five_and_a_phone_three() {
        let many: Vec<String> = (0..25).map(|hour| format!("{hour}:00")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let drawn = time_labels(&many, 14);
        assert_eq!((drawn.matches("<text").count(), drawn.matches("minor").count()), (5, 2), "{drawn}");
        assert!(drawn.contains(r#"x="0.00%" y="14">0:00<"#), "{drawn}");
        assert!(drawn.contains(r#"class="tick end" x="100.00%" y="14">24:00<"#), "{drawn}");
        let few = time_labels(&["Sat", "Sun", "Mon"], 14);
        assert_eq!((few.matches("middle").count(), few.matches("minor").count()), (3, 1), "{few}");
        assert_eq!(time_labels(&[], 14), "");
        assert!(time_labels(&["today"], 14).contains(r#"x="50.00%""#));
    }

    #[test]
    fn shares_stay_between_none_and_all() {
        let shares = [(1, 3), (-1, 3), (9, 3), (0, 0), (i64::MAX, 1)].map(|(part, whole)| share(part, whole));
        assert_eq!(shares, [3_333, 0, WHOLE, 0, WHOLE]);
        assert_eq!(percent(3_305), "33.05%");
    }
}
