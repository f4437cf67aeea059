//! A ranking as a table: the dearest first, then what is beyond those as one row, then what names nobody, so that it adds up.

use std::collections::HashMap;

use crate::fleet::model::{Dimension, Group, NONE, Ranked, Sums};
use crate::fleet::reads::Spread;
use crate::web::charts::{Svg, share_bar};
use crate::web::format::{duration, number};

use super::asked::Asked;
use super::text::{DASH, Figure, cost, share, tokens};

/// One ranking.
pub(super) struct Table {
    /// What it is called in the page.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
}

/// One of a ranking.
pub(super) struct Row {
    pub(super) name: Figure,
    pub(super) calls: Figure,
    pub(super) input: String,
    pub(super) output: String,
    pub(super) cost: Figure,
    pub(super) bar: Svg,
    pub(super) p50: String,
    pub(super) p95: Figure,
    pub(super) errors: Figure,
}

/// A time of a spread in words: `about` before what buckets tell.
pub(super) fn about(spread: &Spread, micros: i64) -> String {
    let words = duration(micros);
    // A line does not break before a unit.
    if spread.is_about { format!("about {words}").replace(' ', "\u{a0}") } else { words }
}

impl Table {
    /// Of the groups of one dimension.
    pub(super) fn of(
        asked: &Asked,
        (id, title): (&'static str, &'static str),
        dimension: Dimension,
        groups: Vec<Group>,
        spreads: &[Spread],
    ) -> Self {
        let ranked = Ranked::of(groups, dimension);
        let whole = most(&ranked);
        let by_name: HashMap<Option<&str>, &Spread> =
            spreads.iter().map(|spread| (spread.name.as_deref(), spread)).collect();
        let maker = Maker { asked, dimension, whole, spreads: by_name };
        let mut rows: Vec<Row> = ranked.rows.iter().map(|group| maker.named(group)).collect();
        rows.extend(ranked.more.map(|(count, sums)| maker.more(count, &sums)));
        rows.extend(ranked.none.map(|sums| maker.none(&sums)));
        Self { id, title, rows }
    }
}

/// The most that one row spent: the whole width of a bar.
fn most(ranked: &Ranked) -> i64 {
    let others = ranked.more.iter().map(|(_, sums)| sums).chain(&ranked.none);
    let costs = ranked.rows.iter().map(|group| &group.sums).chain(others).map(|sums| sums.cost_nanos);
    costs.max().unwrap_or_default()
}

struct Maker<'a> {
    asked: &'a Asked,
    dimension: Dimension,
    whole: i64,
    spreads: HashMap<Option<&'a str>, &'a Spread>,
}

impl Maker<'_> {
    fn named(&self, group: &Group) -> Row {
        let name = group.key.name(self.dimension).unwrap_or_default();
        let of = self.dimension.as_str();
        // The list of traces knows models by what their names contain, and they have no page.
        let shown = match self.asked.to(self.dimension, name) {
            Some(href) => Figure::to(name, href),
            None => Figure::bare(name),
        };
        self.row(shown, Some((of, name)), self.spreads.get(&Some(name)).copied(), &group.sums)
    }

    fn none(&self, sums: &Sums) -> Row {
        let of = self.dimension.as_str();
        let spread = self.spreads.get(&None).copied();
        if self.dimension == Dimension::Model {
            return self.row(Figure::bare("None given"), None, spread, sums);
        }
        let shown = Figure::to("None given", self.asked.traces(&[(of, NONE)]));
        self.row(shown, Some((of, NONE)), spread, sums)
    }

    fn more(&self, count: usize, sums: &Sums) -> Row {
        let words = format!("and {} more", number(i64::try_from(count).unwrap_or(i64::MAX)));
        self.row(Figure::bare(words), None, None, sums)
    }

    fn row(&self, name: Figure, of: Option<(&str, &str)>, spread: Option<&Spread>, sums: &Sums) -> Row {
        let figure = |words: String, further: Option<(&str, &str)>| match of {
            Some(of) => {
                let pairs: Vec<(&str, &str)> = std::iter::once(of).chain(further).collect();
                Figure::to(words, self.asked.traces(&pairs))
            }
            None => Figure::bare(words),
        };
        let took = |of: fn(&Spread) -> i64| {
            spread.map_or_else(|| DASH.to_owned(), |spread| about(spread, of(spread)))
        };
        Row {
            name,
            calls: figure(number(sums.calls), None),
            input: tokens(sums, sums.input),
            output: tokens(sums, sums.output),
            cost: figure(cost(sums), Some(("sort", "cost"))),
            bar: share_bar(sums.cost_nanos, self.whole),
            p50: took(|spread| spread.p50),
            p95: figure(took(|spread| spread.p95), Some(("sort", "duration"))),
            errors: match sums.errors {
                0 => Figure::bare(if sums.calls > 0 { "none" } else { DASH }),
                errors => figure(
                    format!("{} of {}", share(errors, sums.calls), number(sums.calls)),
                    Some(("errors", "1")),
                ),
            },
        }
    }
}
