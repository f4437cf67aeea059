//! The first page, the guide, and the pages of the first steps.

pub(super) mod first_steps;
pub(super) mod guide;
pub(super) mod mentions;

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::{Action, Grant, Timestamp};
use crate::home::reads::{self, FirstSteps, Home, MyOrder};
use crate::state::App;
use crate::web::charts::{self, Svg};
use crate::web::page::{own_address, show as page};
use crate::web::zone::Reading;
use crate::web::{Principal, Shell, WebResult, format, words};
use crate::work_orders::model::Status;

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    shell: Shell,
    first_name: String,
    today: String,
    /// What waits for the reader, in words.
    waiting: String,
    home: Home,
    address: String,
    may_create: bool,
    /// Whether they say what is wrong, and somebody else plans the work.
    is_reporter: bool,
    now: Timestamp,
}

/// GET /
pub(super) async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let now = app.now();
    let reader = who.clone();
    let home = app.db.read(move |conn| reads::home(conn, &reader, now)).await?;
    page(&HomePage {
        shell: Shell::of(&request, "Home", "home"),
        first_name: who.actor.name.split_whitespace().next().unwrap_or_default().to_owned(),
        today: Reading::current().write(now, "%A %-d %B"),
        waiting: waiting(&home),
        may_create: who.may(Action::CreateDraft) > Grant::Never,
        is_reporter: who.may(Action::CreateDraft) > Grant::Never && who.may(Action::EditPlan) == Grant::Draft,
        address: own_address(&request, app.config.server.public_url.as_deref()),
        home,
        now,
    })
}

/// `7 claims and 3 orders wait for you`.
fn waiting(home: &Home) -> String {
    let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let (review, desk) = (home.review.as_ref(), home.desk.as_ref());
    // Both answer exceptions; they are the same ones.
    let exceptions = review.map(|review| review.open_exceptions).or(desk.map(|desk| desk.exceptions));
    let counts = [
        (review.map_or(0, |review| review.unjudged), "claim"),
        (exceptions.unwrap_or_default(), "exception"),
        (desk.map_or(0, |desk| length(desk.waiting)), "decision"),
        (home.work_count + length(review.map_or(0, |review| review.to_verify.len())), "order"),
        (length(home.asked.len()), "question"),
    ];
    let parts: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, one)| several(count, one)).collect();
    let verb = if counts.iter().map(|(count, _)| count).sum::<i64>() == 1 { "waits" } else { "wait" };
    match parts.split_last() {
        None => "nothing waits for you".to_owned(),
        Some((last, [])) => format!("{last} {verb} for you"),
        Some((last, before)) => format!("{} and {last} {verb} for you", before.join(", ")),
    }
}

fn several(count: i64, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

impl HomePage {
    /// What a trace is called; its id when its client gave no name.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn name_of(&self, row: &crate::traces::reads::TraceRow) -> String {
        let name = format::shown(row.name.as_deref().unwrap_or_default());
        if name.is_empty() { format::short_id(&row.trace_id) } else { name }
    }

    fn tokens_of(&self, row: &crate::traces::reads::TraceRow) -> String {
        format::known((!self.home.lack_usage.contains(&row.trace_id)).then_some(row.total_tokens))
    }

    /// The steps, while any is left.
    fn steps_left(&self) -> Option<&FirstSteps> {
        self.home.first_steps.as_ref().filter(|steps| !steps.is_complete())
    }

    /// Whether this is the page of somebody who does work and neither plans nor judges.
    fn is_for_doing(&self) -> bool {
        self.home.does_work && self.home.desk.is_none() && self.home.review.is_none()
    }

    /// `2 orders and 1 question`.
    fn to_do(&self) -> String {
        let length = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let asked = self.home.put_to.len() + self.home.asked.len();
        let (orders, asked) = (self.home.work_count, length(asked));
        match (orders, asked) {
            (0, 0) => "nothing is yours today".to_owned(),
            (_, 0) => several(orders, "order"),
            (0, _) => several(asked, "question"),
            _ => format!("{} and {}", several(orders, "order"), several(asked, "question")),
        }
    }

    /// How many seconds the reader's timer runs on this order.
    fn ran_on(&self, order: &MyOrder) -> Option<i64> {
        let timer = self.home.timer.as_ref().filter(|timer| timer.number == order.row.number)?;
        Some((self.now.0 - timer.since.0).max(0) / 1_000_000)
    }

    /// Whether something comes that anybody may take.
    fn has_free(&self) -> bool {
        self.home.coming.iter().any(|one| one.is_free)
    }

    /// `42 min`, until a script counts on.
    #[expect(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "templates call methods")]
    fn ran(&self, seconds: &i64) -> String {
        match seconds {
            0..3_600 => format!("{} min", seconds / 60),
            _ => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
        }
    }

    /// Whether the timer runs on an order that stands on no card.
    fn timer_elsewhere(&self) -> Option<&reads::RunningTimer> {
        let has_card = |number: &str| self.home.work.iter().any(|order| order.row.number == number);
        self.home.timer.as_ref().filter(|timer| !self.is_for_doing() || !has_card(&timer.number))
    }

    /// Whether the reader has a part of their own on the page.
    fn has_a_part(&self) -> bool {
        self.home.does_work
            || !self.home.work.is_empty()
            || self.home.desk.is_some()
            || self.home.review.is_some()
    }

    /// The chip's tone of an order of the reader's.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn tone(&self, order: &MyOrder) -> &'static str {
        match order.row.status() {
            Status::OnHold => "waiting",
            Status::InProgress => "blue",
            _ => "",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn moment(&self, at: &Timestamp) -> format::Time {
        format::Time::new(*at, self.now)
    }

    /// How far an order is.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn bar(&self, order: &MyOrder) -> Svg {
        let progress = order.row.progress();
        charts::progress(progress.done, progress.failed, progress.total, progress.what)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn due(&self, until: &Timestamp) -> format::Due {
        format::Due::new(*until, self.now)
    }

    /// What an exception is about.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn kind(&self, stored: &str) -> String {
        words::exception(stored)
    }

    /// What an exception says was found.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn found(&self, detail: &str) -> String {
        words::found(detail)
    }
}
