//! Asking for work: what is wrong, where, and how urgent it is, written and sent in one press. Whoever asks need not know what
//! a plan is; the supervisor who approves it makes one of it before.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::new::choices;
use super::policies::name_of;
use crate::assets::reads::{self as assets, Choices};
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, Result};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::format::sentence;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::Orders;
use crate::work_orders::actions::create::{Created, create};
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::model::{AssetRef, Block, Kind, Plan, Priority, Status, TypeClass};
use order_markdown::prose::{one_line, prose};

/// How urgent it is in the words of whoever asks.
const URGENCIES: [(Priority, &str); 4] = [
    (Priority::Low, "It can wait"),
    (Priority::Medium, "Soon"),
    (Priority::High, "It holds up work"),
    (Priority::Emergency, "Emergency: somebody or something is in danger"),
];
/// Characters of the title that the step repeats.
const REPEATED: usize = 100;

#[derive(Template)]
#[template(path = "work_orders/asking.html")]
struct AskingPage {
    shell: Shell,
    form: Form,
    urgencies: [(Priority, &'static str); 4],
    choices: Choices,
    errors: FieldErrors,
}

impl AskingPage {
    async fn of(
        request: &HttpRequest,
        app: &App,
        who: &Asker,
        form: Form,
        errors: FieldErrors,
    ) -> Result<Self> {
        let (shell, choices) =
            (Shell::of(request, "Ask for work", "work-orders"), choices(app, who.project).await?);
        Ok(Self { shell, form, urgencies: URGENCIES, choices, errors })
    }

    fn is_chosen(&self, word: &str) -> bool {
        word == urgency(&self.form).as_str()
    }

    /// What is wrong besides what a field of the form says.
    fn other_faults(&self) -> Vec<String> {
        let shown = ["title", "details", "asset", "tag"];
        let others = self.errors.0.iter().filter(|error| !shown.contains(&error.path.as_str()));
        others.map(|error| sentence(&error.message)).collect()
    }

    /// What is wrong with the asset: the order calls its code a tag.
    fn at_asset(&self) -> Option<&str> {
        self.errors.get("asset").or(self.errors.get("tag"))
    }
}

/// Whether somebody asks for work and does not plan or do it.
pub(super) fn asks(who: &Asker) -> bool {
    who.may(Action::CreateDraft) > Grant::Never
        && who.may(Action::EditPlan) == Grant::Draft
        && who.may(Action::Run) == Grant::Never
}

/// The form, with what the address fills in: fields as they are posted.
pub(super) async fn show(request: &HttpRequest, app: &App, who: &Asker) -> WebResult {
    let form = Form::parse(request.query_string().as_bytes())?;
    show_page(&AskingPage::of(request, app, who, form, FieldErrors::default()).await?)
}

/// Writes it and sends it for approval: fields `title`, `details`, `asset`, `priority`.
pub(super) async fn submit(request: &HttpRequest, orders: &Orders, who: &Asker, form: Form) -> WebResult {
    let sent = match plan(&orders.app, who, &form).await {
        Ok(plan) => send_plan(orders, who, plan).await,
        Err(cause) => Err(cause),
    };
    match sent {
        Ok((made, sent)) => Ok(sent.answer(&made)),
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &AskingPage::of(request, &orders.app, who, form, errors).await?)
        }
        Err(other) => Err(WebError(other)),
    }
}

/// What became of a plan that was to be written and sent.
pub enum Sent {
    /// It waits for approval.
    Submitted,
    /// It stays a draft: whoever wrote it may not send their own.
    Draft,
    /// It stays a draft for this reason.
    Refused(Error),
}

impl Sent {
    /// Leads to the order and says what became of it; to its plan, where that keeps it from being sent.
    pub fn answer(&self, made: &Created) -> HttpResponse {
        let number = &made.number;
        let page = see_other(format!("/work-orders/{number}"));
        match self {
            Self::Submitted => flash::good(
                page,
                &format!(
                    "{number} is sent for approval. A supervisor decides next; Home says what becomes of it."
                ),
            ),
            Self::Draft => flash::good(
                page,
                &format!("{number} is written as a draft. Whoever plans the work goes on with it."),
            ),
            Self::Refused(why) => flash::bad(
                see_other(format!("/work-orders/{number}/edit")),
                &format!("{number} is written as a draft and was not sent: {why}"),
            ),
        }
    }
}

/// Writes a plan and sends it for approval by whoever may send their own. What keeps it from being sent keeps what was written: it
/// stays a draft of theirs.
pub async fn send_plan(orders: &Orders, who: &Asker, plan: Plan) -> Result<(Created, Sent)> {
    let made = create(&orders.app, who, plan, None).await?;
    if who.may(Action::Submit) == Grant::Never {
        return Ok((made, Sent::Draft));
    }
    let sent = match transition(orders, who, &made.order_id, Move::to(Status::Submitted)).await {
        Ok(_) => Sent::Submitted,
        Err(why @ (Error::Invalid(_) | Error::Refused(_))) => Sent::Refused(why),
        Err(other) => return Err(other),
    };
    Ok((made, sent))
}

fn urgency(form: &Form) -> Priority {
    let said = Priority::read(form.text("priority")).unwrap_or_default();
    if said == Priority::None { Priority::Medium } else { said }
}

/// The least that may be approved: one step that says to do it, and whoever asked as the one who sees that it is done.
async fn plan(app: &App, who: &Asker, form: &Form) -> Result<Plan> {
    let title = one_line(form.required("title", "say in a line what is wrong or what you need")?);
    let mut document = vec![Block { level: 1, ..Block::of(Kind::Title, title.clone()) }];
    let details = prose(form.raw("details"));
    if !details.is_empty() {
        document.push(Block::of(Kind::Text, details));
    }
    let repeated: String = title.chars().take(REPEATED).collect();
    document.push(Block { level: 2, ..Block::of(Kind::Step, format!("Do what is asked for: {repeated}")) });
    let seen = format!("What was asked for is done, seen by {}", who.actor.name);
    document.push(Block::of(Kind::Criterion, seen));
    Ok(Plan {
        title,
        order_type: name_of(TypeClass::Corrective).to_owned(),
        priority: urgency(form),
        asset: asset(app, who, form).await?,
        document,
        ..Plan::default()
    })
}

/// The asset with this code or name; words that no asset has say where it is.
async fn asset(app: &App, who: &Asker, form: &Form) -> Result<Option<AssetRef>> {
    let words = one_line(form.raw("asset"));
    if words.is_empty() {
        return Ok(None);
    }
    let (project, asked) = (who.project, words.clone());
    let found = app.db.read(move |conn| assets::called(conn, project, &asked)).await?;
    let (name, tag) = found.map_or((words, String::new()), |asset| (asset.name, asset.code));
    Ok(Some(AssetRef { name, tag }))
}
