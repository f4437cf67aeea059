//! The open orders of one account, and handing them on: also those of somebody who left. Each order is decided by itself, and
//! the answer says of each what became of it.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, ProjectKey, Result, Timestamp};
use crate::order_pages::{find_visible, member_words as words, text, workers};
use crate::people::reads::{self as people, Member};
use crate::web::error::Problem;
use crate::web::format::{Due, sentence};
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::Orders;
use crate::work_orders::actions::{hand_over, stop_timer};
use crate::work_orders::gathered::reads as gathered;
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self, OrderRow};

/// Orders of one page; whoever has more hands them over in several goes.
const MOST: i64 = 100;
/// Orders that are named one by one.
const NAMED: usize = 8;

#[derive(Template)]
#[template(path = "work_orders/handing_over.html")]
struct HandingOverPage {
    shell: Shell,
    account: String,
    name: String,
    code: String,
    is_disabled: bool,
    rows: Vec<Row>,
    /// How many orders are theirs in all.
    count: i64,
    /// Drafts they wrote that are not among these: nobody but them has to do with one.
    drafts: Vec<OrderRow>,
    /// Whether more of them come after those.
    has_more_drafts: bool,
    /// Number and title of the order that their timer runs on, and since when.
    timer: Option<(String, String, text::Html)>,
    may_hand_over: bool,
    may_manage: bool,
    /// Who may get the work: id and words.
    receivers: Vec<(String, String)>,
    said: Vec<Said>,
    form: Form,
    errors: FieldErrors,
}

/// One order that is theirs.
struct Row {
    row: OrderRow,
    status: &'static str,
    tone: &'static str,
    due: Option<Due>,
    is_late: bool,
    has_timer: bool,
    /// They are signed on to its isolation.
    is_signed_on: bool,
}

/// What became of one order.
struct Said {
    number: String,
    /// Why it was not handed over; none where it was.
    refused: Option<String>,
    /// Whoever had it is still signed on to its isolation.
    is_signed_on: bool,
}

impl HandingOverPage {
    fn more(&self) -> i64 {
        self.count - i64::try_from(self.rows.len()).unwrap_or_default()
    }

    fn is_chosen(&self, number: &str) -> bool {
        let mut chosen = self.form.all("order").peekable();
        chosen.peek().is_none() || chosen.any(|one| one == number)
    }

    fn is_to(&self, account: &str) -> bool {
        self.form.text("to") == account
    }

    fn done(&self) -> usize {
        self.said.iter().filter(|one| one.refused.is_none()).count()
    }
}

/// GET `/people/{account}/orders`.
pub async fn show(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    account: Path<String>,
) -> WebResult {
    show_page(&page(&request, &orders, &who, &account, Form::default()).await?)
}

/// POST `/people/{account}/orders`: fields `order` (numbers), `to` (an account) and `reason`.
pub async fn submit(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    account: Path<String>,
    form: Form,
) -> WebResult {
    let errors = faults(&form);
    if !errors.0.is_empty() {
        let page = HandingOverPage { errors, ..page(&request, &orders, &who, &account, form).await? };
        return show_with(Problem::of(&Error::invalid("", "")).status, &page);
    }
    let mut said = Vec::new();
    for number in form.all("order") {
        let handed = hand_over_one(&orders, &who, &account, number, &form).await;
        // What went wrong on our side is no answer about an order.
        if let Err(fault @ (Error::Internal(_) | Error::Unavailable(_) | Error::Busy { .. })) = handed {
            return Err(WebError(fault));
        }
        let is_signed_on = matches!(handed, Ok(true));
        let refused = handed.err().map(|why| sentence(&why_of(&why)));
        said.push(Said { number: number.to_owned(), refused, is_signed_on });
    }
    if said.iter().all(|one| one.refused.is_none()) {
        let back = see_other(format!("/people/{}/orders", *account));
        return Ok(flash::good(back, &words_of(&said)));
    }
    let page = HandingOverPage { said, ..page(&request, &orders, &who, &account, form).await? };
    show_with(Problem::of(&Error::refused("")).status, &page)
}

/// POST `/people/{account}/timer/stop`.
pub async fn stop_timer(orders: Data<Orders>, who: Principal, account: Path<String>) -> WebResult {
    let (project, of) = (who.project, account.clone());
    let running = orders.app.db.read(move |conn| gathered::running_of(conn, project, &of)).await?;
    let (_, row) = running.ok_or_else(|| Error::refused("No timer of theirs runs any more."))?;
    stop_timer::stop_timer_of(&orders, &who, &row.order_id, account.clone()).await?;
    let back = see_other(format!("/people/{}/orders", *account));
    Ok(flash::good(back, &format!("Their timer on {} is stopped.", row.number)))
}

fn faults(form: &Form) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let needed = [("to", "choose who gets the work"), ("reason", "say why the work changes hands")];
    for (field, message) in needed {
        if form.text(field).is_empty() {
            errors.add(field, message);
        }
    }
    if form.all("order").next().is_none() {
        errors.add("order", "choose at least one order");
    }
    errors
}

