//! When people work: their hours by day of the week, holidays, and days on which somebody does not work.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;
use chrono::NaiveDate;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result};
use crate::order_settings::hours::actions::{
    set_absence, set_holiday, set_hours, take_away_absence, take_away_holiday,
};
use crate::order_settings::hours::model::{WEEKDAYS, Week};
use crate::order_settings::hours::reads::{
    AbsenceRow, HolidayRow, absences_from, holidays_from, weeks as hours_of,
};
use crate::people::AccountKind;
use crate::people::reads::{Member, members};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

use super::view::in_hours;

const HOURS: &str = "/work-orders/hours";

/// Which of the three forms was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sent {
    #[default]
    Nothing,
    Hours,
    Holiday,
    Absence,
}

/// What was sent and why it was not taken.
#[derive(Default)]
struct Given {
    sent: Sent,
    form: Form,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "figures/hours.html")]
struct HoursPage {
    shell: Shell,
    rows: Vec<HoursRow>,
    holidays: Vec<HolidayRow>,
    absences: Vec<AbsenceView>,
    /// Who can be chosen: account and words.
    people: Vec<(String, String)>,
    given: Given,
    /// The first day that is proposed.
    today: String,
}

/// How long somebody works from a day on.
struct HoursRow {
    name: String,
    from: String,
    /// Monday first, in hours; empty cells where nothing was ever set.
    days: Vec<String>,
    /// Of the whole week; a dash where nothing was set.
    total: String,
}

struct AbsenceView {
    row: AbsenceRow,
    name: String,
}

/// GET `/work-orders/hours`.
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    show_page(&page(&request, &app, &who, Given::default()).await?)
}

/// POST `/work-orders/hours`: `account`, `from` (a day), and hours for `monday` to `sunday`.
pub async fn set(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let week = Week::parse(WEEKDAYS.map(|day| form.text(day)));
    let done = match week {
        Ok(week) => set_hours::set_hours(&app, &who, form.text("account"), form.text("from"), week).await,
        Err(cause) => Err(cause),
    };
    answer(&request, &app, &who, done, (Sent::Hours, form), "The hours hold from that day on.").await
}

/// POST `/work-orders/hours/holidays`: `day` and `name`.
pub async fn add_holiday(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let done = set_holiday::set_holiday(&app, &who, form.text("day"), form.text("name")).await;
    answer(&request, &app, &who, done, (Sent::Holiday, form), "Nobody works on that day.").await
}

/// POST `/work-orders/hours/holidays/{day}/take-away`.
pub async fn end_holiday(app: Data<App>, who: Principal, day: Path<String>) -> WebResult {
    take_away_holiday::take_away_holiday(&app, &who, &day).await?;
    Ok(flash::good(see_other(HOURS), "It is a day like others."))
}

/// POST `/work-orders/hours/absences`: `account`, `first` and `last` (days).
pub async fn add_absence(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let (account, first, last) = (form.text("account"), form.text("first"), form.text("last"));
    let done = set_absence::set_absence(&app, &who, account, first, last).await.map(drop);
    answer(&request, &app, &who, done, (Sent::Absence, form), "They do not work on those days.").await
}

/// POST `/work-orders/hours/absences/{absence}/take-away`.
pub async fn end_absence(app: Data<App>, who: Principal, absence: Path<String>) -> WebResult {
    take_away_absence::take_away_absence(&app, &who, &absence).await?;
    Ok(flash::good(see_other(HOURS), "They work on those days."))
}

