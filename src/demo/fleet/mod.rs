//! A fleet that releases packages: runs of one workflow in three roles, for three tenants, over the last two weeks;
//! the budgets of the roles and of the project; and what the provider says it billed.
//!
//! The runs of a day are one request: they are many spans, and nobody waits for them one by one.

mod billed;
mod budgets;
mod runs;
mod spans;

use serde_json::Value;
use wire::otlp::Encoding;

use crate::app::Services;
use crate::foundation::{Asker, Error, Result};
use crate::intake::ingest::{RequestBody, ingest_otlp};

use super::calls::{export, text};
use super::cast::Cast;
use super::days::{At, Days, at};
use runs::Run;

pub(super) use billed::bring;
pub(super) use budgets::set;

/// When the budgets are set: before the first run.
pub(super) const BUDGETS: At = at(10, 8, 0);
/// When the provider's export is brought in: after the last day.
pub(super) const BILLED: At = at(1, 17, 30);

/// The days before today, as so many working days ago, each with the moment when all of its runs have ended.
pub(super) fn past_days() -> impl Iterator<Item = (At, u16)> {
    (1..=runs::DAYS).map(|ago| (at(ago, 16, 30), ago))
}

/// Sends the runs of a day before today.
pub(super) async fn of_day(services: &Services, cast: &Cast, days: Days, ago: u16) -> Result<()> {
    send(services, cast, &runs::of_day(days, ago)).await
}

/// Sends the runs of the last hours.
pub(super) async fn today(services: &Services, cast: &Cast) -> Result<()> {
    send(services, cast, &runs::of_today(services.app.now())).await
}

async fn send(services: &Services, cast: &Cast, runs: &[Run]) -> Result<()> {
    let spans: Vec<Value> = runs.iter().flat_map(|run| spans::of(*run)).collect();
    let resource =
        vec![text("service.name", "release-pipeline"), text("deployment.environment.name", "production")];
    let sent = export(("release-pipeline", "1.0.0"), resource, spans).to_string().into_bytes();
    let operator = Asker::operator(cast.supervisor.asker.project);
    let body = RequestBody::plain(sent);
    let refused = ingest_otlp(&services.app, &services.intake, &operator, body, Encoding::Json).await?;
    if refused.count == 0 { Ok(()) } else { Err(Error::internal("a part of these runs was refused")) }
}
