//! What was used, exactly: sums over the parts of a time that budgets have in common, so that each row is read once however many
//! budgets there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::budgets::forecast::{HOUR, HOURS, Past};
use crate::budgets::model::{Budget, Scope, Unit};
use crate::budgets::period::{bounds, last_days, zone_of};
use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::hours::{OBSERVATIONS, Window, windows};

/// Tokens, money and calls without a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// In and out, of everything that counts.
    pub tokens: i64,
    /// Billionths of a dollar, of everything that counts and has a price.
    pub cost_nanos: i64,
    /// Calls without a price.
    pub unpriced: i64,
}

impl Spent {
    /// As a budget counts it.
    pub fn of(&self, unit: Unit) -> i64 {
        match unit {
            Unit::Tokens => self.tokens,
            Unit::Money => self.cost_nanos,
        }
    }

    fn add(&mut self, other: Self) {
        self.tokens = self.tokens.saturating_add(other.tokens);
        self.cost_nanos = self.cost_nanos.saturating_add(other.cost_nanos);
        self.unpriced = self.unpriced.saturating_add(other.unpriced);
    }
}

/// What was used in the running period of a budget.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    pub(super) spent: Spent,
    pub(super) from: Timestamp,
    pub(super) to: Option<Timestamp>,
}

impl Used {
    /// With what was used before it was set.
    pub(super) fn of(&self, budget: &Budget) -> i64 {
        budget.about.already_used.saturating_add(self.spent.of(budget.about.unit))
    }
}

/// A day of a budget's zone, and what was used in it.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub day: NaiveDate,
    pub from: Timestamp,
    /// When the next day begins.
    pub to: Timestamp,
    pub spent: Spent,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    hour: Option<i64>,
    #[diesel(sql_type = BigInt)]
    input: i64,
    #[diesel(sql_type = BigInt)]
    output: i64,
    #[diesel(sql_type = BigInt)]
    cost_nanos: i64,
    #[diesel(sql_type = BigInt)]
    unpriced: i64,
}

impl Found {
    fn spent(&self) -> Spent {
        let Self { input, output, cost_nanos, unpriced, .. } = *self;
        Spent { tokens: input.saturating_add(output), cost_nanos, unpriced }
    }
}

/// What a budget counts by: the scope and the name.
type Key = (Scope, String);

fn key(budget: &Budget) -> Key {
    (budget.about.scope, budget.about.name.clone())
}

fn zone(budget: &Budget) -> Tz {
    zone_of(&budget.about.zone).unwrap_or(Tz::UTC)
}

/// What was used of each in its running period, in their order. All periods end now: the time is cut where they begin, and each piece
/// is read once for all that reach over it.
pub(super) fn used(
    conn: &mut AnyConnection,
    project: ProjectKey,
    budgets: &[Budget],
    now: Timestamp,
) -> Result<Vec<Used>> {
    let mut all: Vec<(&Budget, Used)> = budgets.iter().map(|budget| (budget, begun(budget, now))).collect();
    let cuts: BTreeSet<Timestamp> = all.iter().map(|(_, used)| used.from).collect();
    let mut sums: HashMap<Key, Spent> = HashMap::new();
    let mut end = now.plus_micros(1);
    for cut in cuts.into_iter().rev().filter(|cut| *cut <= now) {
        let parts = windows(conn, project, cut, end)?;
        let reaching = all.iter().filter(|(_, used)| used.from <= cut).map(|(budget, _)| *budget);
        for (scope, names) in by_scope(reaching) {
            let found: Vec<Found> = load(conn, statement(project, &parts, (scope, &names), false))?;
            for row in found {
                let spent = row.spent();
                sums.entry((scope, row.name.unwrap_or_default())).or_default().add(spent);
            }
        }
        for (budget, used) in all.iter_mut().filter(|(_, used)| used.from == cut) {
            used.spent = sums.get(&key(budget)).copied().unwrap_or_default();
        }
        end = cut;
    }
    Ok(all.into_iter().map(|(_, used)| used).collect())
}

fn begun(budget: &Budget, now: Timestamp) -> Used {
    let (from, to) = bounds(budget.about.period, zone(budget), budget.set_at, now);
    Used { spent: Spent::default(), from, to }
}

