//! The blocks of the order's page: who works on it with what waits for an answer, and the decisions.

use askama::Template;

use crate::foundation::{ActorKind, Asker, Timestamp};
use crate::web::format::{Time, waited};
use crate::work_orders::decide::{Command, Delegate, NewDecision, NewQuestion, decide};
use crate::work_orders::facts::Facts;
use crate::work_orders::model::{Decision, Order, Question, Status, Stop, Who};

/// An order as somebody looks at it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    pub order: &'a Order,
    pub who: &'a Asker,
    pub facts: &'a Facts,
    /// The moment it is shown at.
    pub at: Timestamp,
    /// Whether one looks back, so that nothing can be done.
    pub is_past: bool,
}

impl Seen<'_> {
    fn allows(&self, asked: Delegate) -> bool {
        let command = Command::Delegate(asked);
        !self.is_past && decide(self.order, command, self.who, self.facts, &mut || "new".to_owned()).is_ok()
    }

    fn some_reason(&self) -> String {
        "x".repeat(usize::from(self.facts.policy.min_reason.max(1)))
    }

    /// The reference of the part that something is about.
    fn part(&self, question: &Question) -> String {
        let part = question.about.as_ref().and_then(|about| self.order.reference(about));
        part.unwrap_or_default()
    }
}

/// Who works on it as an agent, who was stopped, and what was asked.
#[derive(Template)]
#[template(path = "delegation/working.html")]
pub struct Working {
    number: String,
    at: Timestamp,
    claim: Option<ClaimView>,
    /// The agent that has the work and is not at it, for whoever may stop it before it begins.
    idle: Option<Stoppable>,
    stops: Vec<StopView>,
    open: Vec<QuestionView>,
    /// Answered and withdrawn, the newest first.
    settled: Vec<SettledView>,
    may_ask: bool,
}

/// An agent that whoever looks may stop.
struct Stoppable {
    account: String,
    agent: String,
}

struct ClaimView {
    agent: String,
    accountable: String,
    since: Timestamp,
    until: Timestamp,
    /// How long ago it showed itself: `40 s`.
    silent: String,
    is_stale: bool,
    /// None for whoever may not stop it.
    stop: Option<Stoppable>,
}

struct StopView {
    account: String,
    agent: String,
    by: String,
    at: Timestamp,
    reason: String,
    may_let_on: bool,
}

struct QuestionView {
    id: String,
    by: String,
    at: Timestamp,
    text: String,
    part: String,
    choices: Vec<String>,
    may_answer: bool,
    may_withdraw: bool,
}

struct SettledView {
    by: String,
    text: String,
    part: String,
    /// What came of it, with who said so.
    end: String,
    ended: Timestamp,
}

