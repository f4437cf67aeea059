//! Setting a schedule up and changing it, with the days that it makes orders for, looked at before it is saved.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use super::acts::named;
use super::find;
use super::form::Given;
use super::schedule::Coming;
use crate::assets::reads::{Choices, choices};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, Result};
use crate::maintenance::procedures::reads as procedures;
use crate::maintenance::schedules::actions;
use crate::maintenance::schedules::decide::check;
use crate::maintenance::schedules::model::{Schedule, Standing, Terms};
use crate::maintenance::schedules::next::{coming, day_at, next_day, zone_of};
use crate::maintenance::schedules::{reads, words};
use crate::order_pages::Assigning;
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::zone;
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

/// Procedures that are offered.
const OFFERED: i64 = 500;
/// Days that are looked at before a schedule is saved.
const LOOKED_AT: usize = 5;

#[derive(Template)]
#[template(path = "schedules/write.html")]
struct WritePage {
    shell: Shell,
    target: Target,
    given: Given,
    errors: FieldErrors,
    /// Code and title of each procedure that it may belong to.
    procedures: Vec<(String, String)>,
    choices: Choices,
    assigning: Assigning,
    may_assign: bool,
    may_approve: bool,
    preview: Option<Preview>,
}

/// Where the form leads.
struct Target {
    heading: String,
    action: String,
    back: String,
    /// A new one has no reason yet, and its procedure is chosen.
    is_new: bool,
}

/// The days of the schedule as it was typed.
struct Preview {
    /// What it says.
    sentence: String,
    days: Vec<Coming>,
    /// Days after the first one depend on orders.
    has_more: bool,
}

impl Target {
    fn new_one(procedure: &str) -> Self {
        let back =
            if procedure.is_empty() { "/schedules".to_owned() } else { format!("/procedures/{procedure}") };
        Self { heading: "New schedule".to_owned(), action: "/schedules/new".to_owned(), back, is_new: true }
    }

    fn edit(code: &str) -> Self {
        Self {
            heading: format!("Change {code}"),
            action: format!("/schedules/{code}/edit"),
            back: format!("/schedules/{code}"),
            is_new: false,
        }
    }
}

impl WritePage {
    fn zones() -> impl Iterator<Item = &'static str> {
        zone::names()
    }
}

fn is_preview(form: &Form) -> bool {
    form.text("op") == "preview"
}

/// GET `/schedules/new`; `?procedure=PR-001` chooses the procedure.
pub async fn new(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let procedure = query.get("procedure").map(|code| code.trim().to_uppercase()).unwrap_or_default();
    let target = Target::new_one(&known(&app, &who, &procedure).await?);
    let given = Given::nothing(procedure, who.may(Action::Approve) > Grant::Never, app.now());
    write_page(&request, &app, &who, (StatusCode::OK, target), given, FieldErrors::default(), None).await
}

/// POST `/schedules/new`: the fields of the form; `op` is `preview` where its days are only to be looked at.
pub async fn create(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let given = Given::of(&form);
    let target = Target::new_one(&known(&app, &who, &given.procedure).await?);
    if is_preview(&form) {
        let looked = look(&app, &given, None);
        return answer(&request, &app, &who, target, given, looked).await;
    }
    match set_up(&app, &who, &given).await {
        Ok(made) => Ok(flash::good(
            see_other(format!("/schedules/{}", made.code)),
            &format!("{} is set up. Its orders are made by themselves.", made.code),
        )),
        Err(cause) => refused(&request, &app, &who, target, given, cause).await,
    }
}

/// GET `/schedules/{code}/edit`
pub async fn edit(request: HttpRequest, app: Data<App>, who: Principal, code: Path<String>) -> WebResult {
    let (code, schedule) = load(&app, &who, &code).await?;
    let given = Given::of_schedule(&schedule);
    let target = Target::edit(&code);
    write_page(&request, &app, &who, (StatusCode::OK, target), given, FieldErrors::default(), None).await
}

/// POST `/schedules/{code}/edit`: the fields of the form, `reason`, and `seen`, the version that was loaded; `op` as in [`create`].
pub async fn change(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    code: Path<String>,
    form: Form,
) -> WebResult {
    let given = Given::of(&form);
    if is_preview(&form) {
        let (code, schedule) = load(&app, &who, &code).await?;
        let looked = look(&app, &given, Some(&schedule));
        return answer(&request, &app, &who, Target::edit(&code), given, looked).await;
    }
    let (code, id) = named(&app, &who, &code).await?;
    match save(&app, &who, &id, &given).await {
        Ok(()) => Ok(flash::good(see_other(format!("/schedules/{code}")), "Changed, from today on.")),
        Err(cause) => refused(&request, &app, &who, Target::edit(&code), given, cause).await,
    }
}

