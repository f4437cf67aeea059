//! Agents at their work: leases of orders, what they ask people, and what was decided. Whoever stops an agent does so on a page.

use actix_web::web::Payload;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::call::{Call, Given, json as answer};
use super::find::part_of;
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, LIMIT, Param};
use super::refusal::Answer;
use crate::db::AnyConnection;
use crate::foundation::{Action, Result, Timestamp};
use crate::shapes::{MadeView, OrderLine, OrderPage, Person, ReceiptView, SkippedView, moment};
use crate::web::Access;
use crate::work_orders::actions::answer_question::answer_question;
use crate::work_orders::actions::ask_person::{Question as NewQuestion, ask_person};
use crate::work_orders::actions::claim::claim;
use crate::work_orders::actions::heartbeat::{Lease, heartbeat};
use crate::work_orders::actions::record_decision::{NewDecision, record_decision};
use crate::work_orders::actions::release_claim::release_claim;
use crate::work_orders::model::{Claim, Decision, Question};
use crate::work_orders::reads;

const PAGED: [Param; 2] = [LIMIT, AFTER];
const LIMITED: [Param; 1] = [LIMIT];

const LEASE: &str = "/api/v1/orders/{number}/lease";
const QUESTIONS: &str = "/api/v1/orders/{number}/questions";
const DECISIONS: &str = "/api/v1/orders/{number}/decisions";

/// A lease to take on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLease {
    /// Five minutes where it is left out.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 1800)]
    pub lease_seconds: Option<u32>,
}

/// A sign of whoever works; there is nothing to say with it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSign {}

/// Why a lease is given back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelease {
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
}

/// Something that a person is asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuestionBody {
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
    /// What may be answered; any words where there are none.
    #[serde(default)]
    #[schema(max_items = 8)]
    pub choices: Vec<String>,
    /// The part it is about: `3.2`, `3`, `C1`, or `item:ID`; the order as a whole where it is left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    pub about: Option<String>,
}

/// An answer to a question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// One of the choices, where there are some.
    #[schema(min_length = 1, max_length = 2000)]
    pub answer: String,
}

/// Something that was decided while the work was done.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecisionBody {
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// What was decided.
    #[schema(min_length = 1, max_length = 4000)]
    pub decision: String,
    /// Why.
    #[schema(min_length = 1, max_length = 4000)]
    pub reasons: String,
    /// What follows from it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub consequences: String,
    /// The decision that it takes the place of: `D-1`, or its id.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub supersedes: Option<String>,
}

/// Who works on an order as an agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeaseView {
    /// None while no agent has it.
    pub standing: Option<StandingLeaseView>,
}

/// A lease that stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StandingLeaseView {
    pub agent: Person,
    /// Who answers for what it does.
    pub accountable: Person,
    #[schema(format = DateTime)]
    pub since: String,
    #[schema(format = DateTime)]
    pub until: String,
    /// Whether it has run out, so that another agent may take the work on.
    pub is_stale: bool,
}

impl StandingLeaseView {
    fn of(claim: &Claim, now: Timestamp) -> Self {
        Self {
            agent: Person::from(&claim.agent),
            accountable: Person::from(&claim.accountable),
            since: moment(claim.since),
            until: moment(claim.until),
            is_stale: claim.is_stale(now),
        }
    }
}

/// How one's own lease stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnLeaseView {
    #[schema(format = DateTime)]
    pub until: String,
    /// It ran out or ended otherwise: take it on anew, unless another agent has.
    pub is_stale: bool,
    /// The words of the person who stopped you: leave off.
    pub stopped: Option<String>,
}

impl From<Lease> for OwnLeaseView {
    fn from(lease: Lease) -> Self {
        let Lease { until, is_stale, stopped } = lease;
        Self { until: moment(until), is_stale, stopped }
    }
}

/// A page of questions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuestionPage {
    pub data: Vec<QuestionView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// Something that a person is asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuestionView {
    pub id: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    pub text: String,
    /// What may be answered; any words where there are none.
    pub choices: Vec<String>,
    /// The part it is about: `item:ID`.
    pub about: Option<String>,
    pub answer: Option<ReplyView>,
    /// How it was taken back, if it was.
    pub withdrawn: Option<SkippedView>,
}

/// What was answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyView {
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    pub text: String,
}

