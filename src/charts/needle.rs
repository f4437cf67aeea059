//! A dot where half are done and a needle where 95 of 100 are: one row for each, all on one scale.

use super::scale::Scale;
use super::{Mark, Svg, drawing, escaped, inner, percent};

/// Pixels of a row.
const HEIGHT: i64 = 40;
/// Pixels beside the box: for a dot at zero, and for the value beside the longest needle.
const BESIDE: (i64, i64) = (8, 76);

/// One row.
#[derive(Clone, Debug)]
pub struct Needle {
    pub p50: i64,
    pub p95: i64,
    pub scale: Scale,
    /// Drawn as a dotted line, where it is on the scale.
    pub alarm: i64,
    pub is_over: bool,
    /// What stands at the needle.
    pub value: String,
    pub mark: Mark,
    /// What the row shows, in a sentence.
    pub says: String,
}

impl Needle {
    /// Drawn for the place that a style sheet gives it.
    pub fn draw(&self) -> Svg {
        let [from, to] = [self.p50, self.p95].map(|value| percent(self.scale.place(value)));
        let over = if self.is_over { " over" } else { "" };
        let shapes = format!(
            r#"<line class="reach{over}" x1="{from}" x2="{to}" y1="20" y2="20"/><svg x="{to}" overflow="visible"><path class="needle{over}" d="M0 13v14"/><text class="value{over}" x="8" y="24">{}</text></svg><circle class="dot" cx="{from}" cy="20" r="5"/>"#,
            escaped(&self.value)
        );
        let inside = format!("{}{}", uprights(self.scale, self.alarm, HEIGHT), self.mark.round(&shapes));
        drawing("needles", HEIGHT, &self.says, &inner(BESIDE, (0, HEIGHT), &inside))
    }
}

/// The axis below such rows: `words` says what stands at each rule.
pub fn needle_axis(scale: Scale, words: impl Fn(i64) -> String) -> Svg {
    let rules = scale.rules();
    let last = rules.len().saturating_sub(1);
    let mut drawn = String::new();
    for (place, rule) in rules.into_iter().enumerate() {
        let minor = if place % 2 == 1 && place != last { " minor" } else { "" };
        let x = percent(scale.place(rule));
        drawn.push_str(&format!(
            r#"<text class="tick middle{minor}" x="{x}" y="14">{}</text>"#,
            escaped(&words(rule))
        ));
    }
    drawing("ticks", 20, "", &inner(BESIDE, (0, 20), &drawn))
}

fn uprights(scale: Scale, alarm: i64, height: i64) -> String {
    let line = |class: &str, value: i64| {
        let x = percent(scale.place(value));
        format!(r#"<line class="{class}" x1="{x}" x2="{x}" y2="{height}"/>"#)
    };
    let rules = scale.rules().into_iter().map(|rule| line("rule", rule));
    let alarm = (alarm <= scale.top()).then(|| line("limit", alarm));
    rules.chain(alarm).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::WHOLE;
    use super::super::columns::tests::percents;
    use super::*;

    fn needle(p50: i64, p95: i64, alarm: i64) -> Needle {
        Needle {
            p50,
            p95,
            scale: Scale::times(p95),
            alarm,
            is_over: p95 > alarm,
            value: "3 s".to_owned(),
            mark: Mark::to("here", "/traces"),
            says: "x".to_owned(),
        }
    }

    #[test]
    fn red_is_only_what_is_beyond_the_alarm() {
        let slow = needle(1_000_000, 4_000_000, 2_000_000).draw().0;
        assert!(slow.contains("reach over") && slow.contains(r#"class="limit" x1="50.00%""#), "{slow}");
        let quick = needle(1_000_000, 4_000_000, 300_000_000).draw().0;
        assert!(!quick.contains("over\"") && !quick.contains("limit"), "{quick}");
        assert!(quick.contains(r#"cx="25.00%""#), "{quick}");
        let axis = needle_axis(Scale::times(4_000_000), |rule| format!("{} s", rule / 1_000_000)).0;
        assert!(axis.contains(">0 s<") && axis.contains(">4 s<"), "{axis}");
    }

    proptest! {
        #[test]
        fn dot_and_needle_stand_in_the_box(p50 in any::<i64>(), p95 in any::<i64>(), alarm in any::<i64>()) {
            let drawn = needle(p50, p95, alarm).draw().0;
            for place in ["x1", "x2", "cx"].into_iter().flat_map(|name| percents(&drawn, name)) {
                prop_assert!((0..=WHOLE).contains(&place), "{place}");
            }
        }
    }
}
