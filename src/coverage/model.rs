//! What was billed beside what is traced, by day and model. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::gateway::model::Provider;

/// Below this many of a thousand billed calls, something is not traced that should be.
pub const GOAL: i64 = 990;

/// What a provider says it billed for a model on a day; what it does not say is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    pub provider: Provider,
    /// Days since 1970-01-01, in UTC.
    pub day: i64,
    pub model: String,
    pub calls: Option<i64>,
    pub input: Option<i64>,
    pub output: Option<i64>,
    /// Billionths of a dollar.
    pub cost: Option<i64>,
}

/// What the gateway counted for a model on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub provider: Provider,
    pub day: i64,
    pub model: String,
    pub billed: i64,
    pub traced: i64,
}

/// Calls that are traced and their tokens out, by day and model.
pub type Traced = BTreeMap<(i64, String), (i64, i64)>;

/// Who counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    Gateway,
    Export,
}

/// One day and model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub provider: Provider,
    pub day: i64,
    pub model: String,
    pub counter: Counter,
    /// None where the export names tokens alone.
    pub billed: Option<i64>,
    /// Never more than was billed, where that is known.
    pub traced: i64,
    pub billed_output: Option<i64>,
    pub traced_output: i64,
}

impl Line {
    /// Billed calls that have no trace.
    pub fn missing(&self) -> i64 {
        self.billed.map_or(0, |billed| billed - self.traced)
    }
}

/// All of it in a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By day, the newest first.
    pub lines: Vec<Line>,
    pub billed: i64,
    pub traced: i64,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody counts calls.
    Unknown,
    Below,
    Fine,
}

impl Standing {
    /// As a word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Below => "below",
            Self::Fine => "fine",
        }
    }
}

impl Coverage {
    /// Puts together what exports and the gateway say and what is traced. An export counts what went past the gateway too, so
    /// for its day and model it comes first; where it has no calls, the gateway's stand beside its tokens. Calls of the gateway
    /// whose model nobody knows are among those that an export counts that day.
    pub fn of(usage: Vec<Usage>, passed: Vec<Passed>, traced: &Traced) -> Self {
        let key = |day: i64, model: &str| (day, model.to_lowercase());
        let mut counted: BTreeMap<(i64, String), Passed> = BTreeMap::new();
        for one in passed {
            match counted.entry(key(one.day, &one.model)) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(one);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    let kept = place.get_mut();
                    (kept.billed, kept.traced) = (kept.billed + one.billed, kept.traced + one.traced);
                }
            }
        }
        let (mut lines, mut told): (Vec<Line>, BTreeSet<(i64, Provider)>) = (Vec::new(), BTreeSet::new());
        for one in usage {
            if one.calls.is_some() {
                told.insert((one.day, one.provider));
            }
            let own = counted.remove(&key(one.day, &one.model));
            let found = traced.get(&key(one.day, &one.model)).copied().unwrap_or_default();
            lines.push(Line::exported(one, own.as_ref(), found));
        }
        let stands = |own: &Passed| !own.model.is_empty() || !told.contains(&(own.day, own.provider));
        lines.extend(counted.into_values().filter(stands).map(Line::passed));
        lines.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.model.cmp(&b.model)));
        let billed = lines.iter().filter_map(|line| line.billed).fold(0, i64::saturating_add);
        let known = lines.iter().filter(|line| line.billed.is_some());
        let traced = known.map(|line| line.traced).fold(0, i64::saturating_add);
        Self { lines, billed, traced }
    }

    /// Traced calls of a thousand billed ones; none where nobody counted any.
    pub fn per_mille(&self) -> Option<i64> {
        // Rounded down: nearly all is not all.
        let share = i128::from(self.traced) * 1_000 / i128::from(self.billed.max(1));
        (self.billed > 0).then(|| i64::try_from(share).unwrap_or(1_000))
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        match self.per_mille() {
            None => Standing::Unknown,
            Some(share) if share < GOAL => Standing::Below,
            Some(_) => Standing::Fine,
        }
    }
}