impl From<&Question> for QuestionView {
    fn from(question: &Question) -> Self {
        let answer = question.reply.as_ref().map(|reply| ReplyView {
            by: Person::from(&reply.by),
            at: moment(reply.at),
            text: reply.text.clone(),
        });
        let withdrawn = question.withdrawn.as_ref().map(|it| SkippedView {
            by: Person::from(&it.by),
            at: moment(it.at),
            reason: it.reason.clone(),
        });
        Self {
            id: question.id.clone(),
            by: Person::from(&question.by),
            at: moment(question.at),
            text: question.text.clone(),
            choices: question.choices.clone(),
            about: question.about.as_ref().map(ToString::to_string),
            answer,
            withdrawn,
        }
    }
}

/// A page of decisions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionPage {
    pub data: Vec<DecisionView>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// Something that was decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionView {
    pub id: String,
    /// `D-1`.
    pub name: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    pub title: String,
    pub decision: String,
    pub reasons: String,
    pub consequences: String,
    /// The id of the decision that it took the place of.
    pub supersedes: Option<String>,
    /// The id of the one that took its place.
    pub superseded_by: Option<String>,
}

impl From<&Decision> for DecisionView {
    fn from(decision: &Decision) -> Self {
        Self {
            id: decision.id.clone(),
            name: decision.name(),
            by: Person::from(&decision.by),
            at: moment(decision.at),
            title: decision.title.clone(),
            decision: decision.decision.clone(),
            reasons: decision.reasons.clone(),
            consequences: decision.consequences.clone(),
            supersedes: decision.supersedes.clone(),
            superseded_by: decision.superseded_by.clone(),
        }
    }
}

fn get(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation::get(path, "Delegation", id, summary)
}

fn post(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation::post(path, "Delegation", id, summary)
}

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    leases(all);
    let (view, work) = (Access::May(Action::ViewOrders), Access::May(Action::Log));
    let list = get(QUESTIONS, "listQuestions", "Read what was asked about an order, and the answers");
    all.add(list.asks(&PAGED).gives::<QuestionPage>(200, "A page of questions."), view, questions);
    let new = post(QUESTIONS, "askPerson", "Ask a person about an order")
        .about("It waits for whoever answers for the work; the answer stands in the list of questions.")
        .takes::<NewQuestionBody>(
            json!({ "text": "Is valve 7 the red one?", "choices": ["yes", "no"], "about": "1.2" }),
        )
        .gives::<MadeView>(201, "Asked; the id of the question.");
    all.add(new, work, ask);
    let reply = post(
        "/api/v1/orders/{number}/questions/{question}/answer",
        "answerQuestion",
        "Answer what was asked",
    )
    .about("By people.")
    .takes::<NewReply>(json!({ "answer": "yes" }))
    .gives::<ReceiptView>(200, "Answered.");
    all.add(reply, Access::May(Action::AnswerQuestion), reply_to);
    let list = get(DECISIONS, "listDecisions", "Read what was decided while the work was done");
    all.add(list.asks(&PAGED).gives::<DecisionPage>(200, "A page of decisions."), view, decisions);
    let new = post(DECISIONS, "recordDecision", "Record a decision")
        .about("It is never changed; a later one takes its place.")
        .takes::<NewDecisionBody>(
            json!({ "title": "Seal", "decision": "The 40 mm one", "reasons": "The other one leaks" }),
        )
        .gives::<MadeView>(201, "Recorded; the id of the decision.");
    all.add(new, work, decide);
}

fn leases(all: &mut Operations<'_>) {
    let take = Access::May(Action::ClaimWork);
    let ready = get("/api/v1/ready", "listReady", "List the work that an agent may take on now")
        .about(
            "What is due first comes first: approved or begun, given to whoever asks or to a person who answers for them, not blocked, \
             held by no other agent. There is no further page: take one on, and ask again.",
        )
        .asks(&LIMITED)
        .gives::<OrderPage>(200, "Such orders; `next` is always none.");
    all.add(ready, take, self::ready);
    let now = get(LEASE, "getLease", "Read which agent works on an order");
    all.add(now.gives::<LeaseView>(200, "Who does."), Access::May(Action::ViewOrders), show);
    let new = post(LEASE, "claimOrder", "Take an order on for a while, as an agent")
        .about(
            "One agent works on an order at a time, and a person answers for it. One's own lease is renewed where less than half of it \
             is left, and nothing happens else.",
        )
        .takes::<NewLease>(json!({ "lease_seconds": 300 }))
        .gives::<ReceiptView>(200, "It is yours; no events where it was already.")
        .unnamed();
    all.add(new, take, take_on);
    let sign = post("/api/v1/orders/{number}/lease/heartbeat", "heartbeat", "Say that you are still at work")
        .about("The answer says whether the lease stands, and whether a person stopped you.")
        .takes::<NewSign>(json!({}))
        .gives::<OwnLeaseView>(200, "How the lease stands.")
        .unnamed();
    all.add(sign, take, still_here);
    let back = post("/api/v1/orders/{number}/lease/release", "releaseOrder", "Give an order back")
        .takes::<NewRelease>(json!({ "reason": "My part is done" }))
        .gives::<ReceiptView>(200, "Given back.");
    all.add(back, take, give_back);
}

