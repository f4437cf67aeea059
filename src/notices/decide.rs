//! Whom an event concerns, and what it says to them. Pure: what is known about the thing it happened to comes as an argument.
//!
//! Nobody is told of what they did themselves, nor of an order that they may not see.

use std::collections::BTreeSet;

use crate::alerts::events::AlertEvent;
use crate::assets::events::AssetEvent;
use crate::audit::events::AuditEvent;
use crate::audit::model::Outcome;
use crate::foundation::{Action, Grant, Result, Role, Tie, permission};
use crate::ledger::Event;
use crate::maintenance::procedures::events::ProcedureEvent;
use crate::maintenance::procedures::model::Procedure;
use crate::maintenance::schedules::events::ScheduleEvent;
use crate::maintenance::schedules::model::Schedule;
use crate::maintenance::schedules::words::date;
use crate::web::words;
use crate::work_orders::delegation::DelegationEvent;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::GatheredEvent;
use crate::work_orders::model::{Answer, Assignee, Found, Order, StepState, Target, Transition};

use super::kinds::Kind;
use super::model::{AboutKind, Subject, Told, said};

/// Somebody who can be told: a person of the project who may act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub account: String,
    pub roles: Vec<Role>,
}

/// What an event happened to, as it stands by now.
#[derive(Clone, Debug)]
pub enum About {
    Order {
        order: Box<Order>,
        /// Whoever gave it to somebody last.
        assigner: Option<String>,
    },
    Procedure(Box<Procedure>),
    Asset {
        id: String,
        code: String,
        name: String,
    },
    Schedule {
        schedule: Box<Schedule>,
        /// What its procedure is called.
        title: String,
    },
    /// What there is to know of it stands in the event.
    Alert {
        id: String,
    },
}

/// Whether events of this kind may concern anybody, so that what they are about is read at all.
pub fn may_concern(kind: &str) -> bool {
    matches!(
        kind,
        "work_order.created.v1"
            | "work_order.assigned.v1"
            | "work_order.transitioned.v1"
            | "work_order.item_answered.v1"
            | "work_order.step_marked.v1"
            | "work_order.comment_added.v1"
            | "work_order.people_mentioned.v1"
            | "work_order.question_asked.v1"
            | "audit.exception_opened.v1"
            | "audit.verdict_given.v1"
            | "procedure.version_submitted.v1"
            | "procedure.version_approved.v1"
            | "procedure.version_returned.v1"
            | "asset.meter_read.v1"
            | "order_schedule.stopped.v1"
            | "order_schedule.order_not_made.v1"
            | "alert.fired.v1"
            | "alert.resolved.v1"
            | "alert.silence_ended.v1"
    )
}

/// What an event says to whom; also what it says to nobody, which webhooks hear.
pub fn decide(event: &Event, about: &About, people: &[Person]) -> Result<Vec<Told>> {
    let Some(body) = event.body.as_ref().filter(|_| may_concern(&event.kind)) else { return Ok(Vec::new()) };
    let mut told = match about {
        About::Order { order, assigner } => {
            let around = Around { order, assigner: assigner.as_deref(), people };
            if event.stream_kind == "audit" {
                around.of_audit(&AuditEvent::from_json(&event.kind, &body.data)?)
            } else {
                around.of_order(&OrderEvent::from_json(&event.kind, &body.data)?)
            }
        }
        About::Procedure(procedure) => {
            of_procedure(&ProcedureEvent::from_json(&event.kind, &body.data)?, procedure, people)
        }
        About::Asset { id, code, name } => {
            let subject = Subject::new(AboutKind::Asset, id, code, name);
            of_asset(&AssetEvent::read(&event.kind, &body.data)?, subject, people)
        }
        About::Schedule { schedule, title } => {
            of_schedule(&ScheduleEvent::from_json(&event.kind, &body.data)?, schedule, title, people)
        }
        About::Alert { id } => of_alert(&AlertEvent::from_json(&event.kind, &body.data)?, id, people),
    };
    for one in &mut told {
        let mut seen = BTreeSet::new();
        one.to.retain(|account| *account != event.actor && seen.insert(account.clone()));
    }
    Ok(told)
}

/// People who may do something to any record.
fn whoever_may(people: &[Person], action: Action) -> Vec<String> {
    let may = |person: &&Person| permission::may(&person.roles, action) == Grant::Any;
    people.iter().filter(may).map(|person| person.account.clone()).collect()
}

/// Whether somebody may see an order to which they are this.
pub fn sees(roles: &[Role], tie: &Tie) -> bool {
    permission::may(roles, Action::ViewOrders).reaches(tie)
}

