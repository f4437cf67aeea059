//! /prices/reprice: what pricing stored calls anew would change, and the button that does it.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::foundation::money::NanoDollars;
use crate::foundation::{Error, Result, Timestamp};
use crate::repricing::actions::reprice::{Repricing, look, reprice};
use crate::repricing::events::RepriceScope;
use crate::state::App;
use crate::web::page::show as answer;
use crate::web::{Form, Principal, Shell, WebResult, flash, format, see_other};
use prices::import::day;

/// Calls that the page looks at; for more there is the command.
const MOST_CALLS: usize = 20_000;
/// One day in microseconds.
const DAY: i64 = 86_400_000_000;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RepriceQuery {
    model: String,
    from: String,
    until: String,
    /// Set once the form was sent.
    look: Option<String>,
}

#[derive(Template)]
#[template(path = "prices/reprice.html")]
struct RepricePage {
    shell: Shell,
    asked: RepriceQuery,
    seen: Option<Seen>,
}

/// What a look found, as shown.
struct Seen {
    looked_at: String,
    changed: usize,
    priced_first: String,
    unknown: String,
    before: String,
    after: String,
    difference: String,
    models: Vec<ModelDifference>,
    is_cut: bool,
}

/// The difference for one model, as shown.
struct ModelDifference {
    model: String,
    calls: String,
    before: String,
    after: String,
}

/// GET /prices/reprice
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    asked: Query<RepriceQuery>,
) -> WebResult {
    let asked = asked.into_inner();
    let seen = if asked.look.is_some() {
        Some(seen(look(&app, &who, scope(&asked)?, MOST_CALLS).await?))
    } else {
        None
    };
    answer(&RepricePage {
        shell: Shell::of(&request, "Recalculate costs", "prices").in_shop_style(),
        asked,
        seen,
    })
}

/// POST /prices/reprice
pub(super) async fn submit(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let text = |name: &str| form.text(name).to_owned();
    let asked = RepriceQuery { model: text("model"), from: text("from"), until: text("until"), look: None };
    let scope = scope(&asked)?;
    if look(&app, &who, scope.clone(), MOST_CALLS).await?.is_cut {
        let why = "more than 20,000 calls would be looked at: choose a shorter time, or run `tracewright prices reprice`";
        return Err(Error::refused(why).into());
    }
    let done = reprice(&app, &who, scope).await?;
    let text = match done.changed {
        0 => "No cost differs; nothing was changed.".to_owned(),
        count => format!("{count} calls cost {} now instead of {}.", done.after, done.before),
    };
    Ok(flash::good(see_other("/prices"), &text))
}

fn scope(asked: &RepriceQuery) -> Result<RepriceScope> {
    let date = |name: &str, text: &str| match text.trim() {
        "" => Ok(None),
        text => day(text).map(Some).ok_or_else(|| Error::invalid(name, "write a day such as 2026-11-01")),
    };
    let model = Some(asked.model.trim().replace('\0', "")).filter(|model| !model.is_empty());
    let whole = |day: Timestamp| day.plus_micros(DAY);
    Ok(RepriceScope {
        from: date("from", &asked.from)?,
        until: date("until", &asked.until)?.map(whole),
        model,
    })
}

fn seen(found: Repricing) -> Seen {
    let model = |(model, it): (String, crate::repricing::actions::reprice::Difference)| ModelDifference {
        model,
        calls: format::number(i64::try_from(it.calls).unwrap_or(i64::MAX)),
        before: it.before.to_string(),
        after: it.after.to_string(),
    };
    let number = |count: usize| format::number(i64::try_from(count).unwrap_or(i64::MAX));
    Seen {
        looked_at: number(found.looked_at),
        changed: found.changed,
        priced_first: number(found.priced_first),
        unknown: number(found.unknown),
        difference: NanoDollars(found.after.0.saturating_sub(found.before.0)).to_string(),
        before: found.before.to_string(),
        after: found.after.to_string(),
        models: found.by_model.into_iter().map(model).collect(),
        is_cut: found.is_cut,
    }
}