impl Line {
    fn exported(usage: Usage, own: Option<&Passed>, (calls, output): (i64, i64)) -> Self {
        let billed = usage.calls.or(own.map(|own| own.billed));
        let traced = match (usage.calls, own) {
            (None, Some(own)) => own.traced,
            _ => calls,
        };
        Self {
            provider: usage.provider,
            day: usage.day,
            counter: Counter::Export,
            traced: traced.min(billed.unwrap_or(traced)),
            traced_output: output.min(usage.output.unwrap_or(output)),
            billed,
            billed_output: usage.output,
            model: usage.model,
        }
    }

    fn passed(own: Passed) -> Self {
        let Passed { provider, day, model, billed, traced } = own;
        let counter = Counter::Gateway;
        Self {
            provider,
            day,
            model,
            counter,
            billed: Some(billed),
            traced,
            billed_output: None,
            traced_output: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(day: i64, model: &str, calls: Option<i64>, output: Option<i64>) -> Usage {
        let provider = Provider::OpenAi;
        Usage { provider, day, model: model.to_owned(), calls, input: None, output, cost: None }
    }

    fn passed(day: i64, model: &str, billed: i64, traced: i64) -> Passed {
        Passed { provider: Provider::OpenAi, day, model: model.to_owned(), billed, traced }
    }

    #[test]
    fn without_a_counter_nothing_is_claimed() {
        let traced = Traced::from([((1, "m".to_owned()), (50, 500))]);
        let none = Coverage::of(Vec::new(), Vec::new(), &traced);
        assert_eq!((none.per_mille(), none.standing()), (None, Standing::Unknown));
        let tokens_alone = Coverage::of(vec![usage(1, "m", None, Some(900))], Vec::new(), &traced);
        assert_eq!(tokens_alone.standing(), Standing::Unknown);
        assert_eq!(
            (tokens_alone.lines[0].billed_output, tokens_alone.lines[0].traced_output),
            (Some(900), 500)
        );
    }

    #[test]
    fn an_export_comes_before_the_gateway_and_is_never_exceeded() {
        let traced = Traced::from([((1, "m".to_owned()), (80, 0)), ((2, "m".to_owned()), (9, 0))]);
        let found = Coverage::of(
            vec![usage(1, "M", Some(100), None), usage(2, "m", Some(5), None)],
            vec![passed(1, "m", 60, 60), passed(3, "m", 10, 9), passed(3, "m", 5, 5)],
            &traced,
        );
        let lines: Vec<(i64, Option<i64>, i64, i64)> =
            found.lines.iter().map(|line| (line.day, line.billed, line.traced, line.missing())).collect();
        assert_eq!(lines, [(3, Some(15), 14, 1), (2, Some(5), 5, 0), (1, Some(100), 80, 20)]);
        assert_eq!((found.billed, found.traced, found.per_mille()), (120, 99, Some(825)));
        assert_eq!(found.standing(), Standing::Below);
        let fine = Coverage::of(Vec::new(), vec![passed(1, "m", 1_000, 990)], &traced);
        assert_eq!((fine.per_mille(), fine.standing()), (Some(990), Standing::Fine));
    }

    #[test]
    fn calls_of_the_gateway_stand_beside_tokens_of_an_export() {
        let found =
            Coverage::of(vec![usage(1, "m", None, Some(10))], vec![passed(1, "m", 4, 3)], &Traced::new());
        assert_eq!((found.billed, found.traced, found.lines.len()), (4, 3, 1));
    }

    #[test]
    fn a_call_whose_model_nobody_knows_is_not_billed_beside_the_export_that_counts_it() {
        let all = || vec![passed(1, "", 2, 0), passed(2, "", 1, 0)];
        let found = Coverage::of(vec![usage(1, "m", Some(4), None)], all(), &Traced::new());
        assert_eq!((found.billed, found.lines.len()), (5, 2));
        let without_calls = Coverage::of(vec![usage(1, "m", None, Some(9))], all(), &Traced::new());
        assert_eq!(without_calls.billed, 3);
    }

    #[test]
    fn sums_stay_in_their_range() {
        let many = || usage(1, "m", Some(i64::MAX), None);
        let more = Usage { day: 2, ..many() };
        let traced = Traced::from([((1, "m".to_owned()), (i64::MAX, 0))]);
        assert_eq!(Coverage::of(vec![many(), more], Vec::new(), &traced).per_mille(), Some(1_000));
    }
}
