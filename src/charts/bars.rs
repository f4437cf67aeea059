//! Bars in cells of tables, whose figures stand beside them as words: parts of a whole, what is used of a budget, a share with how sure
//! it is.

use super::{Mark, Svg, WHOLE, drawing, inner, percent, share};

/// Parts one after the other, each with its class, as far as `whole` reaches.
pub fn bar(parts: &[(i64, &'static str)], whole: i64) -> Svg {
    let (mut drawn, mut from) = (String::new(), 0_i64);
    for (value, class) in parts {
        let begin = share(from, whole);
        from = from.saturating_add((*value).max(0));
        let width = share(from, whole) - begin;
        if width > 0 {
            let [x, width] = [begin, width].map(percent);
            drawn.push_str(&format!(r#"<rect class="{class}" x="{x}" width="{width}" height="10"/>"#));
        }
    }
    drawing("bar", 10, "", &drawn)
}

/// What is used of a budget, with a needle where an even pace would stand.
#[derive(Clone, Copy, Debug)]
pub struct Gauge {
    pub used: i64,
    pub limit: i64,
    /// How much of the time is over, in hundredths of a per cent; none where it has no end.
    pub pace: Option<i64>,
    /// `b`, `soon` or `over`.
    pub class: &'static str,
}

impl Gauge {
    /// Over the limit the bar is full, and the words beside it say by how much.
    pub fn draw(&self) -> Svg {
        let used = share(self.used, self.limit);
        let mut drawn = format!(
            r#"<rect class="well" y="3" width="100%" height="10"/><rect class="{}" y="3" width="{}" height="10"/>"#,
            self.class,
            percent(used)
        );
        if let Some(pace) = self.pace {
            drawn.push_str(&format!(
                r#"<svg x="{}" overflow="visible"><path class="needle" d="M0 0v16"/></svg>"#,
                percent(pace.clamp(0, WHOLE))
            ));
        }
        drawing("gauge", 16, "", &drawn)
    }
}

/// A share with its interval, all in hundredths of a per cent.
#[derive(Clone, Debug)]
pub struct Interval {
    pub share: i64,
    pub low: i64,
    pub high: i64,
    /// Drawn as a dotted line; none where there is no alarm.
    pub alarm: Option<i64>,
    /// Whether it is beyond the alarm.
    pub is_over: bool,
    pub mark: Mark,
    /// What it shows, in a sentence.
    pub says: String,
}

impl Interval {
    /// The share as a bar, the interval as a line with two ends on it.
    pub fn draw(&self) -> Svg {
        let place = |it: i64| percent(it.clamp(0, WHOLE));
        let [share, low, high] = [self.share, self.low, self.high].map(place);
        let alarm = self.alarm.map(place).map_or_else(String::new, |x| {
            format!(r#"<line class="limit" x1="{x}" x2="{x}" y1="0" y2="18"/>"#)
        });
        let class = if self.is_over { "soon" } else { "b" };
        let end = |x: &str| {
            format!(
                r#"<svg x="{x}" overflow="visible"><path class="halo" d="M0 4v10"/><path class="needle" d="M0 5v8"/></svg>"#
            )
        };
        let shapes = format!(
            r#"<rect class="well" y="3" width="100%" height="12"/><rect class="{class}" y="3" width="{share}" height="12"/><line class="halo" x1="{low}" x2="{high}" y1="9" y2="9"/><line class="needle" x1="{low}" x2="{high}" y1="9" y2="9"/>{}{}{alarm}"#,
            end(&low),
            end(&high)
        );
        drawing("interval", 18, &self.says, &inner((3, 3), (0, 18), &self.mark.round(&shapes)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::columns::tests::percents;
    use super::*;

    #[test]
    fn parts_follow_each_other_and_end_where_the_whole_does() {
        let drawn = bar(&[(50, "b"), (25, "b2")], 100).0;
        assert!(drawn.contains(r#"<rect class="b" x="0.00%" width="50.00%" height="10"/>"#), "{drawn}");
        assert!(drawn.contains(r#"<rect class="b2" x="50.00%" width="25.00%" height="10"/>"#), "{drawn}");
        assert!(!bar(&[(0, "b")], 100).0.contains("<rect"));
    }

    #[test]
    fn a_used_up_budget_is_a_full_bar() {
        let gauge = Gauge { used: 120, limit: 100, pace: Some(5_900), class: "over" };
        let drawn = gauge.draw().0;
        assert!(drawn.contains(r#"class="over" y="3" width="100.00%""#), "{drawn}");
        assert!(drawn.contains(r#"<svg x="59.00%""#), "{drawn}");
        assert!(!Gauge { pace: None, ..gauge }.draw().0.contains("needle"));
    }

    proptest! {
        #[test]
        fn no_bar_is_longer_than_its_cell(parts in proptest::collection::vec(any::<i64>(), 0..5), whole in any::<i64>(), share in any::<i64>()) {
            let named: Vec<(i64, &'static str)> = parts.iter().map(|part| (*part, "b")).collect();
            let drawn = bar(&named, whole).0;
            for (x, width) in percents(&drawn, "x").into_iter().zip(percents(&drawn, "width").into_iter().skip(1)) {
                prop_assert!(x >= 0 && width >= 0 && x + width <= WHOLE, "{drawn}");
            }
            let interval =
                Interval { share, low: share, high: share, alarm: Some(share), is_over: false, mark: Mark::bare(""), says: String::new() };
            for place in percents(&interval.draw().0, "x1") {
                prop_assert!((0..=WHOLE).contains(&place), "{place}");
            }
        }
    }
}
