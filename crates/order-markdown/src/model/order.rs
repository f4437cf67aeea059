//! The work order itself, and questions about it that need nothing else.

use serde::{Deserialize, Serialize};

use super::{
    AssetRef, Assignee, Block, Comment, Criterion, Entry, Field, Finding, Hold, ImportRecord, Item, LogEntry,
    OrderNumber, OutcomeRecord, Priority, Relation, RelationKind, Safety, Section, Signature, Status, Step,
    StepState, Target, Ticks, TransitionRecord, When, Who,
};

/// A work order with its whole record, as folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Order {
    /// Opaque id; empty before the first event.
    pub id: String,
    pub number: OrderNumber,
    /// The type as written, such as `Integration Setup`.
    pub order_type: String,
    pub priority: Priority,
    pub status: Status,
    /// What it is about, in one line.
    pub title: String,
    pub description: String,
    pub goals: Vec<Entry>,
    /// When it was created, as written.
    pub created: When,
    /// Who created it here; none when it came from a file. See [`Order::author`].
    pub created_by: Option<Who>,
    pub due: Option<When>,
    pub assignee: Option<Assignee>,
    pub asset: Option<AssetRef>,
    /// Header rows without a field of their own.
    pub fields: Vec<Field>,
    pub steps: Vec<Step>,
    /// Parts and materials.
    pub parts: Vec<Entry>,
    /// Safety notes and who has read them.
    pub safety: Safety,
    /// Whether it is done under isolation, and who is signed on.
    #[serde(skip_serializing_if = "super::Isolation::is_none")]
    pub isolation: super::Isolation,
    /// What must hold when it is done.
    pub criteria: Vec<Criterion>,
    /// The work log, oldest first as written.
    pub log: Vec<LogEntry>,
    /// Comments, oldest first.
    pub comments: Vec<Comment>,
    /// Sections of a file that have no place of their own.
    pub sections: Vec<Section>,
    /// The plan as a person reads it; empty in orders older than it.
    pub document: Vec<Block>,
    /// The line at the foot of the file.
    pub footer: Option<String>,
    /// The standing hold, while on hold.
    pub hold: Option<Hold>,
    /// How it ended, once completed.
    pub outcome: Option<OutcomeRecord>,
    /// Whether work ever began.
    pub started: bool,
    /// Accounts that did part of the work; they may not review it.
    pub performers: Vec<String>,
    /// Every move from state to state made here.
    pub transitions: Vec<TransitionRecord>,
    /// Other orders that this one hangs together with.
    pub relations: Vec<Relation>,
    /// What was added after it had ended, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<super::Amendment>,
    /// Changes of the plan since it was approved, oldest first; none once they are approved too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed_since_approval: Vec<super::PlanChanged>,
    /// Accounts that changed the plan, in whatever state, since somebody else approved it; taking it back forgets nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub planners: Vec<String>,
    /// Every signature made here, the oldest first. No written form of an order carries them: no file signs for anybody.
    #[serde(skip)]
    pub signatures: Vec<Signature>,
    /// The version of a procedure that its plan was made from, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_from: Option<super::MadeFrom>,
    /// Where it came from, if from a file.
    pub imported: Option<ImportRecord>,
    /// What was odd when it was imported.
    pub findings: Vec<Finding>,
    /// Files, time, parts with their cost, and who was spoken to.
    #[serde(skip_serializing_if = "super::Gathered::is_empty")]
    pub gathered: super::Gathered,
    /// Agents that work on it, questions and decisions.
    #[serde(skip_serializing_if = "super::Delegation::is_empty")]
    pub delegation: super::Delegation,
    /// How many events made it; checked against a stale page.
    pub version: i64,
}

impl Order {
    /// Whether any event has made it yet.
    pub fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether somebody who saw this version saw another order: something but the lease of a claim changed since.
    pub fn has_moved_on(&self, seen: i64) -> bool {
        seen > self.version || seen < self.version.saturating_sub(self.delegation.quiet)
    }

    /// A step by id.
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// A check item by id, with its step.
    pub fn item(&self, id: &str) -> Option<(&Step, &Item)> {
        self.steps.iter().find_map(|step| {
            let item = step.items.iter().find(|item| item.id == id)?;
            Some((step, item))
        })
    }