async fn answer(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    done: Result<()>,
    (sent, form): (Sent, Form),
    said: &str,
) -> WebResult {
    match done {
        Ok(()) => Ok(flash::good(see_other(HOURS), said)),
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(request, app, who, Given { sent, form, errors }).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn page(request: &HttpRequest, app: &App, who: &Asker, given: Given) -> Result<HoursPage> {
    who.must(Action::SetWorkingHours)?;
    let (project, today) = (who.project, app.now().to_chrono().date_naive());
    let read = move |conn: &mut AnyConnection| {
        let members = members(conn, project)?;
        let (holidays, absences) =
            (holidays_from(conn, project, today)?, absences_from(conn, project, today)?);
        Ok((hours_of(conn, project)?, holidays, absences, members))
    };
    let (set, holidays, absences, mut members) = app.db.read(read).await?;
    let name_of = |account: &str| {
        let known = members.iter().find(|member| member.account.id.0 == account);
        known.map_or_else(|| "Somebody who left".to_owned(), |member| member.account.name.clone())
    };
    let absent = |row: AbsenceRow| AbsenceView { name: name_of(&row.account_id), row };
    let absences = absences.into_iter().map(absent).collect();
    members.retain(|it| !it.roles.is_empty() && it.account.disabled_at.is_none());
    members.retain(|it| it.account.kind() != AccountKind::Agent);
    Ok(HoursPage {
        shell: Shell::of(request, "Working hours", "hours").in_shop_style(),
        today: today.to_string(),
        rows: members.iter().flat_map(|member| rows_of(member, &set, today)).collect(),
        holidays,
        absences,
        people: members.iter().map(|it| (it.account.id.0.clone(), it.account.name.clone())).collect(),
        given,
    })
}

/// What holds today for somebody, and what will; one row with a dash where nothing was ever set.
fn rows_of(
    member: &Member,
    set: &BTreeMap<String, Vec<(NaiveDate, Week)>>,
    today: NaiveDate,
) -> Vec<HoursRow> {
    let of = set.get(&member.account.id.0).map(Vec::as_slice).unwrap_or_default();
    let past = of.iter().filter(|(from, _)| *from <= today).count();
    let row = |(from, week): &(NaiveDate, Week)| HoursRow {
        name: member.account.name.clone(),
        from: from.to_string(),
        days: week.0.iter().map(|minutes| in_hours(*minutes)).collect(),
        total: format!("{} h", in_hours(week.total())),
    };
    let rows: Vec<HoursRow> = of.iter().skip(past.saturating_sub(1)).map(row).collect();
    if !rows.is_empty() {
        return rows;
    }
    let days = vec![String::new(); WEEKDAYS.len()];
    vec![HoursRow { name: member.account.name.clone(), from: String::new(), days, total: "–".to_owned() }]
}

impl HoursPage {
    fn day_names() -> [&'static str; 7] {
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    }

    /// The days of a week as fields and in words, with what was typed.
    fn weekdays(&self) -> Vec<(&'static str, &'static str, &str, Option<&str>)> {
        let days = WEEKDAYS.into_iter().zip(Self::day_names());
        days.map(|(day, word)| (day, word, self.of(Sent::Hours, day), self.fault(Sent::Hours, day))).collect()
    }

    fn of(&self, sent: Sent, field: &str) -> &str {
        if self.given.sent == sent { self.given.form.raw(field) } else { "" }
    }

    fn fault(&self, sent: Sent, field: &str) -> Option<&str> {
        if self.given.sent == sent { self.given.errors.get(field) } else { None }
    }

    fn hours(&self, field: &str) -> &str {
        self.of(Sent::Hours, field)
    }

    /// The first day that was typed; today, where nothing was.
    fn first_day(&self) -> &str {
        if self.given.sent == Sent::Hours { self.hours("from") } else { &self.today }
    }

    fn hours_fault(&self, field: &str) -> Option<&str> {
        self.fault(Sent::Hours, field)
    }

    fn holiday(&self, field: &str) -> &str {
        self.of(Sent::Holiday, field)
    }

    fn holiday_fault(&self, field: &str) -> Option<&str> {
        self.fault(Sent::Holiday, field)
    }

    fn absence(&self, field: &str) -> &str {
        self.of(Sent::Absence, field)
    }

    fn absence_fault(&self, field: &str) -> Option<&str> {
        self.fault(Sent::Absence, field)
    }
}
