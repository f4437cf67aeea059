//! A heat map: bands by time, in five steps of one hue.

use super::{Mark, Svg, WHOLE, drawing, escaped, inner, length, percent, time_labels};

/// Pixels of a band, its gap among them.
const BAND: i64 = 20;
/// Pixels beside the box: for the names of the bands, and for what is left over.
const BESIDE: (i64, i64) = (92, 6);

/// From how many on each step is, the lowest first; the first is nothing.
const FROM: [i64; 5] = [0, 1, 3, 10, 20];

/// The key: the class of each step, and its words.
pub const KEY: [(&str, &str); 5] =
    [("h0", "none"), ("h1", "1 or 2"), ("h2", "3 to 9"), ("h3", "10 to 19"), ("h4", "20 and more")];

/// The class of the step that a count is of.
pub fn step_of(count: i64) -> &'static str {
    let step = FROM.iter().zip(KEY).rev().find(|(from, _)| count >= **from);
    step.map_or("h0", |(_, (class, _))| class)
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub count: i64,
    pub mark: Mark,
}

/// One band.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// What stands at its left.
    pub label: String,
    /// The oldest first.
    pub cells: Vec<Cell>,
}

/// Bands one below the other.
#[derive(Clone, Copy, Debug)]
pub struct Heat<'a> {
    pub bands: &'a [Band],
    /// When each column is.
    pub labels: &'a [&'a str],
    /// What the chart shows, in a sentence.
    pub says: &'a str,
}

impl Heat<'_> {
    /// Drawn for the place that a style sheet gives it. An empty cell is the well of its band.
    pub fn draw(&self) -> Svg {
        let count = length(self.labels);
        let mut inside = String::new();
        for (place, band) in (0..).zip(self.bands) {
            let y = place * BAND;
            inside.push_str(&format!(
                r#"<text class="tick end" x="-8" y="{}">{}</text><rect class="h0" y="{y}" width="100%" height="{}"/>"#,
                y + 13,
                escaped(&band.label),
                BAND - 2
            ));
            for (column, cell) in (0..count).zip(&band.cells).filter(|(_, cell)| cell.count > 0) {
                let (x, width) = (percent(column * WHOLE / count), percent(WHOLE / count));
                let class = step_of(cell.count);
                inside.push_str(&cell.mark.round(&format!(
                    r#"<rect class="{class}" x="{x}" y="{y}" width="{width}" height="{}"/>"#,
                    BAND - 2
                )));
            }
        }
        let height = length(self.bands) * BAND;
        for column in 1..count {
            let x = percent(column * WHOLE / count);
            inside.push_str(&format!(r#"<rect class="gap" x="{x}" width="2" height="{height}"/>"#));
        }
        inside.push_str(&time_labels(self.labels, height + 14));
        drawing("heat", height + 22, self.says, &inner(BESIDE, (0, height), &inside))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::columns::tests::percents;
    use super::*;

    #[test]
    fn steps_begin_where_the_key_says() {
        let steps = [-1, 0, 1, 2, 3, 9, 10, 19, 20, i64::MAX].map(step_of);
        assert_eq!(steps, ["h0", "h0", "h1", "h1", "h2", "h2", "h3", "h3", "h4", "h4"]);
    }

    #[test]
    fn an_empty_cell_is_the_well_and_leads_nowhere() {
        let cell = |count| Cell { count, mark: Mark::to("here", "/traces") };
        let bands = [Band { label: "under 1 s".to_owned(), cells: vec![cell(0), cell(1)] }];
        let drawn = Heat { bands: &bands, labels: &["9:00", "10:00"], says: "x" }.draw().0;
        assert_eq!(drawn.matches("<a ").count(), 1, "{drawn}");
        assert!(
            drawn.contains(r#"<rect class="h1" x="50.00%" y="0" width="50.00%" height="18"/>"#),
            "{drawn}"
        );
    }

    proptest! {
        #[test]
        fn every_cell_stands_in_the_box(counts in proptest::collection::vec(any::<i64>(), 1..60)) {
            let cells = counts.iter().map(|count| Cell { count: *count, mark: Mark::bare("") }).collect();
            let labels: Vec<&str> = counts.iter().map(|_| "").collect();
            let drawn = Heat { bands: &[Band { label: String::new(), cells }], labels: &labels, says: "" }.draw().0;
            let cells: String = drawn.split("<rect class=\"h").skip(2).map(|rest| rest.split("/>").next().unwrap()).collect();
            for (x, width) in percents(&cells, "x").into_iter().zip(percents(&cells, "width")) {
                prop_assert!(x >= 0 && x + width <= WHOLE, "{x} and {width}");
            }
        }
    }
}
