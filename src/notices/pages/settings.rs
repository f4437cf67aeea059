//! How one wants to be told.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;
use chrono::NaiveDate;

use crate::db::AnyConnection;
use crate::foundation::{Action, Error, FieldErrors, Grant, Result, Timestamp};
use crate::notices::actions::{self, Choice};
use crate::notices::kinds::Kind;
use crate::notices::model::{AT_ONCE_AN_HOUR, Mail};
use crate::notices::reads::{self, Wishes};
use crate::people::{self, AccountId};
use crate::state::App;
use crate::web::format::Time;
use crate::web::page::show_with;
use crate::web::zone::Reading;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "notices/settings.html")]
struct SettingsPage {
    shell: Shell,
    wishes: Wishes,
    /// Where mail goes; none where the account has no address.
    address: Option<String>,
    can_mail: bool,
    /// Whether the reader may read what the operator has to set.
    is_admin: bool,
    kinds: Vec<KindView>,
    hours: Vec<HourView>,
    zone: String,
    quiet: Option<Time>,
    /// What was typed as the day until which they want quiet.
    until: String,
    refused: Vec<(Time, String)>,
    errors: FieldErrors,
}

/// A kind with how it is mailed.
struct KindView {
    word: &'static str,
    label: &'static str,
    choices: Vec<(&'static str, &'static str, bool)>,
}

/// An hour of the day.
struct HourView {
    hour: u32,
    words: String,
    is_chosen: bool,
}

/// GET `/notices/settings`
pub(in crate::notices) async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    page(&request, &app, &who, "", FieldErrors::default()).await
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    until: &str,
    errors: FieldErrors,
) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let read = move |conn: &mut AnyConnection| {
        let account = people::reads::account_by_id(conn, &AccountId::of(&asker))?;
        Ok((reads::wishes(conn, &asker)?, account.and_then(|account| account.email)))
    };
    let (wishes, address) = app.db.read(read).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let kinds = Kind::ALL.into_iter().map(|kind| kind_view(kind, wishes.settings.chosen(kind))).collect();
    let hours = (0..24).map(|hour| hour_view(hour, wishes.settings.digest_hour)).collect();
    let refused =
        wishes.refused.iter().map(|mail| (Time::new(mail.created_at, now), mail.why.clone())).collect();
    let page = SettingsPage {
        shell: Shell::of(request, "What you are told", "notices").in_shop_style(),
        can_mail: app.config.mail.is_on(),
        is_admin: who.may(Action::ManageSources) > Grant::Never,
        zone: Reading::current().zone_name(),
        quiet: wishes.settings.quiet_until.filter(|it| *it > now).map(|it| Time::new(it, now)),
        until: until.to_owned(),
        address,
        kinds,
        hours,
        refused,
        wishes,
        errors,
    };
    show_with(status, &page)
}

fn kind_view(kind: Kind, chosen: Mail) -> KindView {
    let choice = |mail: Mail| (mail.as_str(), mail.label(), mail == chosen);
    KindView { word: kind.as_str(), label: kind.label(), choices: Mail::ALL.map(choice).to_vec() }
}

fn hour_view(hour: u32, chosen: u32) -> HourView {
    HourView { hour, words: format!("{hour:02}:00"), is_chosen: hour == chosen }
}

impl SettingsPage {
    /// Whether mail comes at all.
    fn wants_mail(&self) -> bool {
        self.wishes.settings.mail_stopped_at.is_none()
    }

    /// How many come at once before the rest waits.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn most(&self) -> i64 {
        AT_ONCE_AN_HOUR
    }
}

/// POST `/notices/settings`: `hour`, `mail` where mail is wanted, and a field for each kind by its word.
pub(in crate::notices) async fn choose(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let hour = form.text("hour").parse::<u32>();
    let digest_hour = hour.map_err(|_| Error::invalid("hour", "choose an hour from 0 to 23"))?;
    let chosen = |kind: Kind| Some((kind, Mail::read(form.text(kind.as_str()))?));
    let kinds: BTreeMap<Kind, Mail> = Kind::ALL.into_iter().filter_map(chosen).collect();
    let choice = Choice { digest_hour, kinds, wants_mail: form.is_checked("mail") };
    actions::choose(&app, &who, choice).await?;
    Ok(flash::good(see_other("/notices/settings"), "Kept."))
}

/// POST `/notices/quiet`: `until`, a day in the reader's zone; empty ends the quiet.
pub(in crate::notices) async fn quiet(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    form: Form,
) -> WebResult {
    let typed = form.text("until").to_owned();
    let done = match read_day(&typed) {
        Ok(until) => actions::quiet(&app, &who, until).await.map(|()| until),
        Err(cause) => Err(cause),
    };
    match done {
        Ok(until) => {
            let words =
                if until.is_some() { "Nothing is mailed until then." } else { "You hear everything again." };
            Ok(flash::good(see_other("/notices/settings"), words))
        }
        Err(Error::Invalid(errors)) => page(&request, &app, &who, &typed, errors).await,
        Err(other) => Err(other.into()),
    }
}

/// The beginning of a day in the reader's zone.
fn read_day(text: &str) -> Result<Option<Timestamp>> {
    if text.is_empty() {
        return Ok(None);
    }
    let day: NaiveDate =
        text.parse().map_err(|_| Error::invalid("until", "choose a day, such as 2026-12-24"))?;
    Ok(Some(Reading::current().begins(day)))
}