impl Working {
    /// The block; none where there is nothing to say.
    pub fn of(seen: Seen<'_>) -> Option<Self> {
        let all = &seen.order.delegation;
        let (claim, idle) = (claim(seen), idle(seen));
        let is_quiet = claim.is_none() && idle.is_none();
        if is_quiet && all.stops.is_empty() && all.questions.is_empty() {
            return None;
        }
        let some = NewQuestion { text: "x".to_owned(), ..NewQuestion::default() };
        Some(Self {
            number: seen.order.number.to_string(),
            at: seen.at,
            claim,
            idle,
            stops: stops(seen),
            open: all.open_questions().map(|question| open(seen, question)).collect(),
            settled: all.questions.iter().rev().filter_map(|question| settled(seen, question)).collect(),
            may_ask: seen.allows(Delegate::AskPerson(some)),
        })
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn moment(&self, at: &Timestamp) -> Time {
        Time::new(*at, self.at)
    }
}

fn claim(seen: Seen<'_>) -> Option<ClaimView> {
    let claim = seen.order.delegation.standing()?;
    Some(ClaimView {
        agent: claim.agent.marked_name(),
        accountable: claim.accountable.name.clone(),
        since: claim.since,
        until: claim.until,
        silent: waited(claim.seen, seen.at),
        is_stale: claim.is_stale(seen.at),
        stop: stoppable(seen, &claim.agent),
    })
}

fn idle(seen: Seen<'_>) -> Option<Stoppable> {
    let is_to_do = matches!(seen.order.status, Status::Approved | Status::InProgress | Status::OnHold);
    if !is_to_do || seen.order.delegation.standing().is_some() {
        return None;
    }
    let to = seen.order.assignee.as_ref().filter(|to| to.kind == Some(ActorKind::Agent))?;
    stoppable(seen, &Who { id: to.account.clone()?, kind: ActorKind::Agent, name: to.name.clone() })
}

fn stoppable(seen: Seen<'_>, agent: &Who) -> Option<Stoppable> {
    let account = agent.id.clone();
    let stop = Delegate::StopAgent { account: account.clone(), reason: seen.some_reason() };
    seen.allows(stop).then(|| Stoppable { account, agent: agent.marked_name() })
}

fn stops(seen: Seen<'_>) -> Vec<StopView> {
    let view = |stop: &Stop| StopView {
        account: stop.agent.id.clone(),
        agent: stop.agent.marked_name(),
        by: stop.by.name.clone(),
        at: stop.at,
        reason: stop.reason.clone(),
        may_let_on: seen.allows(Delegate::LiftStop { account: stop.agent.id.clone() }),
    };
    seen.order.delegation.stops.iter().map(view).collect()
}

fn open(seen: Seen<'_>, question: &Question) -> QuestionView {
    let id = question.id.clone();
    let answer = question.choices.first().cloned().unwrap_or_else(|| "x".to_owned());
    let withdraw = Delegate::WithdrawQuestion { question: id.clone(), reason: String::new() };
    QuestionView {
        by: question.by.marked_name(),
        at: question.at,
        text: question.text.clone(),
        part: seen.part(question),
        choices: question.choices.clone(),
        may_answer: seen.allows(Delegate::AnswerQuestion { question: id.clone(), answer }),
        may_withdraw: seen.allows(withdraw),
        id,
    }
}

fn settled(seen: Seen<'_>, question: &Question) -> Option<SettledView> {
    let (end, ended) = match (&question.reply, &question.withdrawn) {
        (Some(reply), _) => (format!("{}: {}", reply.by.marked_name(), reply.text), reply.at),
        (None, Some(withdrawn)) => (format!("withdrawn by {}", withdrawn.by.marked_name()), withdrawn.at),
        (None, None) => return None,
    };
    let (by, text) = (question.by.marked_name(), question.text.clone());
    Some(SettledView { by, text, part: seen.part(question), end, ended })
}

/// The decisions of an order, with the form for one more.
#[derive(Template)]
#[template(path = "delegation/decisions.html")]
pub struct Decisions {
    number: String,
    at: Timestamp,
    all: Vec<DecisionView>,
    may_decide: bool,
}

struct DecisionView {
    id: String,
    /// `D-1`.
    name: String,
    title: String,
    decision: String,
    reasons: String,
    consequences: String,
    by: String,
    at: Timestamp,
    /// `D-1`; none where it takes the place of none.
    supersedes: Option<String>,
    superseded_by: Option<String>,
}

impl Decisions {
    /// The block; none where nothing was decided and this person decides nothing.
    pub fn of(seen: Seen<'_>) -> Option<Self> {
        let some = NewDecision {
            title: "x".to_owned(),
            decision: "x".to_owned(),
            reasons: "x".to_owned(),
            ..NewDecision::default()
        };
        let may_decide = seen.allows(Delegate::RecordDecision(some));
        let all: Vec<DecisionView> =
            seen.order.delegation.decisions.iter().map(|it| decision(seen, it)).collect();
        (may_decide || !all.is_empty()).then(|| Self {
            number: seen.order.number.to_string(),
            at: seen.at,
            all,
            may_decide,
        })
    }

    /// The same on paper: without the form, and none where there is nothing to read.
    pub fn on_paper(seen: Seen<'_>) -> Option<Self> {
        Self::of(Seen { is_past: true, ..seen })
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn moment(&self, at: &Timestamp) -> Time {
        Time::new(*at, self.at)
    }

    /// Those whose place may be taken.
    fn standing(&self) -> impl Iterator<Item = &DecisionView> {
        self.all.iter().filter(|it| it.superseded_by.is_none())
    }

    /// Whether there are any of them.
    fn has_standing(&self) -> bool {
        self.standing().next().is_some()
    }
}

fn decision(seen: Seen<'_>, it: &Decision) -> DecisionView {
    let name = |id: &Option<String>| {
        id.as_deref().and_then(|id| seen.order.delegation.decision(id)).map(Decision::name)
    };
    DecisionView {
        id: it.id.clone(),
        name: it.name(),
        title: it.title.clone(),
        decision: it.decision.clone(),
        reasons: it.reasons.clone(),
        consequences: it.consequences.clone(),
        by: it.by.marked_name(),
        at: it.at,
        supersedes: name(&it.supersedes),
        superseded_by: name(&it.superseded_by),
    }
}
