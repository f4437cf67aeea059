//! The list of one's own notices: by day, the newest first, those of one order below each other.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use super::NoticeView;
use super::grouped::{Entry, by_order};
use crate::db::AnyConnection;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Grant, Result, Timestamp};
use crate::notices::actions::{mark_all_read, mark_read};
use crate::notices::kinds::Kind;
use crate::notices::model::{KEPT, KEPT_MICROS};
use crate::notices::reads::{self, Seen, cursor_of};
use crate::notices::store::Filter;
use crate::state::App;
use crate::web::format::Time;
use crate::web::page::show as page;
use crate::web::zone::Reading;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "notices/list.html")]
struct ListPage {
    shell: Shell,
    days: Vec<Day>,
    /// Kinds to narrow to: word, label, whether it is chosen.
    kinds: Vec<(&'static str, &'static str, bool)>,
    filter: Filter,
    /// Where the newest that is shown stands, for marking all up to it.
    until: Option<String>,
    /// Whether any is unread, shown or not.
    has_unread: bool,
    older: Option<String>,
    quiet: Option<Time>,
    may_hook: bool,
}

/// The notices of one day.
struct Day {
    /// `Saturday 21 November`, as the reader counts days.
    label: String,
    entries: Vec<Entry>,
}

/// What an address asks the list for.
#[derive(Debug, Default, Deserialize)]
pub(in crate::notices) struct ListQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    unread: String,
    #[serde(default)]
    after: String,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        Filter { kind: Kind::read(&self.kind), unread: !self.unread.is_empty() }
    }

    fn after(&self) -> Result<Option<Cursor>> {
        if self.after.is_empty() { Ok(None) } else { Cursor::decode(&self.after).map(Some) }
    }

    /// The address of the next page.
    fn older(&self, next: &Cursor) -> String {
        let mut pairs = vec![("after", next.encode())];
        if let Some(kind) = Kind::read(&self.kind) {
            pairs.push(("kind", kind.as_str().to_owned()));
        }
        if !self.unread.is_empty() {
            pairs.push(("unread", "yes".to_owned()));
        }
        format!("/notices?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }
}

/// GET `/notices`; `?kind=`, `?unread=yes` and `?after=` narrow it.
pub(in crate::notices) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<ListQuery>,
) -> WebResult {
    let (filter, after, now) = (query.filter(), query.after()?, app.now());
    let (asker, asked) = (who.0.clone(), filter.clone());
    let read = move |conn: &mut AnyConnection| {
        let (seen, next) = reads::page(conn, &asker, &asked, after.as_ref())?;
        let has_unread = reads::has_unread(conn, &asker)?;
        Ok((seen, next, reads::settings(conn, &asker)?, has_unread))
    };
    let (seen, next, settings, has_unread) = app.db.read(read).await?;
    page(&ListPage {
        shell: Shell::of(&request, "Notices", "notices").in_shop_style(),
        until: seen.first().map(|newest| cursor_of(&newest.row).encode()),
        has_unread,
        older: next.map(|next| query.older(&next)),
        quiet: settings.quiet_until.filter(|until| *until > now).map(|until| Time::new(until, now)),
        may_hook: who.may(Action::ManageSources) > Grant::Never,
        days: by_day(seen, now),
        kinds: kinds(filter.kind),
        filter,
    })
}

fn by_day(seen: Vec<Seen>, now: Timestamp) -> Vec<Day> {
    let mut days: Vec<(String, Vec<NoticeView>)> = Vec::new();
    for one in seen {
        let label = Reading::current().write(one.row.at, "%A %-d %B %Y");
        let view = NoticeView::of(one, now);
        match days.last_mut().filter(|(day, _)| *day == label) {
            Some((_, notices)) => notices.push(view),
            None => days.push((label, vec![view])),
        }
    }
    days.into_iter().map(|(label, notices)| Day { label, entries: by_order(notices) }).collect()
}

fn kinds(chosen: Option<Kind>) -> Vec<(&'static str, &'static str, bool)> {
    Kind::ALL.into_iter().map(|kind| (kind.as_str(), kind.label(), Some(kind) == chosen)).collect()
}

impl ListPage {
    fn is_narrowed(&self) -> bool {
        self.filter != Filter::default()
    }

    /// How long and how many are kept, in words.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn kept(&self) -> String {
        format!("Kept for {} days, and the newest {KEPT} of a person.", KEPT_MICROS / 86_400_000_000)
    }
}

/// POST `/notices/read`: field `until`, as the list wrote it.
pub(in crate::notices) async fn read_all(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let read = mark_all_read(&app, &who, Cursor::decode(form.text("until"))?).await?;
    let words = if read == 1 { "1 notice is read.".to_owned() } else { format!("{read} notices are read.") };
    Ok(flash::good(see_other("/notices"), &words))
}

/// POST `/notices/open`: field `notice`; reads it and leads to its place, or back to the list with `back`.
pub(in crate::notices) async fn open(app: Data<App>, who: Principal, form: Form) -> WebResult {
    let place = mark_read(&app, &who, form.required("notice", "say which notice")?).await?;
    if form.optional("back").is_some() {
        return Ok(see_other("/notices"));
    }
    Ok(see_other(place))
}
