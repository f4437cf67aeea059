//! How often one persona follows another, over time: one row for each change, all on one scale.

use crate::charts::{Lines, Mark, Point, Scale, Svg, time_axis};
use crate::fleet::model::Question;
use crate::fleet_pages::asked::Asked;
use crate::fleet_pages::text::Figure;
use crate::foundation::Timestamp;
use crate::performance::model::{Bins, START};
use crate::performance::personas::{Course, courses};
use crate::performance::reads::Personas;
use crate::web::format::number;

use super::alarms::{Need, SWITCHES_PER_SECOND};
use super::text::{BEFORE, counted, span, thousandths, ticks, when};

/// Changes that have a row.
const MOST: usize = 6;
/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;

/// Switch rate by transition.
pub(super) struct Rates {
    /// `minute`, or `hour` where that would say too little.
    pub(super) unit: &'static str,
    /// The alarm in that unit.
    pub(super) alarm: String,
    pub(super) rows: Vec<Row>,
    pub(super) axis: Svg,
    /// The rows' names, for the table.
    pub(super) heads: Vec<String>,
    /// The newest first.
    pub(super) times: Vec<TimeRow>,
    /// How many changes have no row; empty where all have one.
    pub(super) more: String,
    /// What is beyond the alarm now.
    pub(super) needs: Vec<Need>,
}

/// One change.
pub(super) struct Row {
    pub(super) name: Figure,
    pub(super) chart: Svg,
    pub(super) now: String,
    pub(super) is_over: bool,
}

/// One part of the time.
pub(super) struct TimeRow {
    pub(super) when: Figure,
    pub(super) cells: Vec<String>,
}

/// What all rows have in common.
struct Common<'a> {
    asked: &'a Asked,
    bins: &'a Bins,
    /// Microseconds of the unit.
    unit: i64,
    word: &'static str,
    covered: Vec<i64>,
    /// Whether anything of a persona came.
    came: Vec<bool>,
    scale: Scale,
    /// In thousandths per unit.
    alarm: i64,
    shows_alarm: bool,
}

impl Rates {
    /// Of everything that was read.
    pub(super) fn of(asked: &Asked, question: &Question, found: &Personas, bins: &Bins) -> Self {
        let all = courses(&found.switches, question, bins);
        let shown = all.get(..MOST.min(all.len())).unwrap_or_default();
        let common = Common::of(asked, found, bins, shown);
        let names: Vec<String> = shown.iter().map(|it| name(&it.from, &it.to)).collect();
        let begins: Vec<Timestamp> = bins.ends().map(|(begin, _)| begin).collect();
        let labels = ticks(&begins, bins.are_days());
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let more = i64::try_from(all.len() - shown.len()).unwrap_or_default();
        Self {
            unit: common.word,
            alarm: number(common.alarm / 1_000),
            rows: shown.iter().map(|course| common.row(course)).collect(),
            axis: time_axis(&labels),
            heads: names,
            times: common.times(shown),
            more: if more > 0 { counted(more, "more change") } else { String::new() },
            needs: shown.iter().filter_map(|course| common.need(course)).collect(),
        }
    }
}

impl<'a> Common<'a> {
    fn of(asked: &'a Asked, found: &Personas, bins: &'a Bins, shown: &[Course]) -> Self {
        let covered = bins.covered();
        let switches = found.switches.iter().map(|(at, _, sum)| (at, sum.n));
        let stays = found.stays.iter().map(|(at, _, sum)| (at, sum.n));
        let came = bins.sums(switches.chain(stays)).into_iter().map(|n| n > 0).collect();
        let most = |unit: i64| {
            let rates = shown.iter().flat_map(|course| course.counts.iter().zip(&covered));
            rates.map(|(count, covered)| rate(*count, *covered, unit)).max().unwrap_or_default()
        };
        let (unit, word) = if most(MINUTE) >= 1_000 { (MINUTE, "minute") } else { (60 * MINUTE, "hour") };
        let alarm = SWITCHES_PER_SECOND * (unit / 1_000_000) * 1_000;
        let most = most(unit);
        let shows_alarm = most > alarm / 10;
        let scale = Scale::counts(if shows_alarm { most.max(alarm) } else { most });
        Self { asked, bins, unit, word, covered, came, scale, alarm, shows_alarm }
    }

    /// In thousandths per unit, the oldest first.
    fn rates(&self, course: &Course) -> Vec<i64> {
        course.counts.iter().zip(&self.covered).map(|(n, covered)| rate(*n, *covered, self.unit)).collect()
    }

    fn row(&self, course: &Course) -> Row {
        let name = name(&course.from, &course.to);
        let rates = self.rates(course);
        let parts = self.bins.ends().zip(&course.counts).zip(&rates).zip(&self.came);
        let points: Vec<Point> = parts
            .map(|(((ends, count), rate), came)| Point {
                value: came.then_some(*rate),
                mark: Mark::to(
                    format!("{}: {}", when(ends.0, self.bins.are_days()), switches(*count)),
                    self.traces(ends, course),
                ),
            })
            .collect();
        let (now, most) = (rates.last().copied().unwrap_or_default(), rates.iter().copied().max());
        let says = format!(
            "{} to {}: {} switches per {} now, {} at most",
            shown(&course.from),
            course.to,
            thousandths(now),
            self.word,
            thousandths(most.unwrap_or_default())
        );
        let chart = Lines {
            points: &points,
            scale: self.scale,
            top: &thousandths(self.scale.top()),
            alarm: self.shows_alarm.then_some(self.alarm),
            says: &says,
        };
        Row {
            chart: chart.draw(),
            name: Figure::to(name, self.asked.traces(&[("persona", course.to.as_str())])),
            now: thousandths(now),
            is_over: now > self.alarm,
        }
    }

