//! Columns by time: what passed at the foot, what failed hatched on top of it.

use super::scale::Scale;
use super::{Mark, Svg, WHOLE, drawing, inner, length, percent, time_labels};

/// Pixels of the box, and those above it.
const HEIGHT: i64 = 150;
const ABOVE: i64 = 10;
/// Pixels beside the box: for the figures of the axis, and for what is left over.
const BESIDE: (i64, i64) = (46, 6);

/// One part of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub value: i64,
    pub mark: Mark,
}

/// One column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// What stands below it.
    pub label: String,
    pub passed: Part,
    pub failed: Part,
}

/// Columns side by side, the oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    pub columns: &'a [Column],
    /// What the chart shows, in a sentence.
    pub says: &'a str,
}

impl Columns<'_> {
    /// Drawn for the place that a style sheet gives it.
    pub fn draw(&self) -> Svg {
        let most = self.columns.iter().map(|it| it.passed.value.saturating_add(it.failed.value));
        let scale = Scale::counts(most.max().unwrap_or_default());
        let mut inside = rules(scale);
        let count = length(self.columns);
        for (place, column) in (0..).zip(self.columns) {
            let (x, width) = (place * WHOLE / count + WHOLE / count / 8, WHOLE / count * 3 / 4);
            let passed = scale.place(column.passed.value);
            // Rounded parts must not stand out of the box together.
            let failed = scale.place(column.failed.value).min(WHOLE - passed);
            inside.push_str(&part("b", &column.passed, (x, width), (WHOLE - passed, passed)));
            inside.push_str(&part("fail", &column.failed, (x, width), (WHOLE - passed - failed, failed)));
        }
        let labels: Vec<&str> = self.columns.iter().map(|column| column.label.as_str()).collect();
        inside.push_str(&time_labels(&labels, HEIGHT + 18));
        drawing("stacks", ABOVE + HEIGHT + 24, self.says, &inner(BESIDE, (ABOVE, HEIGHT), &inside))
    }
}

fn part(class: &str, part: &Part, (x, width): (i64, i64), (y, height): (i64, i64)) -> String {
    if part.value <= 0 {
        return String::new();
    }
    let [x, y, width, height] = [x, y, width, height].map(percent);
    part.mark.round(&format!(r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"/>"#))
}

/// Rules across, each with its figure at the left.
fn rules(scale: Scale) -> String {
    let mut drawn = String::new();
    for rule in scale.rules() {
        let y = percent(WHOLE - scale.place(rule));
        let class = if rule == 0 { "axis-line" } else { "rule" };
        drawn.push_str(&format!(r#"<line class="{class}" x2="100%" y1="{y}" y2="{y}"/>"#));
        drawn.push_str(&format!(r#"<text class="tick end" x="-8" y="{y}" dy="4">{rule}</text>"#));
    }
    drawn
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The numbers of an attribute that are per cents, wherever it stands, in hundredths.
    pub(in super::super) fn percents(svg: &str, attribute: &str) -> Vec<i64> {
        let mark = format!(" {attribute}=\"");
        let values = svg.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
        values.filter_map(|value| value.strip_suffix('%')?.replace('.', "").parse().ok()).collect()
    }

    fn column(passed: i64, failed: i64) -> Column {
        let part = |value| Part { value, mark: Mark::to(format!("{value}"), "/traces") };
        Column { label: "Sat".to_owned(), passed: part(passed), failed: part(failed) }
    }

    #[test]
    fn what_failed_stands_on_what_passed() {
        let drawn = Columns { columns: &[column(30, 10), column(0, 0)], says: "x" }.draw().0;
        assert!(
            drawn.contains(r#"<rect class="b" x="6.25%" y="25.00%" width="37.50%" height="75.00%"/>"#),
            "{drawn}"
        );
        assert!(
            drawn.contains(r#"<rect class="fail" x="6.25%" y="0.00%" width="37.50%" height="25.00%"/>"#),
            "{drawn}"
        );
        assert_eq!(drawn.matches("<a ").count(), 2, "nothing is no mark: {drawn}");
        assert_eq!(drawn.matches("tabindex=\"-1\"").count(), 2);
    }

    proptest! {
        #[test]
        fn every_column_stands_in_the_box(values in proptest::collection::vec((any::<i64>(), any::<i64>()), 0..100)) {
            let columns: Vec<Column> = values.iter().map(|(passed, failed)| column(*passed, *failed)).collect();
            let drawn = Columns { columns: &columns, says: "" }.draw().0;
            let rects: String = drawn.split("<rect").skip(1).map(|rest| rest.split("/>").next().unwrap()).collect();
            for (place, long) in [("x", "width"), ("y", "height")] {
                for (place, long) in percents(&rects, place).into_iter().zip(percents(&rects, long)) {
                    prop_assert!(place >= 0 && long >= 0 && place + long <= WHOLE, "{place} and {long}");
                }
            }
        }
    }
}
