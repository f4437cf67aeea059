//! Small pictures of figures, as SVG: they print, follow the theme by style sheet and need no script.
//!
//! Heights and widths are attributes, never `style=`, because the content security policy refuses inline styles.

use std::fmt;

/// SVG made here from numbers alone, so it is safe to put on a page as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Svg(String);

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Svg {}

const WIDTH: i64 = 252;
const HEIGHT: i64 = 32;
/// Room above and below, so that a thick line is not cut.
const MARGIN: i64 = 3;

/// A line through the values, oldest first. Fewer than two values draw nothing.
pub fn sparkline(values: &[i64]) -> Svg {
    let last = i64::try_from(values.len()).unwrap_or(i64::MAX) - 1;
    if last < 1 {
        return frame("");
    }
    let points: Vec<String> =
        (0..).zip(values).map(|(i, v)| format!("{},{}", i * WIDTH / last, y(*v, values))).collect();
    frame(&format!(r#"<polyline class="line" points="{}"/>"#, points.join(" ")))
}

/// A line through values at their moments, oldest first, with limits as dashed lines; `is_over` says that the last one is
/// outside them. Fewer than two moments draw the limits alone.
pub fn limited(points: &[(i64, i64)], limits: &[i64], is_over: bool) -> Svg {
    let all: Vec<i64> = points.iter().map(|(_, value)| *value).chain(limits.iter().copied()).collect();
    let dash = |limit: &i64| format!(r#"<path class="limit" d="M0 {}h{WIDTH}"/>"#, y(*limit, &all));
    let dashes: String = limits.iter().map(dash).collect();
    let first = points.first().map_or(0, |(at, _)| *at);
    let span = points.last().map_or(0, |(at, _)| distance(first, *at));
    if span < 1 {
        return frame(&dashes);
    }
    let x = |at: i64| share(distance(first, at), span, WIDTH);
    let line: Vec<String> =
        points.iter().map(|(at, value)| format!("{},{}", x(*at), y(*value, &all))).collect();
    let class = if is_over { "line over" } else { "line" };
    frame(&format!(r#"{dashes}<polyline class="{class}" points="{}"/>"#, line.join(" ")))
}

/// How much is done and how much went wrong, of how much: a bar for the place that a style sheet gives it. `what` names
/// what is counted.
pub fn progress(done: i64, failed: i64, total: i64, what: &'static str) -> Svg {
    let percent = |part: i64| (part * 100 / total.max(1)).clamp(0, 100);
    let (done_percent, failed_percent) = (percent(done), percent(failed));
    let wrong = if failed > 0 {
        format!(r#"<rect class="failed" x="{done_percent}%" width="{failed_percent}%" height="6"/>"#)
    } else {
        String::new()
    };
    let label = if failed > 0 { format!(", {failed} in failed steps") } else { String::new() };
    Svg(format!(
        r#"<svg class="measure" role="img" aria-label="{done} of {total} {what} done{label}" width="100%" height="6"><rect class="done" width="{done_percent}%" height="6"/>{wrong}</svg>"#
    ))
}

/// Bars side by side from zero, oldest first; the last one is the present and stands out.
pub fn bars(values: &[i64]) -> Svg {
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1);
    let tallest = values.iter().copied().max().unwrap_or_default().max(1);
    let (pitch, mut rects) = (WIDTH / count, String::new());
    for (place, value) in (0..).zip(values) {
        let height = share(i128::from(*value).max(0), i128::from(tallest), HEIGHT);
        let class = if place == count - 1 { "now" } else { "past" };
        rects.push_str(&format!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{height}"/>"#,
            place * pitch,
            HEIGHT - height,
            (pitch * 2 / 3).max(1),
        ));
    }
    frame(&rects)
}

/// From the top: the largest value is nearest to it. Equal values run through the middle.
fn y(value: i64, values: &[i64]) -> i64 {
    let lowest = values.iter().copied().min().unwrap_or_default();
    let highest = values.iter().copied().max().unwrap_or_default();
    if lowest == highest {
        return HEIGHT / 2;
    }
    HEIGHT - MARGIN - share(distance(lowest, value), distance(lowest, highest), HEIGHT - 2 * MARGIN)
}

fn distance(from: i64, to: i64) -> i128 {
    i128::from(to) - i128::from(from)
}

/// `part / whole` of a room in pixels, without overflow for any figures.
fn share(part: i128, whole: i128, room: i64) -> i64 {
    i64::try_from(part * i128::from(room) / whole.max(1)).unwrap_or(room)
}

/// Decoration: the figure it belongs to stands beside it in words.
fn frame(inside: &str) -> Svg {
    Svg(format!(
        r#"<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{inside}</svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_rises_with_its_values_and_ends_at_the_right_edge() {
        assert_eq!(sparkline(&[0, 10]).0.split('"').nth(11), Some("0,29 252,3"));
        assert_eq!(sparkline(&[4, 4, 4]).0.split('"').nth(11), Some("0,16 126,16 252,16"));
        assert!(!sparkline(&[7]).0.contains("polyline"));
    }

    #[test]
    fn a_limit_is_drawn_where_the_values_are_measured() {
        let drawn = limited(&[(0, 0), (50, 10), (100, 20)], &[20], false).0;
        assert!(drawn.contains(r#"points="0,29 126,16 252,3""#), "{drawn}");
        assert!(drawn.contains(r#"<path class="limit" d="M0 3h252"/>"#), "{drawn}");
        let one = limited(&[(7, 1)], &[], true).0;
        assert!(!one.contains("polyline"), "{one}");
    }

    #[test]
    fn the_last_bar_is_the_present() {
        let svg = bars(&[1, 2, 4]).0;
        assert_eq!(svg.matches("<rect").count(), 3);
        assert!(svg.contains(r#"class="now" x="168" y="0" width="56" height="32""#), "{svg}");
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_outside(values in proptest::collection::vec(any::<i64>(), 2..40)) {
            for value in &values {
                let y = y(*value, &values);
                prop_assert!((0..=HEIGHT).contains(&y), "{y}");
            }
            prop_assert!(!bars(&values).0.contains("height=\"-"));
        }
    }
}
