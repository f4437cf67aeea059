//! The acts. Each answers 303 to the place on the order's page where it happened.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, Result};
use crate::web::{Form, Principal, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::ask_person::Question;
use crate::work_orders::actions::record_decision::NewDecision;
use crate::work_orders::actions::{
    answer_question, ask_person, let_agent_on, record_decision, stop_agent, withdraw_question,
};
use crate::work_orders::{Orders, reads};

/// One request about one order.
pub(super) struct On {
    orders: Orders,
    who: Asker,
    /// The number in the address.
    number: String,
    /// The question in the address; empty where there is none.
    question: String,
}

impl FromRequest for On {
    type Error = WebError;
    type Future = Ready<std::result::Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let principal = Principal::from_request(request, payload).into_inner();
        ready(principal.and_then(|who| Ok(Self::of(request, who)?)))
    }
}

impl On {
    fn of(request: &HttpRequest, who: Principal) -> Result<Self> {
        let orders = request.app_data::<Data<Orders>>();
        let orders = orders.ok_or_else(|| Error::internal("no service of orders in the server"))?;
        let part = |name: &str| request.match_info().get(name).unwrap_or_default().trim().to_owned();
        let (number, question) = (part("number").to_uppercase(), part("question"));
        Ok(Self { orders: orders.get_ref().clone(), who: who.0, number, question })
    }

    /// The order's id; somebody else's own is not found.
    async fn order_id(&self) -> Result<String> {
        let (who, number) = (self.who.clone(), self.number.clone());
        let find = move |conn: &mut AnyConnection| reads::visible(conn, &who, &number);
        self.orders.app.db.read(find).await.map(|row| row.order_id)
    }

    fn back(&self, anchor: &str, words: &str) -> HttpResponse {
        flash::good(see_other(format!("/work-orders/{}#{anchor}", self.number)), words)
    }
}

/// POST `claims/stop`: fields `account` and `reason`.
pub(super) async fn stop(on: On, form: Form) -> WebResult {
    let (id, account) = (on.order_id().await?, form.text("account"));
    stop_agent::stop_agent(&on.orders, &on.who, &id, account, form.text("reason")).await?;
    Ok(on.back("working", "Stopped. It does nothing here until somebody lets it on."))
}

/// POST `claims/let-on`: field `account`.
pub(super) async fn let_on(on: On, form: Form) -> WebResult {
    let id = on.order_id().await?;
    let_agent_on::let_agent_on(&on.orders, &on.who, &id, form.text("account")).await?;
    Ok(on.back("working", "It may claim this order again."))
}

/// POST `questions`: fields `text`, `choices` (one a line, may be empty) and `target` (may be empty).
pub(super) async fn ask(on: On, form: Form) -> WebResult {
    let id = on.order_id().await?;
    let question = Question {
        text: form.text("text").to_owned(),
        choices: form.text("choices").lines().map(str::to_owned).collect(),
        about: form.optional("target").map(str::parse).transpose()?,
    };
    ask_person::ask_person(&on.orders, &on.who, &id, question).await?;
    Ok(on.back("questions", "Asked. It waits on the page of the order and on Home of whoever may answer."))
}

/// POST `questions/{question}/answer`: field `answer`.
pub(super) async fn answer(on: On, form: Form) -> WebResult {
    let (id, said) = (on.order_id().await?, form.required("answer", "say what the answer is")?);
    answer_question::answer_question(&on.orders, &on.who, &id, &on.question, said).await?;
    Ok(on.back("questions", "Answered. Whoever asked reads it here."))
}

/// POST `questions/{question}/withdraw`: field `reason`.
pub(super) async fn withdraw(on: On, form: Form) -> WebResult {
    let id = on.order_id().await?;
    let reason = form.text("reason");
    withdraw_question::withdraw_question(&on.orders, &on.who, &id, &on.question, reason).await?;
    Ok(on.back("questions", "Withdrawn. It stays in the history."))
}

/// POST `decisions`: fields `title`, `decision`, `reasons`, `consequences` and `supersedes`.
pub(super) async fn decide(on: On, form: Form) -> WebResult {
    let id = on.order_id().await?;
    let text = |name: &str| form.text(name).to_owned();
    let decision = NewDecision {
        title: text("title"),
        decision: text("decision"),
        reasons: text("reasons"),
        consequences: text("consequences"),
        supersedes: form.optional("supersedes").map(str::to_owned),
    };
    record_decision::record_decision(&on.orders, &on.who, &id, decision).await?;
    Ok(on.back("decisions", "Recorded. A later decision may take its place; this one stays as it is."))
}