    /// A criterion by id.
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }

    /// The step a target belongs to, if it belongs to one.
    pub fn step_of(&self, target: &Target) -> Option<&Step> {
        match target {
            Target::Item(id) => self.item(id).map(|(step, _)| step),
            Target::Step(id) => self.step(id),
            Target::Criterion(_) => None,
        }
    }

    /// The ticks of a target.
    pub fn ticks(&self, target: &Target) -> Option<&Ticks> {
        match target {
            Target::Item(id) => self.item(id).map(|(_, item)| &item.ticks),
            Target::Step(id) => self.step(id).map(|step| &step.ticks),
            Target::Criterion(id) => self.criterion(id).map(|criterion| &criterion.ticks),
        }
    }

    /// Everything that can be ticked: items, steps without items, criteria.
    pub fn targets(&self) -> Vec<Target> {
        let steps = self.steps.iter().flat_map(|step| {
            let whole = step.items.is_empty().then(|| Target::Step(step.id.clone()));
            whole.into_iter().chain(step.items.iter().map(|item| Target::Item(item.id.clone())))
        });
        let criteria = self.criteria.iter().map(|criterion| Target::Criterion(criterion.id.clone()));
        steps.chain(criteria).collect()
    }

    /// Whether anything was ever ticked or marked.
    pub fn has_progress(&self) -> bool {
        self.steps.iter().any(Step::has_progress)
            || self.criteria.iter().any(|criterion| criterion.ticks.has_history())
    }

    /// Whether this account is the assignee.
    pub fn is_assigned_to(&self, account: &str) -> bool {
        let assigned = self.assignee.as_ref().and_then(|assignee| assignee.account.as_deref());
        !account.is_empty() && assigned == Some(account)
    }

    /// Accounts that did part of the work or have it assigned.
    pub fn doers(&self) -> impl Iterator<Item = &str> {
        let assigned = self.assignee.as_ref().and_then(|assignee| assignee.account.as_deref());
        self.performers.iter().map(String::as_str).chain(assigned)
    }

    /// Whether this account did part of the work or has it assigned.
    pub fn is_performer(&self, account: &str) -> bool {
        !account.is_empty() && self.doers().any(|doer| doer == account)
    }

    /// Who wrote it here; of an order from a file, whoever imported it. Whom the file names stays the file's claim.
    pub fn author(&self) -> Option<&Who> {
        self.created_by.as_ref().or_else(|| self.imported.as_ref().map(|imported| &imported.by))
    }

    /// Whether this account is its author.
    pub fn is_author(&self, account: &str) -> bool {
        self.author().is_some_and(|author| author.is(account))
    }

    /// Steps that are done, flagged or not applicable, and all steps, for `3 of 6 steps`. A failed step is settled and no
    /// progress.
    pub fn step_progress(&self) -> (usize, usize) {
        let asked = self.steps.iter().filter(|step| !step.not_asked);
        let (done, all): (Vec<_>, Vec<_>) =
            asked.partition(|step| step.state != StepState::Open && !step.has_failed());
        (done.len(), done.len() + all.len())
    }

    /// Failed steps, and flagged ones.
    pub fn step_trouble(&self) -> (usize, usize) {
        let asked = || self.steps.iter().filter(|step| !step.not_asked);
        let flagged = asked().filter(|step| matches!(step.state, StepState::Flagged { .. }));
        (asked().filter(|step| step.has_failed()).count(), flagged.count())
    }

    /// Items answered as failed, and those that were not ticked in steps that failed.
    pub fn items_failed(&self) -> usize {
        let of = |step: &Step| {
            if step.has_failed() {
                step.asked_items().count() - step.ticked_items()
            } else {
                step.failed_items()
            }
        };
        self.steps.iter().filter(|step| !step.not_asked).map(of).sum()
    }

    /// Items answered as failed, with their steps.
    pub fn failed_items(&self) -> impl Iterator<Item = (&Step, &Item)> {
        let items = self.steps.iter().flat_map(|step| step.asked_items().map(move |item| (step, item)));
        items.filter(|(_, item)| item.has_failed())
    }

    /// Ticked items and items that are asked, for `9 of 16 items`.
    pub fn item_progress(&self) -> (usize, usize) {
        let ticked = self.steps.iter().map(Step::ticked_items).sum();
        (ticked, self.steps.iter().map(|step| step.asked_items().count()).sum())
    }

    /// The order that was opened for what a step left, the newest.
    pub fn follow_up_of(&self, step: &str) -> Option<&Relation> {
        self.follow_ups_of(step).next()
    }

    /// The orders that were opened for what a step left, the newest first.
    pub fn follow_ups_of(&self, step: &str) -> impl Iterator<Item = &Relation> {
        let about = move |it: &&Relation| it.about.as_ref().is_some_and(|target| target.id() == step);
        self.relations.iter().rev().filter(|it| it.kind == RelationKind::FollowedUpBy).filter(about)
    }

    /// Numbers the steps 1, 2, 3...
    pub fn renumber(&mut self) {
        for (position, step) in (1..).zip(&mut self.steps) {
            step.position = position;
        }
    }
}