/// `Handed over: WO-2026-014.`, and who must still be signed off.
fn words_of(said: &[Said]) -> String {
    let handed = format!("Handed over: {}.", named(said.iter()));
    let on = named(said.iter().filter(|one| one.is_signed_on));
    if on.is_empty() {
        return handed;
    }
    format!("{handed} They are still signed on to the isolation of {on}: sign them off there.")
}

/// The numbers of a few orders, or how many there are.
fn named<'a>(said: impl Iterator<Item = &'a Said>) -> String {
    let numbers: Vec<&str> = said.map(|one| one.number.as_str()).collect();
    if numbers.len() > NAMED { format!("{} orders", numbers.len()) } else { numbers.join(", ") }
}

/// Gives whether whoever had it is still signed on to its isolation.
async fn hand_over_one(orders: &Orders, who: &Asker, from: &str, number: &str, form: &Form) -> Result<bool> {
    let (asker, wanted) = (who.clone(), number.to_owned());
    let row = orders.app.db.read(move |conn| find_visible(conn, &asker, &wanted)).await?;
    let (to, reason) = (form.text("to").to_owned(), form.text("reason").to_owned());
    hand_over::hand_over(orders, who, &row.order_id, from.to_owned(), to, reason).await?;
    let (project, id) = (who.project, row.order_id);
    let order = orders.app.db.read(move |conn| reads::load(conn, project, &id, None)).await?;
    Ok(order.isolation.of(from).is_some())
}

/// The words alone: the fields are those of the form above.
fn why_of(error: &Error) -> String {
    match error {
        Error::Invalid(fields) => fields.0.iter().map(|it| it.message.clone()).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

async fn page(
    request: &HttpRequest,
    orders: &Orders,
    who: &Asker,
    account: &str,
    form: Form,
) -> Result<HandingOverPage, WebError> {
    let (project, now, id) = (who.project, orders.app.now(), account.to_owned());
    let read = move |conn: &mut AnyConnection| {
        let member = member(conn, project, &id)?;
        let (rows, count) = reads::open_of(conn, project, std::slice::from_ref(&id), MOST)?;
        let drafts = drafts_beside(conn, project, &id, &rows)?;
        let rows: Result<Vec<Row>> = rows.into_iter().map(|row| row_of(conn, row, &id, now)).collect();
        let timer = gathered::running_of(conn, project, &id)?;
        let receivers = workers(conn, project)?;
        Ok((member, rows?, count, drafts, timer, receivers))
    };
    let (member, rows, count, (drafts, has_more_drafts), timer, receivers) = orders.app.db.read(read).await?;
    let may_manage = who.may(Action::ManagePeople) == Grant::Any;
    let title = format!("Open orders of {}", member.account.name);
    Ok(HandingOverPage {
        shell: Shell::of(request, title, if may_manage { "people" } else { "work-orders" }),
        is_disabled: member.account.disabled_at.is_some(),
        name: member.account.name,
        code: member.account.code,
        timer: timer.map(|(timer, row)| (row.number, row.title, text::moment(timer.since, now))),
        rows,
        count,
        drafts,
        has_more_drafts,
        may_hand_over: who.may(Action::Assign) == Grant::Any,
        may_manage,
        receivers: receivers.iter().map(words).filter(|(id, _)| id != account).collect(),
        account: account.to_owned(),
        said: Vec::new(),
        form,
        errors: FieldErrors::default(),
    })
}

/// The drafts that they wrote and that are not among these orders, and whether there are more of them.
fn drafts_beside(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    rows: &[OrderRow],
) -> Result<(Vec<OrderRow>, bool)> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let mut drafts = reads::written_by(conn, project, account, Status::Draft, MOST + 1)?;
    let has_more = drafts.len() > most;
    drafts.truncate(most);
    drafts.retain(|draft| rows.iter().all(|row| row.order_id != draft.order_id));
    Ok((drafts, has_more))
}

fn member(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<Member> {
    let mut members = people::members(conn, project)?.into_iter();
    members.find(|it| it.account.id.0 == account).ok_or_else(|| Error::not_found("this account"))
}

fn row_of(conn: &mut AnyConnection, row: OrderRow, account: &str, now: Timestamp) -> Result<Row> {
    // Only work that was begun has anybody signed on or timed.
    let is_begun = matches!(row.status(), Status::InProgress | Status::OnHold);
    let order = is_begun.then(|| reads::load(conn, row.project, &row.order_id, None)).transpose()?;
    Ok(Row {
        status: row.status().label(),
        tone: text::tone_of(row.status()),
        due: row.due_at.map(|due| Due::new(due, now)),
        is_late: row.is_overdue(now),
        has_timer: order.as_ref().is_some_and(|it| it.gathered.timer_of(account).is_some()),
        is_signed_on: order.as_ref().is_some_and(|it| it.isolation.of(account).is_some()),
        row,
    })
}
