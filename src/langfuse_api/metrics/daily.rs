//! `GET /api/public/metrics/daily`: each day's traces, observations, cost, and the usage of each model.
//!
//! Without `fromTimestamp` it begins thirty days before `toTimestamp`, which is now unless it is given.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::foundation::{Result, Timestamp};
use crate::intake::answer::{may, refuse};
use crate::langfuse_api::scores::query::{Query, read_page};
use crate::metrics::query::check_range;
use crate::metrics::reads;
use crate::metrics::reads::{DailyFilter, Day, ModelDay};
use crate::metrics::shape::json_number;
use crate::state::App;
use crate::web::{Form, KeyHolder};

/// One day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// A page of days, newest first.
pub async fn daily(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    find(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn find(request: &HttpRequest, holder: &KeyHolder, app: &App) -> Result<HttpResponse> {
    may(holder.can_read, holder, "read metrics")?;
    let form = Form::parse(request.query_string().as_bytes())?;
    let mut query = Query::new(&form);
    let (page, limit) = read_page(&mut query)?;
    let filter = read_filter(&mut query, app.now())?;
    let project = holder.project;
    let (total, days, models) = app
        .db
        .read(move |conn| {
            let all = reads::days(conn, project, &filter)?;
            let skipped = usize::try_from((page - 1) * limit).unwrap_or(usize::MAX);
            let taken = usize::try_from(limit).unwrap_or_default();
            let days: Vec<Day> = all.iter().skip(skipped).take(taken).cloned().collect();
            let models = models_of(conn, project, filter, &days)?;
            Ok((all.len(), days, models))
        })
        .await?;
    let data: Vec<Value> = days.iter().map(|day| row(day, &models)).collect();
    let total = i64::try_from(total).unwrap_or(i64::MAX);
    let meta = json!({ "page": page, "limit": limit, "totalItems": total, "totalPages": (total + limit - 1) / limit });
    Ok(HttpResponse::Ok().json(json!({ "data": data, "meta": meta })))
}

fn read_filter(query: &mut Query<'_>, now: Timestamp) -> Result<DailyFilter> {
    let to = query.time("toTimestamp").unwrap_or(now.plus_micros(1));
    let from = query.time("fromTimestamp").unwrap_or(to.plus_micros(-30 * DAY));
    let filter = DailyFilter {
        name: query.text("traceName"),
        user: query.text("userId"),
        tags: query.list("tags"),
        environments: query.list("environment"),
        from,
        to,
    };
    std::mem::take(&mut query.faults).into_result()?;
    check_range("toTimestamp", from, to)?;
    Ok(filter)
}

/// Only the days that are shown are looked at.
fn models_of(
    conn: &mut crate::db::AnyConnection,
    project: foundation::ProjectKey,
    filter: DailyFilter,
    days: &[Day],
) -> Result<Vec<ModelDay>> {
    let (Some(newest), Some(oldest)) = (days.first(), days.last()) else { return Ok(Vec::new()) };
    let from = filter.from.max(Timestamp(oldest.day * DAY));
    let to = filter.to.min(Timestamp((newest.day + 1) * DAY));
    reads::model_days(conn, project, &DailyFilter { from, to, ..filter })
}

fn row(day: &Day, models: &[ModelDay]) -> Value {
    let usage: Vec<Value> = models.iter().filter(|model| model.day == day.day).map(usage).collect();
    json!({
        "date": Timestamp(day.day * DAY).to_chrono().format("%Y-%m-%d").to_string(),
        "countTraces": day.traces,
        "countObservations": day.observations,
        "totalCost": dollars(day.cost_nanos),
        "usage": usage,
    })
}

fn usage(model: &ModelDay) -> Value {
    json!({
        "model": model.model,
        "inputUsage": model.input,
        "outputUsage": model.output,
        "totalUsage": model.input.saturating_add(model.output),
        "countObservations": model.observations,
        "countTraces": model.traces,
        "totalCost": dollars(model.cost_nanos),
    })
}

#[expect(clippy::cast_precision_loss, reason = "JSON has no other numbers; the exact ones stay in the rows")]
fn dollars(nanos: i64) -> Value {
    json_number(Some(nanos as f64 / 1e9))
}
