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

/// A bar in a cell of a table, whose figure stands beside it: so much of the largest one.
pub fn share_bar(part: i64, whole: i64) -> Svg {
    let tenths = share(i128::from(part).max(0), i128::from(whole), 1_000).clamp(0, 1_000);
    Svg(format!(
        r#"<svg class="share-bar" width="72" height="8" aria-hidden="true"><rect class="done" width="{}.{}%" height="8"/></svg>"#,
        tenths / 10,
        tenths % 10
    ))
}

/// Bars side by side from zero, oldest first; the last one is the present and stands out.
pub fn bars(values: &[i64]) -> Svg {
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1);
    let tallest = values.iter().copied().max().unwrap_or_default().max(1);
    let mut rects = String::new();
    for (place, value) in (0..).zip(values) {
        let height = share(i128::from(*value).max(0), i128::from(tallest), HEIGHT);
        let class = if place == count - 1 { "now" } else { "past" };
        rects.push_str(&format!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{height}"/>"#,
            place * WIDTH / count,
            HEIGHT - height,
            (WIDTH * 2 / 3 / count).max(1),
        ));
    }
    frame(&rects)
}

/// A chart of a card: how a figure ran over some weeks, the oldest first; the last one is the present. What is none was not
/// counted, which is not zero.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    pub values: &'a [Option<i64>],
    /// Drawn as a dashed line.
    pub goal: Option<i64>,
    /// Whether the present misses it.
    pub is_missed: bool,
}

