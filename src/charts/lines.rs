//! Lines of small multiples: one row each, all on one scale, straight from one stored point to the next, with a gap where nothing came.

use super::scale::Scale;
use super::{Mark, Svg, WHOLE, drawing, escaped, inner, length, percent, time_labels};

/// Pixels of the box, and those above it.
const HEIGHT: i64 = 40;
const ABOVE: i64 = 8;
/// Pixels beside the box: for the figures of the axis, and for what is left over.
const BESIDE: (i64, i64) = (34, 6);

/// One point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// None where nothing came, which is not zero.
    pub value: Option<i64>,
    pub mark: Mark,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Lines<'a> {
    pub points: &'a [Point],
    pub scale: Scale,
    /// What the top of the scale is in words.
    pub top: &'a str,
    /// Drawn as a dotted line, where it is on the scale.
    pub alarm: Option<i64>,
    /// What the row shows, in a sentence.
    pub says: &'a str,
}

impl Lines<'_> {
    /// Drawn for the place that a style sheet gives it.
    pub fn draw(&self) -> Svg {
        let mut inside = format!(
            r#"<line class="rule" x2="100%" y1="0" y2="0"/><line class="axis-line" x2="100%" y1="100%" y2="100%"/><text class="tick end" x="-8" y="0" dy="4">{}</text><text class="tick end" x="-8" y="100%" dy="4">0</text>"#,
            escaped(self.top)
        );
        if let Some(alarm) = self.alarm.filter(|alarm| *alarm <= self.scale.top()) {
            let y = percent(WHOLE - self.scale.place(alarm));
            inside.push_str(&format!(r#"<line class="limit" x2="100%" y1="{y}" y2="{y}"/>"#));
        }
        inside.push_str(&format!(
            r#"<svg viewBox="0 0 {WHOLE} {WHOLE}" preserveAspectRatio="none" width="100%" height="100%">{}</svg>"#,
            self.strokes()
        ));
        let count = length(self.points);
        for (place, point) in (0..).zip(self.points) {
            if point.value.is_some_and(|value| value > 0) {
                let (x, width) = (percent(place * WHOLE / count), percent(WHOLE / count));
                let hit = format!(r#"<rect class="hit" x="{x}" width="{width}" height="100%"/>"#);
                inside.push_str(&point.mark.round(&hit));
            }
        }
        drawing("line", ABOVE + HEIGHT + 8, self.says, &inner(BESIDE, (ABOVE, HEIGHT), &inside))
    }

    fn strokes(&self) -> String {
        let count = length(self.points);
        let placed: Vec<Option<String>> = (0..)
            .zip(self.points)
            .map(|(place, point): (i64, &Point)| {
                let y = WHOLE - self.scale.place(point.value?);
                Some(format!("{},{y}", (2 * place + 1) * WHOLE / (2 * count)))
            })
            .collect();
        let mut drawn = String::new();
        for run in placed.split(Option::is_none) {
            let run: Vec<&str> = run.iter().flatten().map(String::as_str).collect();
            match run.as_slice() {
                [] => {}
                [only] => drawn.push_str(&format!(r#"<path class="dot" d="M{only}h0"/>"#)),
                several => {
                    drawn.push_str(&format!(r#"<polyline class="stroke" points="{}"/>"#, several.join(" ")));
                }
            }
        }
        drawn
    }
}

/// The axis of time below rows of lines.
pub fn time_axis(labels: &[&str]) -> Svg {
    drawing("ticks", 20, "", &inner(BESIDE, (0, 20), &time_labels(labels, 14)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(values: &[Option<i64>], alarm: Option<i64>) -> String {
        let point = |value: &Option<i64>| Point { value: *value, mark: Mark::to("here", "/traces") };
        let points: Vec<Point> = values.iter().map(point).collect();
        let most = values.iter().flatten().copied().max().unwrap_or_default();
        Lines { points: &points, scale: Scale::counts(most), top: "8", alarm, says: "" }.draw().0
    }

    #[test]
    fn a_gap_breaks_the_line_and_a_lonely_point_is_a_dot() {
        let line = drawn(&[Some(2), Some(4), None, Some(0)], None);
        assert!(line.contains(r#"points="1250,5000 3750,0""#), "{line}");
        assert!(line.contains(r#"<path class="dot" d="M8750,10000h0"/>"#), "{line}");
        assert_eq!(line.matches("<a ").count(), 2, "only what came has traces: {line}");
    }

    #[test]
    fn an_alarm_beyond_the_scale_is_not_drawn() {
        assert!(drawn(&[Some(2), Some(4)], Some(3)).contains(r#"class="limit" x2="100%" y1="25.00%""#));
        assert!(!drawn(&[Some(2), Some(4)], Some(5)).contains("limit"));
    }

    proptest! {
        #[test]
        fn every_point_stands_in_the_box(values in proptest::collection::vec(any::<Option<i64>>(), 0..60)) {
            let line = drawn(&values, None);
            for points in line.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                for number in points.split([' ', ',']) {
                    prop_assert!((0..=WHOLE).contains(&number.parse::<i64>().unwrap()), "{points}");
                }
            }
        }
    }
}