async fn set_up(app: &App, who: &Asker, given: &Given) -> Result<actions::create::SetUp> {
    let (project, code) = (who.project, given.procedure.clone());
    let found = app.db.read(move |conn: &mut AnyConnection| procedures::find(conn, project, &code)).await?;
    let found = found.ok_or_else(|| Error::invalid("procedure", "choose what its orders are made from"));
    // Both are said at once.
    let (procedure, terms) = match (found, given.terms()) {
        (Ok(found), Ok(terms)) => (found.procedure_id, terms),
        (Err(Error::Invalid(mut faults)), Err(Error::Invalid(more))) => {
            faults.0.extend(more.0);
            return Err(Error::Invalid(faults));
        }
        (Err(fault), _) | (_, Err(fault)) => return Err(fault),
    };
    actions::create::create(app, who, &procedure, terms).await
}

async fn save(app: &App, who: &Asker, id: &str, given: &Given) -> Result<()> {
    let seen = Some(given.seen.trim()).filter(|seen| !seen.is_empty());
    let seen = seen.map(|seen| seen.parse().map_err(|_| Error::refused("Load the page again.")));
    let (terms, reason) = (given.terms()?, given.reason.clone());
    actions::change::change(app, who, id, terms, reason, seen.transpose()?).await.map(drop)
}

async fn load(app: &App, who: &Asker, code: &str) -> Result<(String, Schedule)> {
    let (project, code) = (who.project, code.to_owned());
    let read = move |conn: &mut AnyConnection| {
        let row = find(conn, project, &code)?;
        let schedule = reads::load(conn, project, &row.schedule_id)?;
        Ok((row.code, schedule))
    };
    app.db.read(read).await
}

/// The code of a procedure that is there, to lead back to; empty where it is not.
async fn known(app: &App, who: &Asker, code: &str) -> Result<String> {
    let (project, code) = (who.project, code.to_owned());
    let found = app.db.read(move |conn: &mut AnyConnection| procedures::find(conn, project, &code)).await?;
    Ok(found.map(|row| row.code).unwrap_or_default())
}

/// The days of what was typed, from today on.
fn look(app: &App, given: &Given, before: Option<&Schedule>) -> Result<Preview> {
    let (terms, now) = (given.terms()?, app.now());
    check(&terms, before.map(|it| &it.terms), now)?;
    let floor = zone_of(&terms.zone).map(|zone| day_at(now, zone)).unwrap_or_default();
    // What it made stays made.
    let before = before.cloned().unwrap_or_default();
    let schedule = Schedule { terms, floor, standing: Standing::Running, ..before };
    let next = next_day(&schedule, None).filter(|_| schedule.waits_for().is_none());
    let days = coming(&schedule, next, LOOKED_AT);
    Ok(Preview {
        sentence: sentence(&schedule.terms),
        has_more: days.len() < LOOKED_AT,
        days: days.into_iter().map(|day| Coming::of(&schedule, day, now)).collect(),
    })
}

fn sentence(terms: &Terms) -> String {
    format!("Every {}; made {}.", words::every(terms), words::made(terms))
}

async fn answer(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    target: Target,
    given: Given,
    looked: Result<Preview>,
) -> WebResult {
    match looked {
        Ok(preview) => {
            let none = FieldErrors::default();
            write_page(request, app, who, (StatusCode::OK, target), given, none, Some(preview)).await
        }
        Err(cause) => refused(request, app, who, target, given, cause).await,
    }
}

async fn refused(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    target: Target,
    given: Given,
    cause: Error,
) -> WebResult {
    match cause {
        Error::Invalid(errors) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            write_page(request, app, who, (status, target), given, errors, None).await
        }
        other => Err(WebError(other)),
    }
}

async fn write_page(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    (status, target): (StatusCode, Target),
    given: Given,
    errors: FieldErrors,
    preview: Option<Preview>,
) -> WebResult {
    let (asker, now) = (who.clone(), app.now());
    let read = move |conn: &mut AnyConnection| {
        let found = procedures::list(conn, &asker, "", now, OFFERED)?.into_iter();
        let open = found.filter(|it| it.row.retired_at.is_none());
        let procedures = open.map(|it| (it.row.code, it.row.title)).collect::<Vec<_>>();
        Ok((procedures, choices(conn, asker.project, "")?))
    };
    let (procedures, choices) = app.db.read(read).await?;
    let page = WritePage {
        shell: Shell::of_tab(request, target.heading.clone(), "schedules"),
        assigning: Assigning::of_new(app, who, &given.account).await?,
        may_assign: who.may(Action::Assign) > Grant::Never,
        may_approve: who.may(Action::Approve) > Grant::Never,
        target,
        given,
        errors,
        procedures,
        choices,
        preview,
    };
    show_with(status, &page)
}