/// An order with who is around it.
struct Around<'a> {
    order: &'a Order,
    assigner: Option<&'a str>,
    people: &'a [Person],
}

impl Around<'_> {
    fn of_order(&self, event: &OrderEvent) -> Vec<Told> {
        match event {
            OrderEvent::Created { assignee, .. } => self.handed(None, account_of(assignee.as_ref())),
            OrderEvent::Assigned { from, to, .. } => {
                self.handed(account_of(from.as_ref()), account_of(to.as_ref()))
            }
            OrderEvent::Transitioned { transition, reason, .. } => self.moved(*transition, reason),
            OrderEvent::ItemAnswered { item, answer, .. } => self.answered(item, answer),
            OrderEvent::StepMarked { step, to, .. } => self.marked(step, to),
            OrderEvent::CommentAdded { comment, text } => self.commented(comment, text),
            OrderEvent::Gathered(GatheredEvent::PeopleMentioned { entry, people }) => {
                let to = people.iter().map(|one| Some(one.account.as_str()));
                let (place, words) = self.written(entry);
                vec![self.told(Kind::Mentioned, &place, &words, self.those(to))]
            }
            OrderEvent::Delegated(DelegationEvent::QuestionAsked { question, text, .. }) => {
                vec![self.asked(question, text)]
            }
            _ => Vec::new(),
        }
    }

    fn of_audit(&self, event: &AuditEvent) -> Vec<Told> {
        match event {
            AuditEvent::ExceptionOpened { exception } => {
                let found = words::found(&exception.detail);
                let words = format!("{}: {found}", words::exception(exception.kind.as_str()));
                vec![self.told(Kind::Exception, "", &words, self.those(self.owners()))]
            }
            AuditEvent::VerdictGiven { verdict } if verdict.outcome == Outcome::Refuted => {
                let to = self.those(self.order.doers().map(Some));
                let told = self.told(Kind::Refuted, "", &verdict.comment, to);
                vec![Told { place: format!("/claims/{}", verdict.claim), ..told }]
            }
            _ => Vec::new(),
        }
    }

    /// It went from one to another; whoever has it no more is told, and led to the list where they may not see it any more.
    fn handed(&self, from: Option<&str>, to: Option<&str>) -> Vec<Told> {
        if from == to {
            return Vec::new();
        }
        let mut told = Vec::new();
        if to.is_some() {
            told.push(self.told(Kind::Given, "", "", self.those([to])));
        }
        if let Some(person) = self.people.iter().find(|person| from == Some(person.account.as_str())) {
            let taken = self.told(Kind::Taken, "", "", vec![person.account.clone()]);
            let place = if self.is_seen_by(person) { taken.place.clone() } else { "/work-orders".to_owned() };
            told.push(Told { place, ..taken });
        }
        told
    }

    fn moved(&self, transition: Transition, reason: &str) -> Vec<Told> {
        let (author, assignee) = (self.author(), self.assignee());
        let written = || self.those([author, assignee]);
        let (kind, to) = match transition {
            Transition::Submit => (Kind::WaitsForApproval, whoever_may(self.people, Action::Approve)),
            Transition::ReturnToDraft | Transition::TakeBack => (Kind::Returned, written()),
            Transition::Approve => (Kind::Approved, written()),
            Transition::Start => return Vec::new(),
            Transition::Hold => (Kind::Held, self.those(self.owners())),
            Transition::Resume => (Kind::Resumed, self.those(self.owners())),
            Transition::Complete => {
                let auditors = whoever_may(self.people, Action::Verify);
                let others = auditors.into_iter().filter(|account| !self.order.is_performer(account));
                (Kind::Completed, others.chain(self.those([author])).collect())
            }
            Transition::ReturnForRework | Transition::Reopen => {
                (Kind::Rework, self.those(self.order.doers().map(Some)))
            }
            Transition::Verify => (Kind::Verified, self.done_with()),
            Transition::Close | Transition::CloseUnverified => (Kind::Closed, self.done_with()),
            Transition::Cancel => (Kind::Cancelled, written()),
        };
        vec![self.told(kind, "", reason, to)]
    }

    fn answered(&self, item: &str, answer: &Answer) -> Vec<Told> {
        let found = match answer.found {
            Found::Good => return Vec::new(),
            Found::Flagged => "flagged",
            Found::Failed => "failed",
        };
        let Some((_, asked)) = self.order.item(item) else { return Vec::new() };
        let beyond = asked.asks.beyond(&answer.value).map(|it| format!(", {it}")).unwrap_or_default();
        let place = self.numbered(&Target::Item(item.to_owned()));
        let note = if answer.note.is_empty() { String::new() } else { format!(". {}", answer.note) };
        let words = format!("{place} {}: {} ({found}{beyond}){note}", asked.text, answer.value);
        vec![self.trouble(&format!("#item-{item}"), &words)]
    }

    fn marked(&self, step: &str, to: &StepState) -> Vec<Told> {
        let (found, reason) = match to {
            StepState::Failed { reason } => ("failed", reason),
            StepState::Flagged { reason } => ("flagged", reason),
            _ => return Vec::new(),
        };
        let Some(marked) = self.order.step(step) else { return Vec::new() };
        let words = format!("Step {} {}: {found}. {reason}", marked.position, marked.title);
        vec![self.trouble(&format!("#step-{step}"), &words)]
    }

    /// Whoever plans and answers for it is told; whoever does it knows.
    fn trouble(&self, anchor: &str, words: &str) -> Told {
        let to = self.those([self.author(), self.approver(), self.assigner]);
        self.told(Kind::Trouble, anchor, words, to)
    }

    /// Whoever is mentioned in it is told that instead.
    fn commented(&self, comment: &str, text: &str) -> Vec<Told> {
        let mentioned: BTreeSet<&str> = self
            .order
            .gathered
            .mentions
            .iter()
            .filter(|mention| mention.entry == comment)
            .map(|mention| mention.account.as_str())
            .collect();
        let mut to = self.those([self.author(), self.assignee()]);
        to.retain(|account| !mentioned.contains(account.as_str()));
        vec![self.told(Kind::Commented, &format!("#comment-{comment}"), text, to)]
    }

    /// Whoever answers for the agent, has the order or gave it is asked; where there is nobody of them, everybody who may answer.
    fn asked(&self, question: &str, text: &str) -> Told {
        let agents = &self.order.delegation;
        let accountable = agents.accountable().map(|who| who.id.as_str());
        let asks = agents.question(question).map(|it| it.by.id.as_str());
        let mut to = self.those([accountable, self.assignee(), self.assigner]);
        to.retain(|account| asks != Some(account.as_str()));
        if to.is_empty() {
            to = whoever_may(self.people, Action::AnswerQuestion);
        }
        self.told(Kind::Asked, &format!("#question-{question}"), text, to)
    }

    /// Where something was written, and what.
    fn written(&self, entry: &str) -> (String, String) {
        if let Some(comment) = self.order.comments.iter().find(|it| it.id == entry) {
            return (format!("#comment-{entry}"), comment.text.clone());
        }
        let log = self.order.log.iter().find(|it| it.id == entry);
        let words = log.map(|it| format!("{} {}", it.title, it.lines.join(" "))).unwrap_or_default();
        (format!("#log-{entry}"), words)
    }

    fn told(&self, kind: Kind, anchor: &str, words: &str, to: Vec<String>) -> Told {
        let number = self.order.number.as_str();
        let about = Subject::new(AboutKind::Order, &self.order.id, number, &self.order.title);
        Told { kind, about, place: format!("/work-orders/{number}{anchor}"), said: said(words), to }
    }

    /// Those of these accounts who are people of the project and may see the order.
    fn those<'b>(&self, accounts: impl IntoIterator<Item = Option<&'b str>>) -> Vec<String> {
        let wanted: BTreeSet<&str> = accounts.into_iter().flatten().collect();
        let told = self.people.iter().filter(|person| wanted.contains(person.account.as_str()));
        told.filter(|person| self.is_seen_by(person)).map(|person| person.account.clone()).collect()
    }

    fn is_seen_by(&self, person: &Person) -> bool {
        let account = &person.account;
        let tie = Tie {
            is_author: self.order.is_author(account),
            is_assignee: self.order.is_assigned_to(account),
            answers: self.order.delegation.is_accountable(account),
            ..Tie::default()
        };
        sees(&person.roles, &tie)
    }

    fn author(&self) -> Option<&str> {
        self.order.author().map(|who| who.id.as_str())
    }

    fn assignee(&self) -> Option<&str> {
        account_of(self.order.assignee.as_ref())
    }

    fn approver(&self) -> Option<&str> {
        let approved = self.order.transitions.iter().rev().find(|it| it.id == Transition::Approve);
        approved.map(|it| it.by.id.as_str())
    }

    /// Whoever wrote, approved, gave or has it.
    fn owners(&self) -> [Option<&str>; 4] {
        [self.author(), self.approver(), self.assigner, self.assignee()]
    }

    /// Whoever did it or wrote it.
    fn done_with(&self) -> Vec<String> {
        self.those(self.order.doers().map(Some).chain([self.author()]))
    }

    /// `3.2`
    fn numbered(&self, target: &Target) -> String {
        let reference = self.order.reference(target).unwrap_or_default();
        reference.rsplit('/').next().unwrap_or_default().to_owned()
    }
}