    fn traces(&self, ends: (Timestamp, Timestamp), course: &Course) -> String {
        let [from, to] = span(ends, self.bins.are_days());
        self.asked.traces(&[("from", from.as_str()), ("to", to.as_str()), ("persona", course.to.as_str())])
    }

    fn times(&self, shown: &[Course]) -> Vec<TimeRow> {
        let parts: Vec<_> = self.bins.ends().zip(&self.came).enumerate().collect();
        let came = parts.into_iter().rev().filter(|(_, (_, came))| **came);
        came.map(|(place, (ends, _))| {
            let [from, to] = span(ends, self.bins.are_days());
            let cell = |course: &Course| number(course.counts.get(place).copied().unwrap_or_default());
            TimeRow {
                when: Figure::to(
                    when(ends.0, self.bins.are_days()),
                    self.asked.traces(&[("from", from.as_str()), ("to", to.as_str())]),
                ),
                cells: shown.iter().map(cell).collect(),
            }
        })
        .collect()
    }

    fn need(&self, course: &Course) -> Option<Need> {
        let now = self.rates(course).last().copied().filter(|now| *now > self.alarm)?;
        Some(Need {
            stamp: "Too often",
            words: format!(
                "{} happens {} times a {}, the alarm is at {}",
                name(&course.from, &course.to),
                thousandths(now),
                self.word,
                number(self.alarm / 1_000)
            ),
            link: "Its traces".to_owned(),
            href: self.asked.traces(&[("persona", course.to.as_str())]),
        })
    }
}

/// `planner → mechanic`.
pub(super) fn name(from: &str, to: &str) -> String {
    format!("{} → {to}", shown(from))
}

fn shown(persona: &str) -> &str {
    if persona == START { BEFORE } else { persona }
}

/// `1 switch`, `3 switches`.
pub(super) fn switches(n: i64) -> String {
    format!("{} switch{}", number(n), if n == 1 { "" } else { "es" })
}

/// In thousandths per unit of time. An hour that has only begun is measured over a minute at least: one switch is no rush.
fn rate(count: i64, covered: i64, unit: i64) -> i64 {
    let rate = i128::from(count) * 1_000 * i128::from(unit) / i128::from(covered.max(MINUTE));
    i64::try_from(rate).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fleet::model::Sums;
    use crate::foundation::ProjectKey;
    use crate::performance::model::HOUR;
    use crate::series::{Metric, Series, Sum};

    fn rates(n: i64, last: i64) -> Rates {
        let now = Timestamp(1_795_251_600_000_000 + HOUR);
        let asked = Asked::read(&BTreeMap::from([("range".to_owned(), "24h".to_owned())]), now).unwrap();
        let question = Question::of(ProjectKey(1), now.plus_micros(-24 * HOUR), now.plus_micros(1));
        let labels = ["none", "clerk", "(none)"].map(str::to_owned).to_vec();
        let switch = |hour: i64, n| {
            let series = Series { metric: Metric::PersonaSwitches, labels: labels.clone() };
            (now.plus_micros(-hour * HOUR), series, Sum { n, sum: 0, ..Sum::default() })
        };
        let found = Personas {
            switches: vec![switch(3, n), switch(last, n)],
            stays: Vec::new(),
            tokens: Vec::new(),
            whole: Sums::default(),
            budgets: Vec::new(),
        };
        Rates::of(&asked, &question, &found, &Bins::of(question.from, question.to))
    }

    #[test]
    fn a_rare_change_is_told_by_the_hour_and_leads_to_its_traces() {
        let rates = rates(3, 1);
        assert_eq!((rates.unit, rates.alarm.as_str(), rates.rows.len()), ("hour", "7\u{202f}200", 1));
        assert_eq!(rates.rows[0].name.words, "start → clerk");
        assert_eq!(rates.rows[0].name.href.as_deref(), Some("/traces?persona=clerk&range=24h"));
        let chart = rates.rows[0].chart.to_string();
        assert_eq!(chart.matches("<a ").count(), 2, "{chart}");
        assert!(chart.contains("Sat 21 Nov 07:00: 3 switches"), "{chart}");
        assert_eq!((rates.times.len(), rates.times[0].cells.as_slice()), (2, ["3".to_owned()].as_slice()));
        assert!(rates.needs.is_empty() && rates.more.is_empty());
    }

    #[test]
    fn what_happens_too_often_is_said_first() {
        assert!(rates(6_000, 1).needs.is_empty(), "not any more");
        let now = rates(6_000, 0);
        assert_eq!((now.unit, now.needs.len(), now.rows[0].is_over), ("minute", 1, true));
        assert_eq!(now.needs[0].words, "start → clerk happens 6000 times a minute, the alarm is at 120");
        assert!(rates(1, 0).needs.is_empty(), "an hour that has just begun");
        assert_eq!(rate(7_201, HOUR, HOUR), 7_201_000);
    }
}