impl Call {
    /// The order's id, also of one that is given to a person who answers for this agent: it is seen only once it is taken on.
    async fn reached(&self) -> Result<String> {
        let (who, number) = (self.who.clone(), self.number());
        let find = move |conn: &mut AnyConnection| reads::reachable(conn, &who, &number);
        self.app().db.read(find).await.map(|row| row.order_id)
    }
}

/// GET `/api/v1/ready`.
pub async fn ready(call: Call) -> Answer {
    let query = call.query(&LIMITED)?;
    let (who, now, limit) = (call.who.clone(), call.app().now(), query.limit());
    let read = move |conn: &mut AnyConnection| reads::ready(conn, &who, now, limit);
    let rows = call.app().db.read(read).await?;
    let lines = rows.iter().map(|row| OrderLine::of(row, &call.who, now));
    answer(&OrderPage { data: lines.collect(), next: None })
}

/// GET `/api/v1/orders/{number}/lease`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let (order, now) = (call.order().await?, call.app().now());
    let standing = order.delegation.standing().map(|claim| StandingLeaseView::of(claim, now));
    answer(&LeaseView { standing })
}

/// POST `/api/v1/orders/{number}/lease`.
pub async fn take_on(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    let NewLease { lease_seconds } = call.body(payload).await?;
    let id = call.reached().await?;
    let events = claim(&call.orders, &call.who, &id, lease_seconds).await?;
    Ok(call.receipt(&id, &events).await?.into())
}

/// POST `/api/v1/orders/{number}/lease/heartbeat`.
pub async fn still_here(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    let NewSign {} = call.body(payload).await?;
    let id = call.reached().await?;
    let lease = heartbeat(&call.orders, &call.who, &id).await?;
    answer(&OwnLeaseView::from(lease))
}

/// POST `/api/v1/orders/{number}/lease/release`.
pub async fn give_back(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewRelease| async move {
        let id = call.reached().await?;
        let events = release_claim(&call.orders, &call.who, &id, &asked.reason).await?;
        call.receipt(&id, &events).await
    })
    .await
}

/// GET `/api/v1/orders/{number}/questions`.
pub async fn questions(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.delegation.questions, &query, |question| question.id.clone())?;
    answer(&QuestionPage { data: page.iter().map(QuestionView::from).collect(), next })
}

/// POST `/api/v1/orders/{number}/questions`.
pub async fn ask(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewQuestionBody| async move {
        let order = call.order().await?;
        let about = new.about.map(|named| part_of(&order, "about", &named)).transpose()?;
        let question = NewQuestion { text: new.text, choices: new.choices, about };
        let id = ask_person(&call.orders, &call.who, &order.id, question).await?;
        Given::made(format!("/api/v1/orders/{}/questions", order.number), &MadeView { id })
    })
    .await
}

/// POST `/api/v1/orders/{number}/questions/{question}/answer`.
pub async fn reply_to(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewReply| async move {
        let (id, question) = (call.order_id().await?, call.part("question"));
        let events = answer_question(&call.orders, &call.who, &id, &question, &new.answer).await?;
        call.receipt(&id, &events).await
    })
    .await
}

/// GET `/api/v1/orders/{number}/decisions`.
pub async fn decisions(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.delegation.decisions, &query, |decision| decision.id.clone())?;
    answer(&DecisionPage { data: page.iter().map(DecisionView::from).collect(), next })
}

/// POST `/api/v1/orders/{number}/decisions`.
pub async fn decide(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewDecisionBody| async move {
        let order = call.order().await?;
        let decision = NewDecision {
            title: new.title,
            decision: new.decision,
            reasons: new.reasons,
            consequences: new.consequences,
            supersedes: new.supersedes,
        };
        let id = record_decision(&call.orders, &call.who, &order.id, decision).await?;
        Given::made(format!("/api/v1/orders/{}/decisions", order.number), &MadeView { id })
    })
    .await
}
