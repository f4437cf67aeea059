//! Rows of what providers say they billed.

use diesel::prelude::*;

use crate::db::schema::usage_exports;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::gateway::model::Provider;

use super::model::Usage;

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = usage_exports)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct UsageRow {
    provider: String,
    day: i64,
    model: String,
    calls: Option<i64>,
    input_tokens: Option<i64>,
    output_tokens: Option<i64>,
    cost_nano: Option<i64>,
}

/// Where rows come from.
pub(super) struct File<'a> {
    pub name: &'a str,
    pub by: &'a str,
    pub at: Timestamp,
}

/// Puts rows in; a row of the same day, provider and model takes over what it says and keeps what it does not: a file of costs
/// stands beside one of tokens.
pub(super) fn put(
    conn: &mut AnyConnection,
    project: ProjectKey,
    usage: Vec<Usage>,
    file: &File<'_>,
) -> Result<()> {
    for one in usage {
        let (provider, day) = (one.provider.as_str(), one.day.saturating_mul(DAY));
        let of = || usage_exports::table.find((project, provider, day, one.model.as_str()));
        let kept: Option<UsageRow> = of().select(UsageRow::as_select()).first(conn).optional()?;
        let (calls, input, output, cost) = kept.map_or((None, None, None, None), |it| {
            (it.calls, it.input_tokens, it.output_tokens, it.cost_nano)
        });
        each!(&mut *conn, |c| diesel::delete(of()).execute(c))?;
        let row = (
            usage_exports::project.eq(project),
            usage_exports::provider.eq(provider),
            usage_exports::day.eq(day),
            usage_exports::model.eq(&one.model),
            usage_exports::calls.eq(one.calls.or(calls)),
            usage_exports::input_tokens.eq(one.input.or(input)),
            usage_exports::output_tokens.eq(one.output.or(output)),
            usage_exports::cost_nano.eq(one.cost.or(cost)),
            usage_exports::file_name.eq(file.name),
            usage_exports::brought_by.eq(file.by),
            usage_exports::brought_at.eq(file.at),
        );
        diesel::insert_into(usage_exports::table).values(row).execute(conn)?;
    }
    Ok(())
}

/// What was billed from one day to another, both of them.
pub(super) fn between(conn: &mut AnyConnection, project: ProjectKey, days: (i64, i64)) -> Result<Vec<Usage>> {
    let of = usage_exports::table
        .filter(usage_exports::project.eq(project))
        .filter(usage_exports::day.ge(days.0.saturating_mul(DAY)))
        .filter(usage_exports::day.le(days.1.saturating_mul(DAY)));
    let rows: Vec<UsageRow> = of.select(UsageRow::as_select()).load(conn)?;
    Ok(rows.into_iter().filter_map(UsageRow::read).collect())
}

impl UsageRow {
    fn read(self) -> Option<Usage> {
        Some(Usage {
            provider: Provider::parse(&self.provider)?,
            day: self.day.div_euclid(DAY),
            model: self.model,
            calls: self.calls,
            input: self.input_tokens,
            output: self.output_tokens,
            cost: self.cost_nano,
        })
    }
}