fn account_of(assignee: Option<&Assignee>) -> Option<&str> {
    assignee.and_then(|assignee| assignee.account.as_deref())
}

fn of_procedure(event: &ProcedureEvent, procedure: &Procedure, people: &[Person]) -> Vec<Told> {
    let writers = |number: u32| -> Vec<String> {
        let writers = procedure.find(number).map(|version| version.writers.clone()).unwrap_or_default();
        writers.into_iter().filter(|it| people.iter().any(|person| person.account == *it)).collect()
    };
    let (kind, number, words, to) = match event {
        ProcedureEvent::Submitted { version, .. } => {
            (Kind::VersionWaits, *version, "", whoever_may(people, Action::ApproveProcedure))
        }
        ProcedureEvent::Approved { version, .. } => (Kind::VersionApproved, *version, "", writers(*version)),
        ProcedureEvent::Returned { version, reason } => {
            (Kind::VersionReturned, *version, reason.as_str(), writers(*version))
        }
        _ => return Vec::new(),
    };
    let about = Subject::new(AboutKind::Procedure, &procedure.id, &procedure.code, &procedure.title);
    let place = format!("/procedures/{}/versions/{number}", procedure.code);
    vec![Told { kind, about, place, said: said(words), to }]
}

fn of_asset(event: &AssetEvent, about: Subject, people: &[Person]) -> Vec<Told> {
    let AssetEvent::MeterRead(read) = event else { return Vec::new() };
    if read.beyond.is_empty() {
        return Vec::new();
    }
    let words = format!("{}: {} {}, {}", read.name, read.value, read.unit, read.beyond);
    let (place, to) = (format!("/assets/{}", about.number), whoever_may(people, Action::KeepAssets));
    vec![Told { kind: Kind::Meter, about, place, said: said(&words), to }]
}