impl Course<'_> {
    /// Bars from zero; the present one is full, those before it are pale.
    pub fn bars(&self) -> Svg {
        let count = i64::try_from(self.values.len()).unwrap_or(i64::MAX).max(1);
        let top = self.top();
        let mut inside = String::new();
        for (place, value) in (0..).zip(self.values) {
            let Some(value) = value.filter(|value| *value > 0) else { continue };
            let height = share(i128::from(value), i128::from(top), TALL - MARGIN).max(1);
            let over = if self.is_missed { " over" } else { "" };
            let class = if place == count - 1 { format!("now{over}") } else { "past".to_owned() };
            let (x, width) = (place * WIDTH / count, (WIDTH * 2 / 3 / count).max(1));
            let y = TALL - height;
            inside.push_str(&format!(
                r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#
            ));
        }
        tall(&format!("{inside}{}", self.dash(top)))
    }

    /// A line from zero to `top`, broken where nothing was counted, with a dot at its end.
    pub fn line(&self, top: i64) -> Svg {
        let top = top.max(1);
        let class = if self.is_missed { "line over" } else { "line" };
        tall(&format!("{}{}", self.dash(top), self.stroke(class, top)))
    }

    /// A line with a band from it up to other values.
    pub fn band(&self, upper: &[Option<i64>]) -> Svg {
        let above = upper.iter().flatten().copied().max().unwrap_or_default();
        let top = self.top().max(above);
        let pairs: Vec<Option<(i64, i64)>> =
            self.values.iter().zip(upper).map(|(low, high)| Some(((*low)?, (*high)?))).collect();
        let mut areas = String::new();
        for run in runs(&pairs) {
            let upper = run.iter().map(|(place, (_, high))| self.point(*place, *high, top));
            let lower = run.iter().rev().map(|(place, (low, _))| self.point(*place, *low, top));
            let points: Vec<String> = upper.chain(lower).collect();
            areas.push_str(&format!(r#"<polygon class="band" points="{}"/>"#, points.join(" ")));
        }
        tall(&format!("{areas}{}{}", self.dash(top), self.stroke("line", top)))
    }

    /// The largest of the values and the goal.
    fn top(&self) -> i64 {
        self.values.iter().flatten().copied().chain(self.goal).max().unwrap_or_default().max(1)
    }

    fn dash(&self, top: i64) -> String {
        let goal = self.goal.map(|goal| height_of(goal, top));
        goal.map(|y| format!(r#"<path class="limit" d="M0 {y}h{WIDTH}"/>"#)).unwrap_or_default()
    }

    fn stroke(&self, class: &str, top: i64) -> String {
        let mut drawn = String::new();
        for run in runs(self.values) {
            let points: Vec<String> = run.iter().map(|(place, it)| self.point(*place, *it, top)).collect();
            drawn.push_str(&format!(r#"<polyline class="{class}" points="{}"/>"#, points.join(" ")));
            if let (1, Some(only)) = (run.len(), points.first()) {
                drawn.push_str(&format!(r#"<path class="{class} dot" d="M{only}h0"/>"#));
            }
        }
        let last = self.values.iter().enumerate().rev().find_map(|(place, value)| Some((place, (*value)?)));
        if let Some((place, value)) = last {
            drawn.push_str(&format!(
                r#"<path class="{class} dot" d="M{}h0"/>"#,
                self.point(place, value, top)
            ));
        }
        drawn
    }

    fn point(&self, place: usize, value: i64, top: i64) -> String {
        let (place, last) = (i64::try_from(place).unwrap_or_default(), self.values.len().saturating_sub(1));
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        let x = if last == 0 { WIDTH - MARGIN } else { MARGIN + place * (WIDTH - 2 * MARGIN) / last };
        format!("{x},{}", height_of(value, top))
    }
}

/// Stretches without a gap, each value with its place.
fn runs<T: Copy>(values: &[Option<T>]) -> Vec<Vec<(usize, T)>> {
    let placed: Vec<(usize, Option<T>)> = values.iter().copied().enumerate().collect();
    let stretches = placed.split(|(_, value)| value.is_none());
    let known = |run: &[(usize, Option<T>)]| -> Vec<(usize, T)> {
        run.iter().filter_map(|(place, value)| Some((*place, (*value)?))).collect()
    };
    stretches.map(known).filter(|run| !run.is_empty()).collect()
}

/// From the top of a tall picture: zero stands at the foot.
fn height_of(value: i64, top: i64) -> i64 {
    TALL - MARGIN - share(i128::from(value.clamp(0, top)), i128::from(top), TALL - 2 * MARGIN)
}

/// Work against hours: what is begun, what is not, and how much of it is over, as parts of the longest bar; a line stands where the hours
/// end. `longest` is what the whole width stands for.
pub fn load(begun: i64, waiting: i64, hours: i64, longest: i64) -> Svg {
    let longest = i128::from(longest.max(1));
    let percent = |value: i64| share(i128::from(value.max(0)) * 100, longest, 1).clamp(0, 100);
    let (begun_end, end, line) = (percent(begun.min(hours)), percent(begun + waiting), percent(hours));
    let fits = end.min(line);
    let bar = |class: &str, from: i64, to: i64| {
        if to > from {
            format!(r#"<rect class="{class}" x="{from}%" width="{}%" height="12"/>"#, to - from)
        } else {
            String::new()
        }
    };
    let bars = bar("begun", 0, begun_end) + &bar("waits", begun_end, fits) + &bar("over", line, end);
    Svg(format!(
        r#"<svg class="load" width="100%" height="16" aria-hidden="true"><g>{bars}</g><rect class="hours" x="{}%" width="2" height="16"/></svg>"#,
        line.min(99)
    ))
}

/// The height of the charts of cards.
const TALL: i64 = 64;

/// Decoration likewise: what it shows stands beside it as text.
fn tall(inside: &str) -> Svg {
    Svg(format!(
        r#"<svg class="spark tall" viewBox="0 0 {WIDTH} {TALL}" preserveAspectRatio="none" aria-hidden="true">{inside}</svg>"#
    ))
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

    #[test]
    fn a_bar_in_a_cell_is_never_longer_than_the_cell() {
        for (part, whole, width) in
            [(1, 3, "33.3%"), (3, 3, "100.0%"), (0, 0, "0.0%"), (-1, 3, "0.0%"), (i64::MAX, 1, "100.0%")]
        {
            assert!(
                share_bar(part, whole).0.contains(&format!(r#"class="done" width="{width}""#)),
                "{part} of {whole}"
            );
        }
    }

    #[test]
    fn what_was_not_counted_breaks_the_line_and_is_no_bar() {
        let values = [Some(50), None, Some(100), Some(0)];
        let course = Course { values: &values, goal: Some(80), is_missed: true };
        let line = course.line(100).0;
        assert_eq!(line.matches("<polyline").count(), 2, "{line}");
        assert!(line.contains(r#"points="3,32""#) && line.contains(r#"points="167,3 249,61""#), "{line}");
        assert!(line.contains(r#"<path class="line over dot" d="M249,61h0"/>"#), "{line}");
        assert!(line.contains(r#"<path class="limit" d="M0 15h252"/>"#), "{line}");
        let bars = course.bars().0;
        assert_eq!(bars.matches("<rect").count(), 2, "{bars}");
        let band = Course { goal: None, ..course }.band(&[Some(60), None, Some(200), Some(10)]).0;
        assert_eq!(band.matches("<polygon").count(), 2, "{band}");
        assert!(
            !Course { values: &[None, None], goal: None, is_missed: false }.line(100).0.contains("polyline")
        );
    }

    #[test]
    fn what_is_over_stands_behind_the_line_of_the_hours() {
        let over = load(20, 21, 35, 41).0;
        for part in [
            r#"class="begun" x="0%" width="48%""#,
            r#"class="waits" x="48%" width="37%""#,
            r#"class="over" x="85%" width="15%""#,
            r#"class="hours" x="85%""#,
        ] {
            assert!(over.contains(part), "{part}: {over}");
        }
        assert!(!load(10, 5, 35, 41).0.contains("over"));
        assert!(load(50, 0, 35, 50).0.contains(r#"class="begun" x="0%" width="70%""#));
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