/// What each used in every hour that a prediction looks at, in their order.
pub(super) fn pasts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    budgets: &[Budget],
    now: Timestamp,
) -> Result<Vec<Past>> {
    let from = Timestamp((now.0.div_euclid(HOUR) - HOURS) * HOUR);
    let parts = windows(conn, project, from, now.plus_micros(1))?;
    let mut hours: HashMap<Key, BTreeMap<i64, Spent>> = HashMap::new();
    for (scope, names) in by_scope(budgets.iter()) {
        let found: Vec<Found> = load(conn, statement(project, &parts, (scope, &names), true))?;
        for row in found {
            let (spent, hour) = (row.spent(), row.hour.unwrap_or_default());
            hours.entry((scope, row.name.unwrap_or_default())).or_default().insert(hour, spent);
        }
    }
    let past = |budget: &Budget| -> Past {
        let of = hours.get(&key(budget)).into_iter().flatten();
        of.map(|(hour, spent)| (*hour, spent.of(budget.about.unit))).collect()
    };
    Ok(budgets.iter().map(past).collect())
}

/// The last so many days of a budget's zone, the one that runs among them, the oldest first; days before it was set too.
pub fn days(
    conn: &mut AnyConnection,
    project: ProjectKey,
    budget: &Budget,
    now: Timestamp,
    count: u64,
) -> Result<Vec<Day>> {
    let about = &budget.about;
    let mut days = Vec::new();
    for (day, from, to) in last_days(zone(budget), now, count) {
        let mut spent = Spent::default();
        // A day that a zone left out is none.
        if from < to {
            let parts = windows(conn, project, from, to)?;
            let names = [about.name.clone()];
            let found: Vec<Found> = load(conn, statement(project, &parts, (about.scope, &names), false))?;
            found.iter().for_each(|row| spent.add(row.spent()));
        }
        days.push(Day { day, from, to, spent });
    }
    Ok(days)
}

/// The names of each scope, each once.
fn by_scope<'a>(budgets: impl Iterator<Item = &'a Budget>) -> BTreeMap<Scope, Vec<String>> {
    let mut names: BTreeMap<Scope, BTreeSet<&str>> = BTreeMap::new();
    for budget in budgets {
        names.entry(budget.about.scope).or_default().insert(&budget.about.name);
    }
    let owned = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
    names.into_iter().map(|(scope, names)| (scope, owned(names))).collect()
}

/// What calls of these names come to; of the whole project as one row without a name. Sums hold at the largest number there is: a
/// client that sends nonsense keeps nobody from knowing how the others stand.
fn statement(
    project: ProjectKey,
    parts: &[Window],
    (scope, names): (Scope, &[String]),
    is_by_hour: bool,
) -> Sql {
    let column = scope.dimension().map(|dimension| dimension.as_str());
    let mut needed = vec!["kind", "n", "input", "output", "cost", "cost_n"];
    needed.extend(column);
    let narrow = || match column {
        None => Sql::always(true),
        Some(column) => Sql::one_of(format!("observations.{column}"), names),
    };
    let source = OBSERVATIONS.source(project, parts, &needed, narrow);
    let name =
        column.map_or_else(|| "CAST(NULL AS TEXT)".to_owned(), |column| format!("observations.{column}"));
    let hour = if is_by_hour {
        format!("observations.start_at / {HOUR}")
    } else {
        "CAST(NULL AS BIGINT)".to_owned()
    };
    let unpriced =
        "CASE WHEN observations.kind = 'GENERATION' THEN observations.n - observations.cost_n ELSE 0 END";
    Sql::new(format!("SELECT {name} AS name, {hour} AS hour, "))
        .whole_sum("COALESCE(observations.input, 0)")
        .sql(" AS input, ")
        .whole_sum("COALESCE(observations.output, 0)")
        .sql(" AS output, ")
        .whole_sum("COALESCE(observations.cost, 0)")
        .sql(" AS cost_nanos, ")
        .whole_sum(unpriced)
        .sql(" AS unpriced FROM ")
        .then(source)
        // By their places: both databases take numbers there.
        .sql(" GROUP BY 1, 2")
}