/// Whoever keeps schedules is told, and whoever set this one up as it is.
fn of_schedule(event: &ScheduleEvent, schedule: &Schedule, title: &str, people: &[Person]) -> Vec<Told> {
    let (kind, words) = match event {
        ScheduleEvent::Stopped { orders } if orders.len() == 1 => {
            (Kind::ScheduleStopped, "Nobody touched the order that it made last.".to_owned())
        }
        ScheduleEvent::Stopped { orders } => {
            (Kind::ScheduleStopped, format!("Nobody touched the {} orders that it made last.", orders.len()))
        }
        ScheduleEvent::OrderNotMade { day, why } => {
            (Kind::ScheduleHeldUp, format!("For {}: {why}", date(*day)))
        }
        _ => return Vec::new(),
    };
    let keeper = schedule.keeper.as_ref().filter(|keeper| {
        let mut known = people.iter().filter(|person| keeper.is(&person.account));
        known.any(|person| permission::may(&person.roles, Action::ViewProcedures) == Grant::Any)
    });
    let mut to = whoever_may(people, Action::KeepSchedules);
    to.extend(keeper.map(|keeper| keeper.id.clone()));
    let about = Subject::new(AboutKind::Schedule, &schedule.id, &schedule.code, title);
    vec![Told { kind, about, place: format!("/schedules/{}", schedule.code), said: said(&words), to }]
}

/// Whoever keeps what runs is told, once of each change; of a silenced one nobody. What fired under a silence and still does is told when
/// that ends.
fn of_alert(event: &AlertEvent, id: &str, people: &[Person]) -> Vec<Told> {
    let (kind, words) = match event {
        AlertEvent::Fired { is_silenced: false, said, .. } => (Kind::AlertFires, said.as_str()),
        AlertEvent::SilenceEnded { is_firing: true, said, .. } => (Kind::AlertFires, said.as_str()),
        AlertEvent::Resolved { is_silenced: false, .. } => (Kind::AlertOver, ""),
        _ => return Vec::new(),
    };
    let (rule, subject) = event.about();
    let about = Subject::new(AboutKind::Alert, id, rule.as_str(), subject);
    let to = whoever_may(people, Action::KeepJobs);
    vec![Told { kind, about, place: format!("/fleet/alerts#alert-{id}"), said: said(words), to }]
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
