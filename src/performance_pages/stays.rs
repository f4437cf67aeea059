//! How long a persona is kept, by the time that each stay began.

use crate::charts::{Band, Cell, Heat, KEY, Mark, Svg};
use crate::fleet::model::Question;
use crate::fleet_pages::asked::Asked;
use crate::fleet_pages::text::Figure;
use crate::foundation::Timestamp;
use crate::performance::model::Bins;
use crate::performance::personas::{BANDS, heat};
use crate::performance::reads::Personas;
use crate::web::format::number;

use super::text::{counted, span, ticks, when};

/// The heat map and its table.
pub(super) struct Stays {
    pub(super) chart: Svg,
    /// Class and words of each step.
    pub(super) key: [(&'static str, &'static str); 5],
    pub(super) heads: [&'static str; 7],
    /// The newest first; only when a stay began.
    pub(super) rows: Vec<Row>,
    /// Whether there is any.
    pub(super) is_empty: bool,
    pub(super) finding: String,
}

/// One part of the time.
pub(super) struct Row {
    pub(super) when: Figure,
    pub(super) cells: Vec<String>,
}

impl Stays {
    /// Of everything that was read.
    pub(super) fn of(asked: &Asked, question: &Question, found: &Personas, bins: &Bins) -> Self {
        let counts = heat(&found.stays, question, bins);
        let ends: Vec<_> = bins.ends().collect();
        let is_day = bins.are_days();
        let links: Vec<String> = ends
            .iter()
            .map(|ends| {
                let [from, to] = span(*ends, is_day);
                asked.traces(&[("from", from.as_str()), ("to", to.as_str())])
            })
            .collect();
        let cell = |band: &str, place: usize, count: i64| {
            let (at, link) = (ends.get(place).map(|ends| when(ends.0, is_day)), links.get(place).cloned());
            let title = format!("{}, {band}: {}", at.unwrap_or_default(), counted(count, "stay"));
            Cell { count, mark: Mark { title, href: link } }
        };
        // The longest stays on top, as in a chart whose axis goes up.
        let bands: Vec<Band> = BANDS
            .into_iter()
            .zip(&counts)
            .rev()
            .map(|(label, counts)| Band {
                label: label.to_owned(),
                cells: counts.iter().enumerate().map(|(place, n)| cell(label, place, *n)).collect(),
            })
            .collect();
        let begins: Vec<Timestamp> = ends.iter().map(|(begin, _)| *begin).collect();
        let labels = ticks(&begins, is_day);
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let finding = finding(&counts);
        let rows = ends.iter().enumerate().rev().filter_map(|(place, ends)| {
            let of_part: Vec<i64> =
                counts.iter().map(|band| band.get(place).copied().unwrap_or_default()).collect();
            let link = links.get(place).cloned().unwrap_or_default();
            of_part.iter().any(|n| *n > 0).then(|| Row {
                when: Figure::to(when(ends.0, is_day), link),
                cells: of_part.into_iter().map(number).collect(),
            })
        });
        let rows: Vec<Row> = rows.collect();
        Self {
            chart: Heat { bands: &bands, labels: &labels, says: &finding }.draw(),
            key: KEY,
            heads: BANDS,
            is_empty: rows.is_empty(),
            rows,
            finding,
        }
    }
}

fn finding(counts: &[Vec<i64>]) -> String {
    let totals: Vec<i64> = counts.iter().map(|band| band.iter().sum()).collect();
    let all: i64 = totals.iter().sum();
    match BANDS.into_iter().zip(totals).max_by_key(|(_, total)| *total) {
        Some((band, total)) if all > 0 => {
            format!("{}; most, {}, took {band}", counted(all, "stay"), number(total))
        }
        _ => "No stay began in this time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finding_names_the_band_with_most() {
        let mut counts = vec![vec![0, 0]; BANDS.len()];
        assert_eq!(finding(&counts), "No stay began in this time");
        counts[2] = vec![1, 4];
        counts[0] = vec![2, 0];
        assert_eq!(finding(&counts), "7 stays; most, 5, took 10 to 30\u{a0}s");
    }
}
